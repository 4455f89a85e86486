"""Whether a text denies something; English only."""

from __future__ import annotations

import re

_DENIES = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|without|neither|nor|cannot|fail(?:s|ed)?|unable|except|lacks?|refus\w+"
    r"|reject\w+)\b|n[’']t\b",
    re.IGNORECASE,
)
_DENIES_BY_ANOTHER_WORD = re.compile(
    rf"{_DENIES.pattern}|\b(?:nowhere|failing|failure|lacked|lacking|instead|rather|avoid\w*|prevent\w*|unlike|hardly"
    r"|rarely|few|little|least|abstain\w*|abstention\w*"
    r"|against|oppos\w+|declin\w+|decline|absen\w+|skipp\w+|miss(?:ed|es|ing)|boycott\w*|withh[eo]ld\w*|forbid\w*"
    r"|forbade|forbidden|bann\w+|ban|bans|excluded?|excluding|exempt\w*"
    r"|unwilling|only|but)\b",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether a text has a word of negation: "Who did not sign?", "It was never found." """
    return bool(_DENIES.search(text))


def may_deny(text: str) -> bool:
    """Whether a text denies something, also with other words: "abstained", "against", "instead"."""
    return bool(_DENIES_BY_ANOTHER_WORD.search(text))
