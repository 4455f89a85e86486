"""verify(): whether a saved quote, or any sentence, occurs in the articles word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from rapidfuzz import fuzz

from quoth.index.library import Library
from quoth.index.records import Article, Record, Span
from quoth.index.sync.compare import FileNow
from quoth.index.text.normalize import match_spans, typed_pattern

QuoteStatus = Literal["in place", "moved", "changed", "gone"]
ALIKE = 75.0
"""Minimum similarity, from 0 to 100, of a sentence that counts as the changed form of a quote (the share of letters
that are the same)."""
_CHECKED = 50
"""Number of passages in which a sentence with other spaces or punctuation is searched for."""


@dataclass(frozen=True, slots=True)
class Saved(Record):
    """A saved quote and its place; for a sentence without a source, only the text."""

    text: str
    source: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Verified(Record):
    """A saved quote and its place now."""

    derived: ClassVar[tuple[str, ...]] = ("text",)

    saved: Saved
    status: QuoteStatus
    article: Article | None = None
    start: int = 0
    end: int = 0
    """The place now: ``article.text[start:end]`` is the quote, or its changed form."""
    file: FileNow = "same"
    """Whether the article's file is still the one that was read. If it has changed, the quote may be gone from it."""

    @property
    def text(self) -> str:
        """The text in that place; empty if the quote is gone."""
        return self.article.text[self.start : self.end] if self.article else ""


def verify(saved: Saved, library: Library) -> Verified:
    """Find a saved quote: in its place, elsewhere, changed, or gone. The article's file is compared byte by byte."""
    return _with_file(_found(saved, library), library)


def _with_file(verified: Verified, library: Library) -> Verified:
    return replace(verified, file=library.file_state(verified.article)) if verified.article else verified


def _with_files(found: Sequence[Verified], library: Library) -> list[Verified]:
    """Places with the state of their articles' files, each of which is read once."""
    articles = {place.article.id: place.article for place in found if place.article}
    files = {id_: library.file_state(article) for id_, article in articles.items()}
    return [replace(place, file=files[place.article.id]) for place in found if place.article]


def _found(saved: Saved, library: Library) -> Verified:
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
    if article is not None and (now := _changed(saved.text, article, library)):
        return Verified(saved, "changed", article, *now)
    return Verified(saved, "gone")


def places(sentence: str, library: Library) -> list[Verified]:
    """Every place where a sentence occurs.

    If it occurs nowhere to the letter, places count where it differs only in spaces and typographic characters
    (quotation marks, dashes); their status is "changed".
    """
    return counted_places(sentence, library, None)[1]


def counted_places(sentence: str, library: Library, most: int | None) -> tuple[int, list[Verified]]:
    """Return the number of places where a sentence occurs, and the first of them; see ``places``.

    :param most: maximum number of places that are returned; None for all.
    """
    saved, total = Saved(sentence), 0
    found: list[Verified] = []
    for article in library.articles_with(sentence):
        for start in _every(sentence, article.text):
            total += 1
            if most is None or total <= most:
                found.append(Verified(saved, "in place", article, start, start + len(sentence)))
    if not found and sentence.split():
        pattern = typed_pattern(sentence)
        snapshot = library.snapshot()
        near = {
            c.article.id: c.article
            for c in snapshot.load(snapshot.search(sentence, snapshot.encode(sentence), _CHECKED))
        }
        changed = [
            Verified(saved, "changed", article, *span)
            for article in near.values()
            for span in match_spans(pattern, article.text)
        ]
        total, found = len(changed), changed[:most]
    return total, _with_files(found, library)


def _every(part: str, text: str) -> Iterator[int]:
    """Every position of a part in a text."""
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _changed(text: str, article: Article, library: Library) -> Span | None:
    """The sentences of an article that are most similar to a text, if they are at least ``ALIKE``."""
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
