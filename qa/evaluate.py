"""How well a library answers questions whose answers are known: retrieval, quotes, refusals, calibration.

A file of questions holds one JSON object a line:

    {"question": "When was the truce reached?", "answers": ["reached on May 12, 2025"]}
                                                                            one of them must stand in the first quote
    {"question": ["Who met?", "And when?"], "answers": ["October 30"]}      the last of a conversation is judged
    {"question": "What is in the box?", "whole": ["a cable", "a manual"]}   all of them must be quoted
    {"question": "Who won the world cup?", "answers": []}                   must be refused
    {"question": "What share?", "differs": ["90%", "92%"]}                  articles must be shown to differ
    {"question": "When was it signed?", "not": ["It was signed off."]}      the first quote must hold none of them

To "answers" and "whole" may be added "marked", words of which one must be marked, to the letter, and "differs": false,
where no articles may be said to differ; "not" may be added to all. Words stand in a quote if they do but for white
space.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quoth.index.errors import BadQuestions
from quoth.qa.answer.confidence import FOUND

from .ask import ask
from .opening import LibraryLike, open_library
from .records import Answer
from .retrieve import retrieve

BINS = 5
THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class EvalCase:
    """A question and what is known of its answer."""

    turns: tuple[str, ...]
    answers: tuple[str, ...]
    whole: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    agrees: bool = False
    """Whether no articles differ on it."""
    wrong: tuple[str, ...] = ()
    """Words that do not answer it. Where nothing else is known, it may be answered in other words, or refused."""

    @property
    def answerable(self) -> bool:
        return bool(self.answers or self.whole or self.differs)

    @property
    def absent(self) -> bool:
        """Whether the articles are known to hold no answer."""
        return not self.answerable and not self.wrong


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what came of it."""

    known: EvalCase
    answer: Answer
    passage: int | None
    """Rank of the first passage that holds an answer, from 1; None beyond 5."""
    quote: int | None
    """Rank of the first quote that does, found or not."""
    told: bool
    """Whether all that differs is set side by side."""
    marked: bool
    """Whether the words that answer are marked, where they are known."""
    wrong: bool = False
    """Whether the first quote is known not to answer."""

    @property
    def right(self) -> bool:
        """As a reader would judge it: refused where it must be, told to differ, or answered by the first quote (a list,
        by all quotes), with the right words marked, and not said to differ where nothing does."""
        if self.answer.found and self.wrong:
            return False
        if not self.known.answerable:
            return not self.answer.found or not self.known.absent
        if self.known.differs:
            return self.told
        quoted = self.quote is not None if self.known.whole else self.quote == 1
        return self.answer.found and quoted and not self.false_alarm and (self.marked or not self.known.marked)

    @property
    def false_alarm(self) -> bool:
        return self.known.agrees and bool(self.answer.disagreements)


@dataclass(frozen=True, slots=True)
class EvalReport:
    """All questions of a file, judged."""

    judged: tuple[Judged, ...]

    def figures(self) -> dict[str, float | int | None]:
        """Shares from 0 to 1, None of nothing."""
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
            "told_to_differ": _share([j.told for j in differing]),
            "false_alarms": _share([j.false_alarm for j in self.judged if j.known.agrees]),
        }

    def calibration(self) -> list[tuple[float, float, int, float]]:
        """For each span of confidence: from, to, how many answers, and the share of them that hold a right quote."""
        rows = []
        for i in range(BINS):
            held = [
                j.quote is not None for j in self._by_quote() if min(int(j.answer.confidence * BINS), BINS - 1) == i
            ]
            if held:
                rows.append((i / BINS, (i + 1) / BINS, len(held), sum(held) / len(held)))
        return rows

    def curve(self) -> list[tuple[float, float, float | None]]:
        """For each threshold: the share of the answerable that is answered,
        and how much of all that is answered is right."""
        rows = []
        judged = self._by_quote()
        for threshold in THRESHOLDS:
            answered = [j for j in judged if j.answer.confidence >= threshold]
            coverage = _share([j.answer.confidence >= threshold for j in judged if j.known.answerable])
            rows.append((threshold, coverage or 0.0, _share([j.quote is not None for j in answered])))
        return rows

    def misses(self) -> list[Judged]:
        return [j for j in self.judged if not j.right]

    def _by_quote(self) -> list[Judged]:
        return [j for j in self.judged if not j.known.differs and (j.known.answerable or j.known.absent)]


def read_questions(file: Path) -> list[EvalCase]:
    """The questions of a file.

    :raises BadQuestions: it cannot be read, or a line of it is not as it must be.
    """
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestions(f"{file} cannot be read: {error}") from error
    found = [_known(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadQuestions(f"{file} holds no question; write one JSON object a line.")
    return found


def evaluate(
    questions: Sequence[EvalCase],
    library: LibraryLike = None,
    *,
    min_confidence: float = FOUND,
    cross_encoder: str | None = None,
) -> EvalReport:
    """Ask them all.

    :raises NoArticles: there is no such library, or nothing in it.
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
        passages = [hit.passage.text for hit in retrieve(answer.searched_for, 5, library=opened)]
        judged.append(judge(known, answer, passages))
    return EvalReport(tuple(judged))


def judge(known: EvalCase, answer: Answer, passages: Sequence[str]) -> Judged:
    """What came of a question.

    :param passages: the first five that were retrieved.
    """
    quotes = [q.text for q in answer.quotes]
    shown = [q.text for d in answer.disagreements for q in d.quotes]
    told = bool(known.differs) and all(_holds(shown, [words]) for words in known.differs)
    marks = {q.article.text[a:b] for q in answer.quotes for a, b in q.highlights}
    quote = _holds(quotes, known.answers)
    if known.whole and all(_holds(quotes, [words]) for words in known.whole):
        quote = quote or 1
    return Judged(
        known, answer, _holds(passages, known.answers or known.whole), quote, told, not marks.isdisjoint(known.marked),
        _holds(quotes[:1], known.wrong) is not None,
    )  # fmt: skip


def _known(line: str, where: str) -> EvalCase:
    try:
        row = json.loads(line)
        question, differs = row["question"], row.get("differs", [])
        lists = {name: row.get(name, []) for name in ("answers", "whole", "marked")}
        lists |= {"differs": differs or [], "wrong": row.get("not", [])}
        turns = [question] if isinstance(question, str) else question
        words = [*turns, *(word for of in lists.values() for word in of)]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadQuestions(
            f'{where}: not an object with "question" and "answers" ({error!r}). See the README.'
        ) from error
    if differs is True or any(isinstance(of, str) for of in lists.values()):
        raise BadQuestions(
            f'{where}: "answers", "whole", "marked", "not" and "differs" are lists, ["like this"]; '
            '"differs" may be false.'
        )
    if not turns or not all(isinstance(word, str) and word for word in words):
        raise BadQuestions(f"{where}: questions and answers must be words, none empty.")
    return EvalCase(tuple(turns), agrees=differs is False, **{name: tuple(of) for name, of in lists.items()})


def _holds(texts: Sequence[str], answers: Sequence[str]) -> int | None:
    """The rank, from 1, of the first text that holds one of the answers."""
    wanted = [" ".join(answer.split()) for answer in answers]
    return next((i for i, text in enumerate(texts, 1) if any(w in " ".join(text.split()) for w in wanted)), None)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
