"""ask(): a question in, an answer in the articles' own words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quoth.qa.answer.citation import from_citation
from quoth.qa.answer.confidence import FOUND, confidence
from quoth.qa.answer.disagreement import Comparison, compare
from quoth.qa.answer.explain import explain
from quoth.qa.answer.quotes import by_score, choose, read, with_news
from quoth.qa.question.follow_up import asks_for_more, context
from quoth.qa.question.small_talk import small_talk
from quoth.qa.question.spelling import correct
from quoth.qa.question.understand import understand
from quoth.qa.ranking.cross_encoder import second_opinion
from quoth.qa.ranking.rerank import rank

from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, open_library
from .records import Answer


def ask(
    question: str, *, library: LibraryLike = None, history: Sequence[Answer] = (), min_confidence: float = FOUND,
    cross_encoder: str | None = None, where: Filter = EVERYTHING,
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
    :raises NoArticles: there is no such library, or nothing in it, or no article is in ``where``.
    :raises ModelUnavailable: the model, or the cross-encoder, is not there or not safe to load.
    """
    snapshot = open_library(library).snapshot()
    question = check_question(question)
    if remark := small_talk(question):
        return Answer(question, question, False, 0.0, (), remark=remark)
    spelling = correct(question, snapshot)
    behind = context(spelling.shown, history)
    understood = understand(spelling.searched, snapshot, behind)
    sentences = by_score(read(understood, rank(understood, snapshot, within=where.placed(snapshot))))
    if cross_encoder is not None:
        sentences = second_opinion(cross_encoder).rescored(spelling.searched, sentences)
    if history and asks_for_more(question):
        sentences = with_news(understood, sentences, history[-1].quotes[:1]) or sentences
    searched_for = f"{spelling.shown} ({' '.join(behind.words)})" if behind.words else spelling.shown
    if cited := from_citation(understood, sentences):
        return Answer(question, searched_for, True, 1.0, cited[1], did_you_mean=spelling.offered, remark=cited[0])
    sure = confidence(understood, sentences)
    found = sure >= min_confidence
    compared = compare(understood, sentences) if found else Comparison()
    quotes = choose(understood, sentences)
    answer = Answer(
        question, searched_for, found, sure, quotes, compared.disagreements, spelling.offered, compared.remark
    )
    return replace(answer, why=explain(understood, sentences, compared.claims, answer, min_confidence))
