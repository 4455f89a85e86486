"""Which words of a sentence are the answer: the mentions of the type asked for that the question does not have, and the
words that the reader finds likeliest if they are none of these. Of a table's row, it is the cell asked for
(cells.py), or none if that is not clear; of speech whose speaker is asked for, the speaker's name (said.py).

The probability of each is a softmax over the sentence's candidates of these features, weighted by ``weights.SPAN``:

    read       the reader's margin of the best span inside it, divided by 10
    free       1 if it is the reader's own best span and no mention
    exact      1 if it is the reader's own best span, a mention or not
    asking     mean cosine of the question's question words (who, when ...) with the candidate's word pieces
    distance   ln(1 + mean distance in characters to the three nearest words that the question shares with the sentence)
    known      share of the candidate's stems that the question has, of a name including the words cut off at its ends
    length     ln(characters)
    placed     a place is asked for, and the candidate follows "in", "at", "from" ...
    quantity   1 if a current, a voltage, a weight ... is asked for, and the candidate has a unit of it; -1 if it has a
               unit of something else (quantities.py)
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from quoth.index.records import Floats, Span
from quoth.index.text.analysis import stems_of
from quoth.index.text.normalize import without_notes
from quoth.qa.extract.mentions import mentions, new_mentions, untitled
from quoth.qa.question.answer_types import COUNTED, NAMED, AnswerType
from quoth.qa.question.quantities import asked_quantity
from quoth.qa.question.understand import Question

from .cells import requested_cell, row_at
from .evidence import AnswerSpan, Evidence
from .reader import LEAST
from .said import asks_who_says, speaker_in
from .weights import SPAN

FEATURES = tuple(SPAN)
WEIGHTS = np.array(list(SPAN.values()))
MAX_TERM = 5
"""Maximum number of words of the reader's span around a mention; if it has more, the mention alone is a candidate."""
_WORD = re.compile(r"\w+")
_PREPOSITION = re.compile(r"\b(?:in|at|to|from|near|into|of|on|through|between)\s+(?:the\s+)?$", re.IGNORECASE)
_OCCUPATION = re.compile(r"(?!(?:from|with|into|near|between|named|called)\b)\w[\w\u200b-]{3,}\s")
_LOOSE = re.compile(r"^[^\w$€£¥]+|[^\w%°½]+$")
_WHOLE = (
    AnswerType.NUMBER, AnswerType.MONEY, AnswerType.DATE, AnswerType.TIME, AnswerType.DURATION, AnswerType.NAME,
)  # fmt: skip
"""Types of the mentions that the reader's span is extended to."""


def answer_spans(question: Question, evidence: Evidence, span: Span | None = None) -> tuple[AnswerSpan, ...]:
    """The candidates of a span of text, likeliest first; computed once per span and kept in ``evidence.answers``.

    Empty if the text holds no mention of the type asked for and was not read.

    :param span: the sentence by default; else the sentence with a neighbour, or its row of a table.
    """
    span = span or evidence.span
    if span not in evidence.answers:
        evidence.answers[span] = _with_shares(question, evidence, span)
    return evidence.answers[span]


def _with_shares(question: Question, evidence: Evidence, span: Span) -> tuple[AnswerSpan, ...]:
    text = evidence.article.text
    if in_table := row_at(text, span):
        if requested := requested_cell(question, text, in_table):
            return _only(evidence, requested.cell)
        if in_table.row.in_columns:
            return ()
    if asks_who_says(question) and (name := speaker_in(text, span)):
        if span[0] <= name[0] < name[1] <= span[1]:
            return _only(evidence, name)
        if text[slice(*name)].split()[-1] not in text[slice(*span)]:  # another name is no answer
            return ()
    places, values = span_features(question, evidence, span)
    if not places:
        return ()
    chances = np.exp((odds := values @ WEIGHTS) - odds.max())
    margins = values[:, FEATURES.index("read")] * -LEAST
    found = [
        AnswerSpan(p, text[p[0] : p[1]], float(c), float(m), bool(f))
        for p, c, m, f in zip(places, chances / chances.sum(), margins, values[:, FEATURES.index("free")], strict=True)
    ]
    return _without_overlaps(sorted(found, key=lambda a: (-a.share, a.span)))


def _only(evidence: Evidence, span: Span) -> tuple[AnswerSpan, ...]:
    """The cell of a table or the speaker that the question asks for; empty if it has no words."""
    if span[0] == span[1]:
        return ()
    margin = evidence.reading.margin(span) if evidence.reading is not None else LEAST
    return (AnswerSpan(span, evidence.article.text[slice(*span)], 1.0, margin, False),)


def _without_overlaps(found: Sequence[AnswerSpan]) -> tuple[AnswerSpan, ...]:
    """The likeliest of those that overlap, with the sum of their shares."""
    kept: list[AnswerSpan] = []
    for a in found:
        same = next((i for i, b in enumerate(kept) if a.span[0] < b.span[1] and b.span[0] < a.span[1]), None)
        if same is None:
            kept.append(a)
        else:
            kept[same] = replace(kept[same], share=kept[same].share + a.share)
    return tuple(sorted(kept, key=lambda a: (-a.share, a.span)))


def span_features(question: Question, evidence: Evidence, span: Span) -> tuple[list[Span], Floats]:
    """The places of the t candidates in the article, and their features, shape (t, len(FEATURES))."""
    start, end = span
    text = evidence.article.text[start:end]
    asked = question.idf.keys()
    shared = [m.start() for m in _WORD.finditer(text) if stems_of(m.group(), question.language) & asked]
    pieces = evidence.ranked.candidate.stored.tokens.spans
    reading = evidence.reading
    found = [(place, known, False) for place, known in new_mentions(question.answer_type, text, asked)]
    own: Span | None = None
    if question.answer_type is AnswerType.DATE:  # "when" also asks for a time of day
        found += [(place, known, False) for place, known in new_mentions(AnswerType.TIME, text, asked)]
    if reading is not None and (best := reading.best(span)):
        own = _whole(text, (best.span[0] - start, best.span[1] - start))
        if question.answer_type is AnswerType.NAME:
            own = _without_occupation(text, own, [place for place, _, _ in found])
        if _is_candidate(question.answer_type, text, own, [place for place, _, _ in found]):
            found.append((own, 0.0, True))
    places: list[Span] = []
    values: list[list[float]] = []
    for (a, b), known, free in found:
        quantity, b = asked_quantity(question.own, text, a, b)
        inside = (pieces[:, 0] < start + b) & (pieces[:, 1] > start + a) & (pieces[:, 1] > pieces[:, 0])
        gaps = sorted(max(a - place, place - b, 0) for place in shared)[:3]
        place = (start + a, start + b)
        if question.answer_type in NAMED:
            place = untitled(evidence.article.text, place)
        places.append(place)
        values.append([
            (reading.margin(place) if reading is not None else LEAST) / -LEAST,
            float(free),
            float((a, b) == own),
            float((question.asking @ evidence.ranked.cosines[:, inside]).mean()) if inside.any() else 0.0,
            math.log1p(sum(gaps) / len(gaps)) if gaps else 0.0,
            known,
            math.log(b - a),
            float(question.answer_type is AnswerType.PLACE and bool(_PREPOSITION.search(text[:a]))),
            float(quantity),
        ])  # fmt: skip
    return places, np.array(values, np.float32).reshape(-1, len(FEATURES))


def _without_occupation(text: str, own: Span, names: Sequence[Span]) -> Span:
    """Of "engineer Ludo Verhaag", the name; the reader's span as it is if it is not a name after one other word."""
    name = next((n for n in names if n[1] == own[1] and own[0] < n[0]), None)
    return name if name and _OCCUPATION.fullmatch(text[own[0] : name[0]]) else own


def _is_candidate(answer_type: AnswerType, text: str, own: Span, mentioned: Sequence[Span]) -> bool:
    """Whether the reader's span is a candidate in addition to the mentions of the type asked for."""
    overlapping = [place for place in mentioned if place[0] < own[1] and own[0] < place[1]]
    if own[0] >= own[1] or len(overlapping) > 1 or own in overlapping:
        return False
    if overlapping:  # a mention within a clause
        return len(text[slice(*own)].split()) <= MAX_TERM
    return not mentioned or answer_type not in COUNTED


def _whole(text: str, span: Span) -> Span:
    """The reader's span without blanks and commas at its ends, extended to the whole of every mention it cuts into."""
    start, end = span
    for answer_type in _WHOLE:
        for a, b in mentions(answer_type, text):
            if a < end and start < b:
                start, end = min(a, start), max(b, end)
    if not any(end == b for a, b in mentions(AnswerType.TIME, text)):
        plain = without_notes(text)
        kept = _LOOSE.sub("", plain[start:end])
        start = plain.index(kept, start)
        end = start + len(kept)
    return start, end
