"""verify(): does a quote that was saved, or a sentence that somebody wrote, stand in the articles, word for word?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from quoth.index.library import Library
from quoth.index.records import Article, Span
from quoth.index.text.normalize import as_typed, matching

Standing = Literal["in place", "moved", "changed", "gone"]
ALIKE = 75.0
"""From so much likeness on, 0 to 100, a sentence is taken for what became of a quote (the share of letters that
stayed)."""
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Saved:
    """A quote as it was saved, and where it stood; of a sentence without a source, only its text."""

    text: str
    source: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """Where a saved quote stands now."""

    saved: Saved
    standing: Standing
    article: Article | None = None
    start: int = 0
    end: int = 0
    """What stands there now is ``article.text[start:end]``: the quote itself, or what became of it."""

    @property
    def text(self) -> str:
        """What stands there now; empty where nothing does."""
        return self.article.text[self.start : self.end] if self.article else ""


def verify(saved: Saved, library: Library) -> Verified:
    """Whether a saved quote stands where it stood, elsewhere, in other words, or nowhere."""
    article = library.article_from(saved.source)
    if article is not None:
        if article.text[saved.start : saved.end] == saved.text:
            return Verified(saved, "in place", article, saved.start, saved.end)
        places = [*_every(saved.text, article.text)]
        if places:
            start = min(places, key=lambda place: abs(place - saved.start))
            return Verified(saved, "moved", article, start, start + len(saved.text))
    for other in library.articles_with(saved.text):
        start = other.text.index(saved.text)
        return Verified(saved, "moved", other, start, start + len(saved.text))
    if article is not None and (now := _became(saved.text, article, library)):
        return Verified(saved, "changed", article, *now)
    return Verified(saved, "gone")


def places(sentence: str, library: Library) -> list[Verified]:
    """Every place where a sentence stands: to the letter, or, where it does so nowhere, but for spaces and the signs
    that people type in place of others (normal.py); those are called changed."""
    saved = Saved(sentence)
    found = [
        Verified(saved, "in place", article, start, start + len(sentence))
        for article in library.articles_with(sentence) for start in _every(sentence, article.text)
    ]  # fmt: skip
    if found or not sentence.split():
        return found
    pattern = as_typed(sentence)
    snapshot = library.snapshot()
    near = {
        c.article.id: c.article for c in snapshot.load(snapshot.search(sentence, snapshot.encode(sentence), _LOOKED_AT))
    }
    return [
        Verified(saved, "changed", article, *span)
        for article in near.values()
        for span in matching(pattern, article.text)
    ]


def _every(part: str, text: str) -> Iterator[int]:
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _became(text: str, article: Article, library: Library) -> Span | None:
    """The sentences of an article that are most like a text, if they are like it."""
    sentences = library.sentences(article.id)
    if not sentences:
        return None
    alike = fuzz.partial_ratio_alignment(text, article.text, score_cutoff=0)
    touched = [
        (a, b) for a, b in sentences if alike and 2 * (min(b, alike.dest_end) - max(a, alike.dest_start)) > b - a
    ]  # fmt: skip
    best = max(sentences, key=lambda span: fuzz.ratio(text, article.text[slice(*span)]))
    spans = [best, *([(touched[0][0], touched[-1][1])] if touched else [])]
    start, end = max(spans, key=lambda span: fuzz.ratio(text, article.text[slice(*span)]))
    return (start, end) if fuzz.ratio(text, article.text[start:end]) >= ALIKE else None
