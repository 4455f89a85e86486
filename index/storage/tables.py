"""Tables whose rows carry a checksum. A NamedTuple declares each one; all its SQL statements derive from it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from .database import Connection, Parameters

_Row = TypeVar("_Row", bound=NamedTuple)
_SQL_TYPES: dict[object, str] = {int: "INTEGER", str: "TEXT", bytes: "BLOB"}


class Table(Generic[_Row]):
    """A table with the columns of a NamedTuple, followed by ``sum``: the checksum of the other columns.

    :param name: name of the table.
    :param row: NamedTuple of the columns. ``Annotated`` adds a constraint: ``id: Annotated[int, "PRIMARY KEY"]``.
    """

    def __init__(self, name: str, row: type[_Row]) -> None:
        self.name = name
        self._row = row
        self.columns = ", ".join(map(_quoted, row._fields))
        """The columns without ``sum``."""
        self.select = ", ".join(f"{name}.{_quoted(column)}" for column in (*row._fields, "sum"))
        """The columns that ``checked`` takes."""
        self.width = len(row._fields) + 1
        """Number of columns in ``select``."""
        declared = [_declaration(*hint) for hint in get_type_hints(row, include_extras=True).items()]
        self.create = f"CREATE TABLE {name} ({', '.join([*declared, 'sum INTEGER NOT NULL'])})"
        self._update = f"UPDATE {name} SET {', '.join(f'{_quoted(c)} = ?' for c in (*row._fields, 'sum'))}"

    def checked(self, values: Sequence[Any]) -> _Row:
        """The row that was selected with its checksum.

        :raises ValueError: the checksum does not match.
        """
        *row, expected = values
        if checksum(*row) != expected:
            raise ValueError(f"row {values[0]} of the table {self.name} is corrupt (checksum mismatch)")
        return self._row(*row)

    def values(self, row: _Row) -> tuple[Any, ...]:
        """A row as it is stored: with its checksum."""
        return *row, checksum(*row)

    def change(
        self, connection: Connection, condition: str, parameters: Parameters, changed: Callable[[_Row], _Row]
    ) -> None:
        """Replace the rows that match a condition. The first column, the key, stays the same.

        :raises ValueError: a checksum does not match.
        """
        rows = connection.execute(f"SELECT {self.select} FROM {self.name} WHERE {condition}", parameters).fetchall()
        for row in map(self.checked, rows):
            connection.execute(f"{self._update} WHERE {self._row._fields[0]} = ?", (*self.values(changed(row)), row[0]))


def _quoted(column: str) -> str:
    """A column's name in a statement; some names are words of SQL."""
    return f'"{column}"' if column == "end" else column


def _declaration(column: str, hint: Any) -> str:
    """A column as CREATE TABLE declares it."""
    kind, constraint = get_args(hint) if get_origin(hint) is Annotated else (hint, "")
    kinds = get_args(kind) or (kind,)
    nullable = NoneType in kinds or constraint.startswith("PRIMARY KEY")
    return " ".join(
        part for part in (_quoted(column), _SQL_TYPES[kinds[0]], "" if nullable else "NOT NULL", constraint) if part
    )


def checksum(*values: str | bytes | int | float | None) -> int:
    """CRC-32 of the values, each with its type and length. Detects corruption, not tampering."""
    crc = 0
    for value in values:
        data = (
            value
            if isinstance(value, bytes)
            else (value if isinstance(value, str) else repr(value)).encode("utf-8", "surrogatepass")
        )
        crc = zlib.crc32(data, zlib.crc32(b"%s%d" % (type(value).__name__.encode(), len(data)), crc))
    return crc
