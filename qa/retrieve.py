"""retrieve(): the passages that match a question best."""

from __future__ import annotations

from quoth.index.records import Hit

from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, open_library
from .question.understand import understand
from .ranking.rerank import rerank
from .ranking.retrieve import CANDIDATES, retrieve_candidates


def retrieve(question: str, k: int = 5, *, library: LibraryLike = None, where: Filter = EVERYTHING) -> list[Hit]:
    """The k passages that match the question best, best first.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param where: the articles that may be found.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, the library is empty, or no article matches ``where``.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    snapshot = open_library(library).snapshot()
    understood = understand(check_question(question), snapshot)
    candidates = retrieve_candidates(understood, snapshot, max(k, CANDIDATES), where.placed(snapshot))
    return [Hit(r.candidate.stored.passage, r.candidate.article, r.score) for r in rerank(understood, candidates)[:k]]
