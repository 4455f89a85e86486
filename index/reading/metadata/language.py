"""The language of an article: as the file states it, otherwise as py3langid detects it.

A language is a code of ISO 639, of two letters if it has one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import copy
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
_NO_LANGUAGE = frozenset(("und", "mul", "mis", "zxx"))
"""Codes of ISO 639 for an unknown language, several, one without a code, and none."""


def language_of(text: str, stated: str | None = None) -> str | None:
    """Return the stated language, otherwise the detected one; None if it is not stated and detection is uncertain."""
    if stated and (code := re.match(r"[A-Za-z]{2,3}(?=$|[-_])", stated.strip())):
        short = _short(code.group().lower())
        if short not in _NO_LANGUAGE:
            return short
    sample = text[:_SAMPLE]
    if len(sample.strip()) < _MIN_CHARS:
        return None
    code, probability = _identifier().classify(sample)
    return _short(str(code)) if probability >= _MIN_PROBABILITY and code not in _NO_LANGUAGE else None


@lru_cache(1)
def detectable() -> dict[str, str]:
    """Return the languages that can be detected, each with py3langid's code for it."""
    codes = {str(code) for code in _identifier().nb_classes} - _NO_LANGUAGE
    return {_short(code): code for code in sorted(codes)} | _DETECTED_AS


def most_probable_language(text: str, counts: Mapping[str, int]) -> str:
    """Return the most probable language of a text, which may be short, among the given languages that can be detected.

    :param counts: language -> number of articles in it, used as the prior; if none of them can be detected, the most
        frequent one is returned.
    """
    codes: dict[str, str] = {}
    prior: Counter[str] = Counter()
    for code, count in counts.items():
        if label := detectable().get(code):
            codes.setdefault(label, code)
            prior[label] += count
    if not codes:
        return max(counts, key=lambda code: counts[code])
    ranking = _restricted(frozenset(codes)).rank(text)
    return codes[max(ranking, key=lambda each: float(each[1]) * prior[each[0]])[0]]


def _short(code: str) -> str:
    """Return the code in two letters of a language that is given in three ("ger", "deu"), if it has one."""
    if len(code) == 2:
        return code
    from babel.core import get_global  # reads 100 kB

    return str(get_global("language_aliases").get(code, code))


@lru_cache(8)
def _restricted(languages: frozenset[str]) -> Any:
    identifier = copy(_identifier())  # shares the model
    identifier.set_languages(sorted(languages))
    return identifier


@lru_cache(1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
