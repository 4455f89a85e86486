"""Versions that replace one another: in 2023, of "Fares of 2022" and "Fares since 2024" the former are in force.

Versions are sentences that say the same of different years, headings of one article with different years, and articles
whose titles are the same but for the year, or that have the same title but were published in different years.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from quoth.index.text.analysis import stems
from quoth.qa.question.understand import Question
from quoth.qa.question.versions import YEAR

from .evidence import Evidence

ANOTHER = 4.0
"""Log-odds against a sentence of a version that is not in force in the year that is asked about."""
_YEAR = re.compile(rf"(?<!\d)(?<!\d[.,]){YEAR}(?!\d|[.,]\d)")
_NOW = re.compile(r"\b(?:now|nowadays|currently|today|at present|current|latest)\b", re.IGNORECASE)
_LATEST = 9999


class _Dated(NamedTuple):
    """A version."""

    of: Hashable
    """What all versions of the same have in common."""
    year: int


def without_other_versions(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences, with lower scores for versions that are not in force in the year that the question names, or now
    if it asks about now; best first."""
    years = {int(year) for year in _YEAR.findall(question.own)}
    asked = years.pop() if len(years) == 1 else _LATEST if not years and _NOW.search(question.own) else None
    if asked is None:
        return list(evidence)
    found = [_version(e) for e in evidence]
    known: defaultdict[Hashable, set[int]] = defaultdict(set)
    for version in found:
        if version:
            known[version.of].add(version.year)
    in_force = {of: max((year for year in years if year <= asked), default=None) for of, years in known.items()}
    scored = [
        replace(e, score=e.score - ANOTHER) if version and in_force[version.of] not in (None, version.year) else e
        for e, version in zip(evidence, found, strict=True)
    ]
    return sorted(scored, key=lambda e: -e.score)


def _version(evidence: Evidence) -> _Dated | None:
    """The version that a sentence belongs to; None if nothing says so."""
    article, heading = evidence.article, evidence.passage.heading
    if _YEAR.search(evidence.text):
        return _dated("sentence", evidence.text)
    if heading and (dated := _dated(article.id, heading)):
        return _Dated(article.id, dated.year)
    if article.title and _YEAR.search(article.title):
        return _dated("title", article.title)
    if article.title and article.published:
        return _Dated(("published", article.title), article.published.year)
    return None


def _dated(kind: Hashable, text: str) -> _Dated | None:
    """The version that a text names by its only year; two are the same but for the numbers in them."""
    years = _YEAR.findall(text)
    if len(years) != 1:
        return None
    return _Dated((kind, frozenset(stem for stem in stems(text) if not stem.isdecimal())), int(years[0]))
