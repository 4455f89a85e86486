"""evaluate(): how well a library answers questions whose answers are known.

It measures retrieval, quotes, marks, refusals, disagreements, and the calibration of the confidence. cases.py reads the
questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quoth.index.records import Article, Hit
from quoth.qa.answer.confidence import FOUND

from .ask import ask
from .cases import EvalCase
from .opening import LibraryLike, open_library
from .records import Answer
from .retrieve import retrieve

PASSAGES = 5
"""Number of passages that are retrieved for each question."""
BINS = 5
"""Number of intervals of the confidence in the calibration."""
THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Minimum confidences of the curve."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with the answer and how good it is."""

    known: EvalCase
    answer: Answer
    passage: int | None
    """Rank, from 1, of the first retrieved passage that contains an answer; None if none does."""
    quote: int | None
    """Rank of the first quote that contains an answer, found or not."""
    shown: bool
    """Whether all texts that differ are shown as disagreements."""
    marked: bool
    """Whether the known answer is marked."""
    wrong: bool = False
    """Whether the first quote is known not to answer."""

    @property
    def right(self) -> bool:
        """Whether the answer is right: refused if it must be; shown to differ if articles do; else answered by the
        first quote (a list by all quotes), with the right words marked and no false alarm."""
        if self.answer.found and self.wrong:
            return False
        if not self.known.answerable:
            return not self.answer.found or not self.known.absent
        if self.known.differs:
            return self.shown
        quoted = self.quote is not None if self.known.whole else self.quote == 1
        return self.answer.found and quoted and not self.false_alarm and (self.marked or not self.known.marked)

    @property
    def false_alarm(self) -> bool:
        """Whether articles are shown to disagree that do not."""
        return self.known.agrees and bool(self.answer.disagreements)


@dataclass(frozen=True, slots=True)
class EvalReport:
    """The judged answers to all cases."""

    judged: tuple[Judged, ...]

    def figures(self) -> dict[str, float | int | None]:
        """Counts and shares from 0 to 1; a share of no cases is None."""
        direct = [j for j in self.judged if j.known.answers or j.known.whole]
        absent = [j for j in self.judged if j.known.absent]
        differing = [j for j in self.judged if j.known.differs]
        return {
            "questions": len(self.judged),
            "right": sum(j.right for j in self.judged),
            "passage_recall@1": _share([j.passage == 1 for j in direct]),
            "passage_recall@5": _share([j.passage is not None for j in direct]),
            "quote@1": _share([j.answer.found and j.quote == 1 for j in direct]),
            "quote@3": _share([j.answer.found and j.quote is not None for j in direct]),
            "refused": _share([not j.answer.found for j in absent]),
            "found": _share([j.answer.found for j in direct]),
            "marked": _share([j.marked for j in direct if j.known.marked and j.quote == 1]),
            "told_to_differ": _share([j.shown for j in differing]),
            "false_alarms": _share([j.false_alarm for j in self.judged if j.known.agrees]),
        }

    def calibration(self) -> list[tuple[float, float, int, float]]:
        """For each interval of the confidence: its ends, the number of answers, and the share with a right quote."""
        rows = []
        for i in range(BINS):
            right = [
                j.quote is not None
                for j in self._judged_by_quote()
                if min(int(j.answer.confidence * BINS), BINS - 1) == i
            ]
            if right:
                rows.append((i / BINS, (i + 1) / BINS, len(right), sum(right) / len(right)))
        return rows

    def curve(self) -> list[tuple[float, float, float | None]]:
        """For each minimum confidence: the share of answerable questions that is answered, and the share of all answers
        that is right."""
        rows = []
        judged = self._judged_by_quote()
        for threshold in THRESHOLDS:
            answered = [j for j in judged if j.answer.confidence >= threshold]
            coverage = _share([j.answer.confidence >= threshold for j in judged if j.known.answerable])
            rows.append((threshold, coverage or 0.0, _share([j.quote is not None for j in answered])))
        return rows

    def misses(self) -> list[Judged]:
        """The answers that are not right."""
        return [j for j in self.judged if not j.right]

    def to_dict(self) -> dict[str, Any]:
        """Return figures, calibration, curve and misses as JSON has them; ``quoth eval --json`` prints exactly this."""
        return {
            "figures": self.figures(),
            "calibration": [list(row) for row in self.calibration()],
            "curve": [list(row) for row in self.curve()],
            "misses": [
                {
                    "question": list(j.known.turns), "answers": list(j.known.answers or j.known.differs),
                    "found": j.answer.found, "confidence": j.answer.confidence,
                    "quotes": [q.text for q in j.answer.quotes],
                }
                for j in self.misses()
            ],
        }  # fmt: skip

    def _judged_by_quote(self) -> list[Judged]:
        return [j for j in self.judged if not j.known.differs and (j.known.answerable or j.known.absent)]


def evaluate(
    questions: Sequence[EvalCase],
    library: LibraryLike = None,
    *,
    min_confidence: float = FOUND,
    cross_encoder: str | None = None,
) -> EvalReport:
    """Ask all questions and judge the answers.

    :raises NoArticles: there is no such library, or the library is empty.
    """
    opened = open_library(library)
    judged = []
    for known in questions:
        history: list[Answer] = []
        for turn in known.turns:
            history.append(
                ask(turn, library=opened, history=history, min_confidence=min_confidence, cross_encoder=cross_encoder)
            )
        answer = history[-1]
        judged.append(judge(known, answer, retrieve(answer.searched_for, PASSAGES, library=opened)))
    return EvalReport(tuple(judged))


def judge(known: EvalCase, answer: Answer, hits: Sequence[Hit]) -> Judged:
    """Judge an answer.

    :param hits: the retrieved passages, best first.
    """
    quotes = [q.text if _is_of(q.article, known.file) else "" for q in answer.quotes]
    passages = [hit.passage.text if _is_of(hit.article, known.file) else "" for hit in hits]
    differing = [q.text for d in answer.disagreements for q in d.quotes]
    shown = bool(known.differs) and all(_rank(differing, [text]) for text in known.differs)
    marks = {flat(q.article.text[a:b]) for q in answer.quotes if _is_of(q.article, known.file) for a, b in q.highlights}
    quote = _rank(quotes, known.answers)
    if known.whole and all(_rank(quotes, [text]) for text in known.whole):
        quote = quote or 1
    return Judged(
        known, answer, _rank(passages, known.answers or known.whole), quote, shown,
        not marks.isdisjoint(map(flat, known.marked)),
        _rank([q.text for q in answer.quotes[:1]], known.wrong) is not None,
    )  # fmt: skip


def _is_of(article: Article, file: str) -> bool:
    """Whether an article is a file, or one of those in it.

    :param file: the end of the file's path; empty for any file.
    """
    return not file or re.search(rf"(?:^|[/\\]){re.escape(file)}(?:#|$)", article.source) is not None


def _rank(texts: Sequence[str], answers: Sequence[str]) -> int | None:
    """Rank, from 1, of the first text that contains one of the answers; None if none does."""
    wanted = [flat(answer) for answer in answers]
    return next((i for i, text in enumerate(texts, 1) if any(w in flat(text) for w in wanted)), None)


def flat(text: str) -> str:
    """Return a text with white space normalised, as texts are compared."""
    return " ".join(text.split())


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
