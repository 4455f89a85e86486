"""retrieve(): the passages that fit a question best."""

from __future__ import annotations

from quoth.index.records import Hit

from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, open_library
from .question.spelling import correct
from .question.understand import understand
from .ranking.rerank import RERANKED, rank


def retrieve(question: str, k: int = 5, *, library: LibraryLike = None, where: Filter = EVERYTHING) -> list[Hit]:
    """The k passages that fit the question best, best first.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param only: which articles may be found.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, nothing in it, or no article is in ``where``.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    snapshot = open_library(library).snapshot()
    understood = understand(correct(check_question(question), snapshot).searched, snapshot)
    ranked = rank(understood, snapshot, max(k, RERANKED), where.placed(snapshot))
    return [Hit(r.candidate.stored.passage, r.candidate.article, r.score) for r in ranked[:k]]
