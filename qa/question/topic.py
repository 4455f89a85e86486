"""Whether a user types a topic, "herceptin side effects", instead of a question; English only."""

from __future__ import annotations

import re

from .answer_types import asks_yes_or_no

_SAYS_SOMETHING = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|i|me|my|we|(?-i:us)|our|you|your|he|she|it|its|they|them|their|is|are"
    r"|was|were|be|been|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|tell|show|list"
    r"|name|give|find|explain|describe|compare|say|says|said)\b|^\W*(?:and|or|but)\b|[?!]\s*$",
    re.IGNORECASE,
)
"""What questions, requests, sentences and follow-ups ("And Norway") have."""


def is_topic(question: str) -> bool:
    """Whether a text is words that are no question, request or sentence."""
    return not _SAYS_SOMETHING.search(question) and not asks_yes_or_no(question)
