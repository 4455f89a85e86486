"""What the process that reads files sends: one JSON list per line.

The other process reads files that somebody else made. If one of them took it over, JSON could still bring nothing but
wrong values, whereas a pickle could run code. It is also faster: the records become lists, without their names.
"""

from __future__ import annotations

import datetime as dt
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_Decoder = Callable[[Any], Any]


def packed(values: list[Any]) -> bytes:
    """Return a list as a line. Records in it become lists of their fields, dates become ISO 8601."""
    return json.dumps(values, default=_fields, separators=(",", ":")).encode() + b"\n"


def unpacked(line: bytes) -> list[Any]:
    """Return the list that was packed; its records are still lists.

    :raises ValueError: it is not one.
    """
    values = json.loads(line)
    if not isinstance(values, list):
        raise ValueError("not a list")
    return values


def record(kind: type, values: Any) -> Any:
    """Return a record from the list of its fields."""
    return _decoder(kind)(values)


def _fields(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    kind: Any = type(value)
    return [getattr(value, name) for name in _names(kind)]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _decoder(hint: Any) -> _Decoder:
    """Return the function that makes a value of a type from what JSON has of it."""
    arguments = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        (kind,) = (argument for argument in arguments if argument is not types.NoneType)
        decode = _decoder(kind)
        return lambda value: None if value is None else decode(value)
    if get_origin(hint) is tuple:
        if arguments[-1] is not Ellipsis or _decoder(arguments[0]) is _same:
            return tuple
        each = _decoder(arguments[0])
        return lambda values: tuple(map(each, values))
    if hint is dt.date:
        return dt.date.fromisoformat
    is_record = is_dataclass(hint)
    names = _names(hint) if is_record else getattr(hint, "_fields", ())
    if not names:
        return _same
    hints = get_type_hints(hint)
    decoders = [(number, decode) for number, name in enumerate(names) if (decode := _decoder(hints[name])) is not _same]

    def whole(values: list[Any]) -> Any:
        for number, decode in decoders:
            values[number] = decode(values[number])
        return hint(*values)

    return whole


def _same(value: Any) -> Any:
    return value
