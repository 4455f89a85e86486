"""Values of attributes in Office and OpenDocument files."""

from __future__ import annotations

import re
from typing import Any

_WHOLE = re.compile(r"[0-9]{1,8}")
_PERCENT = re.compile(r"(-?[0-9]{1,8}(?:\.[0-9]+)?)%?")


def whole(value: str | None, default: int = 1, *, least: int = 0, most: int = 10**8) -> int:
    """Return a whole number within limits; the default if the value is no number of up to eight digits."""
    return min(max(int(value), least), most) if value and _WHOLE.fullmatch(value) else default


def percent(value: str | None) -> float:
    """Return the number of "-33%" or "30000"; 0 if the value is not of this form."""
    match = _PERCENT.fullmatch(value or "")
    return float(match[1]) if match else 0.0


def is_on(element: Any, attribute: str) -> bool:
    """Whether a property is set: its element exists, and its attribute does not say that it is off."""
    return element is not None and element.get(attribute, "1") not in ("0", "false", "off")
