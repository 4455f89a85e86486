"""The explanation of an answer: why its first quote, why the marked words, why found or not, why it differs or not.

The numbers are log-odds: of a sentence to be the one that answers, or of the quotes to hold the answer at all. A
difference of 1 makes it 2.7 times as likely, a difference of 3 twenty times.
"""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.records import Article
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.understand import Question
from quoth.qa.ranking.cells import requested_cell, row_at
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.ranking.features import CELL, FEATURES, LIST
from quoth.qa.ranking.read import ECHO, is_echo
from quoth.qa.ranking.spans import answer_spans
from quoth.qa.ranking.weights import CONFIDENCE, READ, SENTENCE

from .decide import Decision
from .disagreement import Comparison

LEAST = 0.3
"""Minimum size of a number that is reported."""
MAX_CHARS = 60
"""Maximum number of characters that are shown of a sentence."""
_OF_SENTENCE = {
    "max_sim": "its words are similar in meaning to the question's",
    "question_words": "it is similar in meaning to answers to the question word",
    "precision": "most of it is about the question",
    "coverage": "it has words of the question",
    "neighbourhood": "the sentences around it match the question, too",
    "counted": "it has a {answer_type} that the question does not have",
    "denies": "it denies something, as the question does",
    "named": "it has a name that the question does not have",
    "read": "the reader finds an answer in it",
    "echo": "it asks the same question",
    "topic": "the conversation is about its article",
    "listed": "it is a list, and the question asks for one",
    "cell": "it is the table's row that the question names, together with a column",
}
_OF_CONFIDENCE = {
    "score": "the sentence's score",
    "typed": "the question asks for a {answer_type}, which many sentences have",
    "precision": "most of the sentence is about the question",
    "unread": "the reader does not know the passage's language, so the score lacks its part",
    "numbers_missing": "sentence, heading and title lack a number of the question",
    "another_year": "the sentence is about another year than the question",
    "another_thing": "the sentence is not about the thing that the question names by a number",
    "empty_cell": "the table's cell that is asked for is empty",
    "nothing": "the sentence has no {answer_type} that the question does not have",
}


def explain(question: Question, evidence: Sequence[Evidence], decision: Decision) -> tuple[str, ...]:
    """One line each for the quote, the marked words, found or not, and articles that differ; empty without evidence.

    :param evidence: single sentences, best first.
    """
    if not evidence:
        return ()
    return (
        _quote(question, evidence), _mark(question, evidence[0]), _found(question, decision),
        _differ(decision.comparison) if decision.found else "Differ: not compared, because nothing was found.",
    )  # fmt: skip


def _quote(question: Question, evidence: Sequence[Evidence]) -> str:
    best = evidence[0]
    other = next((e for e in evidence[1:] if not _overlap(e, best)), None)
    if other is None:
        return "Quote: there is no other sentence."
    others = _parts(question, other)
    gains = {name: value - others[name] for name, value in _parts(question, best).items()}
    line = f"Quote: the best sentence scores {best.score - other.score:.1f} more than the next, {_shortened(other)}"
    return line + _reasons(question, _OF_SENTENCE, gains)


def _parts(question: Question, evidence: Evidence) -> dict[str, float]:
    """What a sentence's score is the sum of."""
    parts = {name: SENTENCE[name] * float(value) for name, value in zip(FEATURES, evidence.unit.features, strict=True)}
    return parts | {
        "read": READ * evidence.margin, "echo": -ECHO * is_echo(evidence.unit, evidence.article.text),
        "topic": question.topic_log_odds(evidence.article.source, evidence.span),
        "listed": LIST * evidence.unit.listed, "cell": CELL * evidence.unit.cell,
    }  # fmt: skip


def _overlap(a: Evidence, b: Evidence) -> bool:
    return a.article.id == b.article.id and a.span[0] < b.span[1] and b.span[0] < a.span[1]


def _mark(question: Question, best: Evidence) -> str:
    text = best.article.text
    if (found := row_at(text, best.span)) and (requested := requested_cell(question, text, found)):
        cell = text[slice(*requested.cell)]
        if not cell:
            return "Mark: the row’s cell is empty in the table’s column that the question names."
        if requested.is_named:
            return f"Mark: the question names the table’s column of “{cell}”."
        return f"Mark: “{cell}” is the row’s only cell that can be what the question asks for."
    if found and found.row.in_columns:
        return "Mark: none, because it is not clear which of the row’s cells is asked for."
    if question.answer_type is AnswerType.OTHER:
        asked = "Mark: the question asks for no particular type of answer"
    else:
        asked = f"Mark: the question asks for a {question.answer_type.value}"
    answers = answer_spans(question, best)
    if not answers:
        return f"{asked}; the sentence has none, so the clause with most words of the question is marked."
    chances = ", ".join(f"“{a.text}” ({a.share:.0%})" for a in answers[:4])
    return f"{asked}; the likeliest answers in the sentence are {chances}."


def _found(question: Question, decision: Decision) -> str:
    parts = {name: CONFIDENCE[name] * value for name, value in decision.features.items() if name != "bias"}
    line = (
        f"Found: the confidence is {decision.confidence:.0%}, {'at least' if decision.found else 'less than'} the "
        f"required {decision.minimum:.0%}"
    )
    return line + _reasons(question, _OF_CONFIDENCE, parts)


def _differ(comparison: Comparison) -> str:
    if comparison.disagreements:
        pairs = [
            " against ".join(f"“{q.article.text[slice(*q.highlights[0])]}” ({_title(q.article)})" for q in d.quotes)
            for d in comparison.disagreements
        ]
        return f"Differ: {'; '.join(pairs)}."
    answers = [f"“{c.answers[0].text}” ({_title(c.article)})" for c in comparison.claims]
    if len(answers) < 2:
        return (
            "Differ: not compared, because fewer than two articles answer by themselves with a date, a number, a name "
            "or the like."
        )
    return f"Differ: no; these can all be true: {', '.join(answers)}."


def _reasons(question: Question, texts: dict[str, str], parts: dict[str, float]) -> str:
    """The largest of some parts with their texts, at the end of a line."""
    reasons = [
        f"{texts[name].format(answer_type=question.answer_type.value)} ({value:+.1f})"
        for name, value in sorted(parts.items(), key=lambda part: -abs(part[1])) if abs(value) >= LEAST
    ]  # fmt: skip
    return f": {'; '.join(reasons)}." if reasons else "."


def _shortened(evidence: Evidence) -> str:
    text = " ".join(evidence.text.split())
    return f"“{text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + '…'}”"


def _title(article: Article) -> str:
    return article.title or article.source
