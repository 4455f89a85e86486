"""The language of an article, as an ISO 639-1 code: as the file states it, otherwise as py3langid detects it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

ENGLISH = "en"
_MIN_CHARS = 80
"""Minimum length of a text whose language is detected; shorter texts are too uncertain."""
_SAMPLE = 5_000
"""Number of characters that are used to detect the language."""
_MIN_PROBABILITY = 0.9
_DETECTED_AS = {"nb": "no"}
"""Language codes that py3langid does not know -> the code that it uses."""


def language_of(text: str, stated: str | None = None) -> str | None:
    """Return the stated language, otherwise the detected one; None if it is not stated and detection is uncertain."""
    if stated and (code := re.match(r"[A-Za-z]{2,3}(?=$|[-_])", stated.strip())):
        return code.group().lower()
    sample = text[:_SAMPLE]
    if len(sample.strip()) < _MIN_CHARS:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _MIN_PROBABILITY else None


def most_probable_language(text: str, counts: Mapping[str, int]) -> str:
    """Return the most probable language of a text, which may be short, among the given languages.

    :param counts: language -> number of articles in it, used as the prior.
    """
    codes: dict[str, str] = {}
    prior: Counter[str] = Counter()
    for code, count in counts.items():
        label = _DETECTED_AS.get(code, code)
        codes.setdefault(label, code)
        prior[label] += count
    ranking = _restricted(frozenset(codes)).rank(text)
    return codes[max(ranking, key=lambda each: float(each[1]) * prior[each[0]])[0]]


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
