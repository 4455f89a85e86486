"""The common SQL of the store as PostgreSQL understands it, and texts that it cannot hold as they are."""

from __future__ import annotations

import re
from functools import lru_cache

_PARAMETER = re.compile(r"\?|(?<!:):(\w+)")
_TYPES = {
    "INTEGER": "BIGINT", "BLOB": "BYTEA", "REAL": "DOUBLE PRECISION", "AUTOINCREMENT": "", "WITHOUT ROWID": "",
    "TEXT": 'TEXT COLLATE "C"',  # compared by bytes, as in SQLite
}  # fmt: skip
_TYPE = re.compile(rf"\b({'|'.join(_TYPES)})\b")
_ESCAPE = "\ufdd0"
"""A code point that Unicode reserves for such a use: no text has it."""


@lru_cache(256)
def native(query: str) -> bytes:
    """A statement for psycopg."""
    query = query.replace("%", "%%").replace("instr(", "strpos(")
    return _PARAMETER.sub(lambda found: f"%({found[1]})s" if found[1] else "%s", query).encode()


def declaration(statement: str) -> str:
    """A statement that creates a table or an index."""
    return _TYPE.sub(lambda found: _TYPES[found[0]], statement)


def escaped(text: str) -> str:
    """A text without null characters, which PostgreSQL cannot hold."""
    if "\0" in text or _ESCAPE in text:
        return text.replace(_ESCAPE, f"{_ESCAPE}1").replace("\0", f"{_ESCAPE}0")
    return text


def unescaped(text: str) -> str:
    """The text that was escaped."""
    return text.replace(f"{_ESCAPE}0", "\0").replace(f"{_ESCAPE}1", _ESCAPE) if _ESCAPE in text else text
