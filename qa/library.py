"""Library: a folder of articles that can be asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from quoth.index import library
from quoth.index.records import Hit

from .answer.confidence import FOUND
from .ask import ask
from .cases import EvalCase, read_questions
from .evaluate import EvalReport, evaluate
from .filters import EVERYTHING, Filter
from .find import Matches, find
from .nearest import Nearest, nearest
from .records import Answer
from .retrieve import retrieve
from .verify import Verified, places


class Library(library.Library):
    __doc__ = library.Library.__doc__

    def retrieve(self, question: str, k: int = 5, *, where: Filter = EVERYTHING) -> list[Hit]:
        """Return the k passages that fit a question best, best first; see ``quoth.retrieve``."""
        return retrieve(question, k, library=self, where=where)

    def ask(
        self, question: str, *, history: Sequence[Answer] = (), where: Filter = EVERYTHING,
        min_confidence: float = FOUND, cross_encoder: str | None = None,
    ) -> Answer:  # fmt: skip
        """Answer a question with quotes; see ``quoth.ask``."""
        return ask(
            question, library=self, history=history, where=where, min_confidence=min_confidence,
            cross_encoder=cross_encoder,
        )  # fmt: skip

    def find(self, text: str, *, where: Filter = EVERYTHING) -> Matches:
        """Find every passage that contains some words; see ``quoth.find``."""
        return find(text, library=self, where=where)

    def verify(self, sentence: str) -> list[Verified]:
        """Find every place where a sentence occurs word for word.

        If it occurs nowhere to the letter, places that differ only in white space, quotation marks and dashes are
        returned, with ``status`` "changed". Empty if there is none.
        """
        return places(sentence, self)

    def nearest(self, sentence: str) -> Nearest | None:
        """Return the sentences that are most similar to a given one, and where they differ; see ``nearest``."""
        return nearest(sentence, self)

    def evaluate(self, questions: str | os.PathLike[str] | Sequence[EvalCase]) -> EvalReport:
        """Measure how well the library answers questions whose answers are known.

        :param questions: a file of questions (docs/eval.md), or the questions.
        :raises BadQuestions: the file cannot be read, or one of its lines is malformed.
        """
        cases = read_questions(Path(questions)) if isinstance(questions, (str, os.PathLike)) else questions
        return evaluate(cases, self)
