"""Words on one line."""

from __future__ import annotations

import re

_SURROGATES = re.compile("[\ud800-\udfff]+")


def one_line(value: object) -> str | None:
    """Return the value as text on one line; None if the value is None or blank.

    Two halves of a character become that character, and a single half U+FFFD.
    """
    if value is None:
        return None
    return _SURROGATES.sub(_whole, " ".join(str(value).split())) or None


def _whole(halves: re.Match[str]) -> str:
    return halves.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
