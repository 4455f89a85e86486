"""The language of an article, as an ISO 639-1 code: as the file states it, else by its letters (py3langid)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

ENGLISH = "en"
_LEAST_CHARS = 80
"""Of less text, nobody can be sure."""
_SAMPLE = 5_000
_SURE = 0.9


def language_of(text: str, stated: str | None = None) -> str | None:
    """None where it is neither stated nor plain."""
    if stated and (code := re.match(r"[A-Za-z]{2,3}(?=$|[-_])", stated.strip())):
        return code.group().lower()
    sample = text[:_SAMPLE]
    if len(sample.strip()) < _LEAST_CHARS:
        return None
    code, chance = _identifier().classify(sample)
    return str(code) if chance >= _SURE else None


def among(text: str, counts: Mapping[str, int]) -> str:
    """Which of some languages a text, however short, is likeliest to be in, where so many texts are in each of them."""
    chances = _restricted(frozenset(counts)).rank(text)
    return max(chances, key=lambda each: float(each[1]) * counts[each[0]])[0]  # type: ignore[no-any-return]


@lru_cache(8)
def _restricted(languages: frozenset[str]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads a model

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(languages))
    return identifier


@lru_cache(1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
