"""Blocks -> their sentences, as offsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nupunkt import sent_spans

from quoth.index.reading.document import Block
from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Span

from .boundaries import sentence_spans

Fits = Callable[[int, int, int], bool]
"""(start, end, chars): whether a span has at most ``chars`` characters and is within what the model reads."""

MAX_SENTENCE_CHARS = 600
"""Maximum length of a sentence; a longer one (a text without full stops, a table in one line) is split at white space.
"""

_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}$|\bSt\.$")
_REFERENCE = re.compile(r"(?:\s{0,2}(?:\[(?:\d{1,3}|[a-z]|note \d+)\]|[¹²³⁴-⁹]+))+(?=\s|$)\s*")
_MARK_AFTER_STOP = re.compile(r"([.!?…][\"'”’»)]?)([⁰¹²³⁴-⁹ᵃᵇᶜᵈ]+|(?:\[(?:\d{1,3}|[a-z]|note \d+)\])+)(?=\s|$)")
_TITLE = re.compile(r"\b(?:Sr|Sra|Sres|Dra|Mme|Mlle|Hr|Nr|bzw|ca|Dott|Sig|dhr|mevr|[zdu]\. ?[BhaT]|p\. ?ex|p\. ?ej)\.$")
"""Abbreviations that no sentence ends with."""
_LONG_RUN = re.compile(r"[^\w\s]{100}")
"""So many marks in a row that nupunkt takes long, in quadratic time."""
_OTHER_ENDS = re.compile(r"[。！？｡][」』”’）]*|[।॥؟۔](?=\s|$)")
_OPENS = re.compile(
    r"\s*(?:An?|The|This|That|These|Those|There|He|She|It|They|We|I|You|His|Her|Its|Their|Our|In|On|At|By|For|From|With"
    r"|As|After|Before|But|And|Or|So|If|When|While|Since|Although|Though|However|Many|Most|Some|All|Both|No|Not|One|Two"
    r"|Under|During|Despite|According|Also|Then|What|Who|How|Why)\b"
)
"""How a sentence may begin after an abbreviation that ends another one."""


def sentences_of(text: str, block: Block, fits: Fits, language: str | None) -> list[Span]:
    """Return the spans of a block's sentences, without the white space between them.

    :param language: an ISO 639-1 code; None if unknown.
    """
    spans: list[Span] = []
    for start, end in _joined(text[block.start : block.end], language):
        sentence = text[block.start + start : block.start + end]
        stripped = sentence.strip()
        if stripped:
            first = block.start + start + len(sentence) - len(sentence.lstrip())
            spans.extend(_shortened(text, (first, first + len(stripped)), fits))
    return spans


def _joined(text: str, language: str | None) -> list[Span]:
    """Return the text's sentences; the marks of notes belong to the sentence before them."""
    english = language in (None, ENGLISH) and not _LONG_RUN.search(text)
    stops_last = _MARK_AFTER_STOP.sub(r"\2\1", text)  # people³. for people.³, as long as the text
    spans: list[Span] = []
    for start, end in _ended(stops_last) if english else sentence_spans(stops_last, language or ENGLISH):
        if spans and (mark := _REFERENCE.match(text, start)):  # the mark of a note belongs to the sentence before it
            spans[-1] = spans[-1][0], mark.end()
            start = mark.end()
            if start >= end:
                continue
        if spans and english and _is_split(text, spans[-1][1], start):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _is_split(text: str, end: int, start: int) -> bool:
    """Whether nupunkt splits a sentence after an abbreviation: "U.S. | Secretary"."""
    before = text[max(0, end - 16) : end].rstrip()
    return bool(_TITLE.search(before) or (_ABBREVIATION.search(before) and not _OPENS.match(text, start)))


def _ended(text: str) -> Iterator[Span]:
    """Yield the text's sentences, also where they end with punctuation of other scripts than Latin."""
    for start, end in sent_spans(text):
        at = start
        for mark in _OTHER_ENDS.finditer(text, start, end):
            yield at, mark.end()
            at = mark.end()
        if at < end:
            yield at, end


def _shortened(text: str, span: Span, fits: Fits) -> list[Span]:
    """Return the span, or its pieces if it is too long for one sentence, split at white space if there is any."""
    start, end = span
    pieces: list[Span] = []
    while not fits(start, end, MAX_SENTENCE_CHARS):
        stop = min(end, start + MAX_SENTENCE_CHARS)
        while not fits(start, stop, MAX_SENTENCE_CHARS):
            stop = start + max(1, (stop - start) // 2)
        space = max(text.rfind(mark, start + 1, stop) for mark in " \t\n\r\xa0")
        stop = space if space > start else stop
        pieces.append((start, stop))
        while stop < end and text[stop].isspace():
            stop += 1
        start = stop
    if start < end:
        pieces.append((start, end))
    return pieces
