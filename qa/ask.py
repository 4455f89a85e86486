"""ask(): from a question to an answer in the articles' own words.

A question takes six steps: understand, retrieve, rerank, read, decide, present.
"""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.search.snapshot import Snapshot
from quoth.qa.answer.citation import from_citation
from quoth.qa.answer.confidence import FOUND
from quoth.qa.answer.decide import decide
from quoth.qa.answer.present import present
from quoth.qa.answer.quotes import not_quoted
from quoth.qa.question.small_talk import small_talk
from quoth.qa.question.understand import understand
from quoth.qa.ranking.cross_encoder import load_cross_encoder
from quoth.qa.ranking.read import read
from quoth.qa.ranking.rerank import rerank
from quoth.qa.ranking.retrieve import retrieve_candidates

from .as_read import as_read, as_written
from .filters import EVERYTHING, Filter
from .opening import LibraryLike, check_question, open_library
from .records import Answer


def ask(
    question: str, *, library: LibraryLike = None, history: Sequence[Answer] = (), min_confidence: float = FOUND,
    cross_encoder: str | None = None, where: Filter = EVERYTHING,
) -> Answer:  # fmt: skip
    """Answer a question with one to three quotes; ``found`` is false if the articles do not answer it.

    :param library: a Library, the folder of one, or None for ``$QUOTH_LIBRARY``, else ``./.quoth``.
    :param history: the previous answers, oldest first, for a question that refers to them.
    :param min_confidence: minimum confidence, from 0 to 1, of an answer that counts as found. A higher value gives
        fewer answers, of which more are right; `quoth eval` shows the curve.
    :param cross_encoder: name or folder of your own sentence-transformers CrossEncoder that reranks the best sentences.
    :param where: the articles that may answer.
    :raises BadQuestion: the question is empty, has no word in it, or is longer than 2,000 characters.
    :raises NoArticles: there is no such library, the library is empty, or no article matches ``where``.
    :raises ModelUnavailable: the model or the cross-encoder is missing or not safe to load.
    """
    snapshot = open_library(library).snapshot()
    return answer_from(
        snapshot, question, history=history, min_confidence=min_confidence, cross_encoder=cross_encoder, where=where
    )


def answer_from(
    snapshot: Snapshot, question: str, *, history: Sequence[Answer] = (), min_confidence: float = FOUND,
    cross_encoder: str | None = None, where: Filter = EVERYTHING,
) -> Answer:  # fmt: skip
    """Answer a question from a snapshot; see ``ask``."""
    question = check_question(question)
    if remark := small_talk(question):
        return Answer(question, question, False, 0.0, (), remark=remark)
    understood = understand(question, snapshot, history)
    candidates = retrieve_candidates(understood, snapshot, within=where.placed(snapshot))
    evidence = read(understood, rerank(understood, as_read(candidates)))
    if cross_encoder is not None:
        evidence = load_cross_encoder(cross_encoder).rescored(understood.own, evidence)
    if understood.asks_for_more:
        evidence = not_quoted(understood, evidence, history[-1].quotes[:1]) or evidence
    if cited := from_citation(understood, evidence):
        return as_written(cited, candidates)
    decision = decide(understood, evidence, min_confidence)
    return as_written(present(understood, evidence, decision), candidates)
