"""Library: a folder of articles that can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index import library
from quoth.index.records import Hit

from .answer.confidence import FOUND
from .ask import ask
from .cases import EvalCase
from .evaluate import EvalReport, evaluate
from .filters import EVERYTHING, Filter
from .find import Matches, find
from .records import Answer
from .retrieve import retrieve
from .verify import Saved, Verified, places, verify


class Library(library.Library):
    """A folder of articles that can be asked; created when absent.

    The methods that change it (``add``, ``rebuild``, ``remove``) are those of ``quoth.index.library.Library``.
    """

    def retrieve(self, question: str, k: int = 5, *, where: Filter = EVERYTHING) -> list[Hit]:
        """The k passages that fit the question best, best first; see ``quoth.retrieve``."""
        return retrieve(question, k, library=self, where=where)

    def ask(
        self, question: str, *, history: Sequence[Answer] = (), where: Filter = EVERYTHING,
        min_confidence: float = FOUND, cross_encoder: str | None = None,
    ) -> Answer:  # fmt: skip
        """Quotes that answer the question; see ``quoth.ask``."""
        return ask(
            question, library=self, history=history, where=where, min_confidence=min_confidence,
            cross_encoder=cross_encoder,
        )  # fmt: skip

    def find(self, text: str, *, where: Filter = EVERYTHING) -> Matches:
        """Every passage that contains these words; see ``quoth.find``."""
        return find(text, library=self, where=where)

    def verify(self, sentence: str) -> list[Verified]:
        """Every place where a sentence occurs, word for word."""
        return places(sentence, self)

    def verify_quote(self, saved: Saved) -> Verified:
        """Whether a saved quote is still in its place, elsewhere, changed, or gone."""
        return verify(saved, self)

    def evaluate(self, cases: Sequence[EvalCase]) -> EvalReport:
        """How well the library answers questions whose answers are known; see ``quoth.qa.evaluate``."""
        return evaluate(cases, self)
