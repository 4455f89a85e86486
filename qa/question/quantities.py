"""The physical quantity that a question asks for, and whether a number in a text is one: of "24 V, 0.2 A", a current is
"0.2 A"; English only."""

from __future__ import annotations

import re
from functools import lru_cache

_QUANTITIES = {
    r"current(?!\s+(?!do|is|was|can|of|must|may|should|will|in|for|flow)\w)|amperage|amps?|amperes?":
        r"[mkµ]?A|(?i:amps?|(?:milli)?amperes?)",
    r"voltage|volts?": r"[mk]?V|(?i:(?:kilo|milli)?volts?)",
    r"power|wattage|watts?|kilowatts?": r"[mkMG]?W|hp|(?i:(?:kilo|mega)?watts?|horsepower)",
    r"energy|kilowatt-hours?|joules?": r"[kM]?J|[kMGT]?Wh|k?cal|(?i:(?:kilo)?(?:joules?|calories?|watt-hours?))",
    r"resistance|ohms?": r"[kM]?Ω|(?i:(?:kilo)?ohms?)",
    r"frequency|hertz": r"[kMG]?Hz|rpm|(?i:(?:kilo|mega|giga)?hertz)",
    r"pressure": r"[kMh]?Pa|m?bar|psi|atm|(?i:(?:kilo)?pascals?)",
    r"temperature|hot|cold|degrees": r"°\s?[CF]?|[CFK]|(?i:degrees?|kelvins?)",
    r"weighs?|weight|mass|heavy":
        r"[kmµ]?g|t|lbs?|oz|(?i:(?:kilo|milli)?grams?|kilos?|pounds?|ounces?|tons?|tonnes?|stones?)",
    r"speed|velocity|fast": r"km/h|kmh|mph|m/s|kn|(?i:knots?|(?:miles|(?:kilo)?met(?:re|er)s) (?:per|an|a) \w+)",
    r"memory|storage|disk space|megabytes?|gigabytes?": r"[kKMGT]i?B|(?i:(?:kilo|mega|giga|tera)?bytes?)",
    r"area": r"(?:[kcm]?m|ft|mi)[²2]|ha|(?i:(?:square|sq\.?)\s+\w+|hectares?|acres?)",
}  # fmt: skip
"""What names a quantity, and its units: abbreviations in the letters in which they are written, words in any."""
_NUMBER = r"\d[\d.,]*\s*(?:[-–]\s*\d[\d.,]*\s*)?"
_ASKED = {re.compile(rf"\b(?:{words})\b", re.IGNORECASE): units for words, units in _QUANTITIES.items()}
MAX_UNIT = 16
"""Maximum number of characters of a unit and the blank before it."""
_ASKS = re.compile(r"\b(?:how|what|which)\b", re.IGNORECASE)
_ANY = re.compile(rf"{_NUMBER}(?:{'|'.join(_QUANTITIES.values())})(?!\w)")


@lru_cache(1_000)
def units_asked_for(question: str) -> re.Pattern[str] | None:
    """What a number with a unit of the quantity looks like that a question asks for; None if it asks for none."""
    if not _ASKS.search(question):
        return None
    units = next((units for words, units in _ASKED.items() if words.search(question)), None)
    return re.compile(rf"{_NUMBER}(?:{units})(?!\w)") if units else None


def asked_quantity(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Whether words of a text are the quantity asked for, and where they end with their unit.

    :return: 1 if a number in the words has a unit of the quantity that the question asks for, -1 if it has a unit of
        another, 0 if neither is certain; and the end of the words.
    """
    asked = units_asked_for(question)
    if asked is None:
        return 0, end
    near = text[start : end + MAX_UNIT]
    for pattern, value in ((asked, 1), (_ANY, -1)):
        if (match := pattern.search(near)) and match.start() < end - start:
            return value, max(end, start + match.end()) if value == 1 else end
    return 0, end
