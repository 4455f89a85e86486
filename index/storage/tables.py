"""Tables whose rows carry a checksum. A NamedTuple declares each one; all its SQL statements derive from it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from types import NoneType
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

_Row = TypeVar("_Row", bound=NamedTuple)
_SQL_TYPES: dict[object, str] = {int: "INTEGER", str: "TEXT", bytes: "BLOB"}


class Table(Generic[_Row]):
    """A table with the columns of a NamedTuple, followed by ``sum``: the checksum of the other columns.

    :param name: name of the table.
    :param row: NamedTuple of the columns. ``Annotated`` adds a constraint: ``id: Annotated[int, "PRIMARY KEY"]``.
    """

    def __init__(self, name: str, row: type[_Row]) -> None:
        self._name = name
        self._row = row
        self.columns = ", ".join(row._fields)
        """The columns without ``sum``."""
        self.select = ", ".join(f"{name}.{column}" for column in (*row._fields, "sum"))
        """The columns that ``checked`` takes."""
        self.width = len(row._fields) + 1
        """Number of columns in ``select``."""
        declared = [_declaration(*hint) for hint in get_type_hints(row, include_extras=True).items()]
        self.create = f"CREATE TABLE {name} ({', '.join([*declared, 'sum INTEGER NOT NULL'])})"
        values = ", ".join(f"?{number}" for number in range(1, self.width))
        self.insert = f"INSERT INTO {name} VALUES ({values}, checksum({values}))"
        """The statement that stores a row with its checksum."""
        self.intact = f"sum = checksum({self.columns})"
        """The condition that a row matches its checksum."""

    def checked(self, values: Sequence[Any]) -> _Row:
        """The row that was selected with its checksum.

        :raises ValueError: the checksum does not match.
        """
        *row, expected = values
        if checksum(*row) != expected:
            raise ValueError(f"row {values[0]} of the table {self._name} is corrupt (checksum mismatch)")
        return self._row(*row)

    def update(self, **expressions: str) -> str:
        """The statement, to be completed with a condition, that sets columns to SQL expressions."""
        new = {column: expressions.get(column, column) for column in self._row._fields}
        changes = ", ".join(f"{column} = {expression}" for column, expression in expressions.items())
        return f"UPDATE {self._name} SET {changes}, sum = checksum({', '.join(new.values())})"


def _declaration(column: str, hint: Any) -> str:
    """A column as CREATE TABLE declares it."""
    kind, constraint = get_args(hint) if get_origin(hint) is Annotated else (hint, "")
    kinds = get_args(kind) or (kind,)
    nullable = NoneType in kinds or constraint.startswith("PRIMARY KEY")
    return " ".join(part for part in (column, _SQL_TYPES[kinds[0]], "" if nullable else "NOT NULL", constraint) if part)


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
