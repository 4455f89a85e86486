"""Reading of the likeliest passages, and the final order of the sentences.

    score(sentence) = unit score (features.py) + 0.4 * reader's margin of the likeliest answer in it - 6 * echo

``echo`` is 1 for a question with most of the words of the user's question: it asks the same, and the answer follows.
The margin of a sentence that was not read is ``reader.LEAST``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Span
from quoth.index.text.tables import table_at
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.understand import Question

from .evidence import Evidence
from .features import FEATURES
from .headings import words_in_heading
from .named_things import named_things_first
from .reader import LEAST, Reading, reader
from .rerank import Ranked
from .said import with_speech_raised
from .units import Unit
from .weights import READ

BEST, OTHERS = 6, 3
"""Maximum numbers of passages that are read: those of the best sentences; and, if the question asks for an answer type,
the best passages of further articles, so that articles can be compared."""
MAX_HEADER_CHARS = 160
ECHO, ECHOED = 6.0, 0.3
"""Subtracted from the score of a question with at least this share of the question's words, by idf."""
_COVERAGE = FEATURES.index("coverage")
WEAKER = 4.0
"""Passages of further articles are read if their best sentence scores less than this much below the best of all."""


def read(question: Question, ranked: Sequence[Ranked]) -> list[Evidence]:
    """Read the likeliest passages and score all single sentences, best first."""
    chosen = [r for r in to_read(question, ranked) if in_known_language(r)]
    texts = [(_above(question, r), r.candidate.stored.passage.text, r.candidate.stored.passage.start) for r in chosen]
    readings = dict(zip((id(r) for r in chosen), reader().read(question.text, texts), strict=True))
    found = with_speech_raised(question, evidence_of(ranked, [readings.get(id(r)) for r in ranked]))
    return named_things_first(question, sorted(found, key=_order))


def _above(question: Question, ranked: Ranked) -> str:
    """What is read before a passage: the article's title; its heading, if it has words of the question that title and
    passage have not; and the header of the table that the passage begins in."""
    text, start = ranked.candidate.article.text, ranked.candidate.stored.passage.start
    table = table_at(text, (start, start + 1))
    head = text[slice(*table.head)][:MAX_HEADER_CHARS] if table and table.head else ""
    shared = words_in_heading(question, ranked.candidate, ranked.cosines)
    heading = ranked.candidate.stored.passage.heading if shared else None
    return "\n".join(part for part in (ranked.candidate.article.title, heading, head) if part)


def evidence_of(ranked: Sequence[Ranked], readings: Sequence[Reading | None]) -> list[Evidence]:
    """All single sentences of some passages, best first.

    :param readings: of each passage; None if it was not read.
    """
    found = []
    for passage, reading in zip(ranked, readings, strict=True):
        for unit in passage.units:
            if unit.single:
                margin = reading.margin(unit.span) if reading else LEAST
                score = unit.score + READ * margin - ECHO * is_echo(unit, passage.candidate.article.text)
                found.append(Evidence(unit, passage, reading, margin, score))
    raised = _with_named_rows_raised(found)
    return sorted(raised, key=_order)


def is_echo(unit: Unit, text: str) -> bool:
    """Whether a sentence asks what the user asks."""
    return text[unit.span[0] : unit.span[1]].rstrip('"”’» ').endswith("?") and unit.features[_COVERAGE] >= ECHOED


def _order(evidence: Evidence) -> tuple[object, ...]:
    return (-evidence.score, *evidence.ranked.candidate.place, evidence.unit.span)


def _with_named_rows_raised(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Give the rows that the question names the highest margin of their table: the reader knows what an answer looks
    like, but hardly which row it is in."""
    named: defaultdict[tuple[int, Span], list[int]] = defaultdict(list)
    for number, e in enumerate(evidence):
        if e.unit.cell and (table := table_at(e.article.text, e.span)):
            named[e.article.id, (table.start, table.end)].append(number)
    raised = list(evidence)
    for (article, (start, end)), rows in named.items():
        highest = max(e.margin for e in evidence if e.article.id == article and start <= e.span[0] < end)
        more = highest - max(evidence[number].margin for number in rows)
        for number in rows:
            e = evidence[number]
            raised[number] = replace(e, margin=e.margin + more, score=e.score + READ * more)
    return raised


def to_read(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The passages of the best sentences, and the best passages of further articles."""
    scored = [(max(scores), r) for r in ranked if (scores := [u.score for u in r.units if u.single])]
    scored.sort(key=lambda pair: (-pair[0], *pair[1].candidate.place))
    chosen = [r for _, r in scored[:BEST]]
    if question.answer_type is AnswerType.OTHER:
        return chosen
    first: dict[int, Ranked] = {}
    for _, r in scored:
        first.setdefault(r.candidate.article.id, r)
    others = [
        r for score, r in scored[BEST:]
        if first[r.candidate.article.id] is r and score > scored[0][0] - WEAKER
    ]  # fmt: skip
    return chosen + others[:OTHERS]


def in_known_language(ranked: Ranked) -> bool:
    """Whether the reader knows the language of a passage."""
    return ranked.candidate.article.language in (None, ENGLISH)
