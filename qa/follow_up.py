"""A question that leans on the one before -> one that stands alone, by putting that one's words behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .records import Answer

_LEANS = re.compile(
    r"^(?:and|but|or|so|then)\b|^(?:what|how) about\b|\b(?:who|what|where|when|anyone|anything) else\b"
    r"|\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs)\b",
    re.IGNORECASE,
)


def complete(question: str, history: Sequence[Answer]) -> str:
    """The question itself where it stands alone; otherwise followed by the question before."""
    if not history or not _LEANS.search(question):
        return question
    return f"{question} ({history[-1].searched_for})"
