"""ask(): a question in, an answer in the articles' own words out."""

from __future__ import annotations

from collections.abc import Sequence

from .compare import compare
from .confidence import FOUND, confidence
from .follow_up import asks_for_more, context
from .question import understand
from .quote import by_score, choose, with_news
from .records import Answer
from .retrieve import LibraryLike, check_question, open_library, rank
from .wording import correct


def ask(question: str, *, library: LibraryLike = None, history: Sequence[Answer] = ()) -> Answer:
    """One to three quotes that answer the question; where the articles do not, ``found`` is false.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param history: the answers before this one, oldest first, for a question that leans on them.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, or nothing in it.
    """
    opened = open_library(library)
    own = correct(check_question(question), opened)
    understood = understand(own, opened, context(own, history))
    sentences = by_score(rank(understood, opened))
    if history and asks_for_more(question):
        sentences = with_news(understood, sentences, history[-1].quotes[:1]) or sentences
    sure = confidence(understood, sentences)
    found = sure >= FOUND
    disagreements = compare(understood, sentences) if found else ()
    return Answer(question, understood.text, found, sure, choose(understood, sentences), disagreements)
