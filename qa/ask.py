"""ask(): a question in, an answer in the articles' own words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .citation import from_citation
from .compare import Comparison, compare
from .confidence import FOUND, confidence
from .cross_encoder import second_opinion
from .explain import explain
from .follow_up import asks_for_more, context
from .only import EVERYTHING, Only
from .question import understand
from .quote import by_score, choose, read, with_news
from .records import Answer
from .retrieve import LibraryLike, check_question, open_library, rank
from .small_talk import small_talk
from .wording import correct


def ask(
    question: str, *, library: LibraryLike = None, history: Sequence[Answer] = (), min_confidence: float = FOUND,
    cross_encoder: str | None = None, only: Only = EVERYTHING,
) -> Answer:  # fmt: skip
    """One to three quotes that answer the question; where the articles do not, ``found`` is false.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param history: the answers before this one, oldest first, for a question that leans on them.
    :param min_confidence: from which confidence on, 0 to 1, an answer counts as found. Higher: fewer answers, more of
        them right; `quoth eval` shows the curve.
    :param cross_encoder: a sentence-transformers CrossEncoder of your own, by name or folder,
        to rank the best sentences.
    :param only: which articles may answer.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, or nothing in it, or no article is in ``only``.
    :raises ModelUnavailable: the model, or the cross-encoder, is not there or not safe to load.
    """
    view = open_library(library).view()
    question = check_question(question)
    if remark := small_talk(question):
        return Answer(question, question, False, 0.0, (), remark=remark)
    wording = correct(question, view)
    behind = context(wording.shown, history)
    understood = understand(wording.searched, view, behind)
    sentences = by_score(read(understood, rank(understood, view, within=only.placed(view))))
    if cross_encoder is not None:
        sentences = second_opinion(cross_encoder).rescored(wording.searched, sentences)
    if history and asks_for_more(question):
        sentences = with_news(understood, sentences, history[-1].quotes[:1]) or sentences
    searched_for = f"{wording.shown} ({' '.join(behind.words)})" if behind.words else wording.shown
    if cited := from_citation(understood, sentences):
        return Answer(question, searched_for, True, 1.0, cited[1], did_you_mean=wording.offered, remark=cited[0])
    sure = confidence(understood, sentences)
    found = sure >= min_confidence
    compared = compare(understood, sentences) if found else Comparison()
    quotes = choose(understood, sentences)
    answer = Answer(
        question, searched_for, found, sure, quotes, compared.disagreements, wording.offered, compared.remark
    )
    return replace(answer, why=explain(understood, sentences, compared.claims, answer, min_confidence))
