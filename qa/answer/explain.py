"""What spoke for an answer, in words: for its first quote, for what is marked in it, for found or not,
for differ or not.

The numbers are log-odds: of a sentence to be the one that answers, or of the quotes to hold the answer at all. A
difference of 1 makes it 2.7 times as likely, one of 3 twenty times.
"""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.records import Article
from quoth.index.text.tables import cell_for, table_at
from quoth.qa.question.answer_types import AnswerType
from quoth.qa.question.understand import Question
from quoth.qa.ranking.features import CELL, LIST, MEASURES
from quoth.qa.ranking.weights import CONFIDENCE, READ, SENTENCE
from quoth.qa.records import Answer

from .confidence import confidence_features
from .disagreement import Claim
from .quotes import Evidence
from .spans import answer_spans

LEAST = 0.3
"""What speaks less for anything is left out."""
_OF_SENTENCE = {
    "max_sim": "its words mean what the question's do",
    "question_words": "it holds what the question word asks for, by its meaning",
    "precision": "little in it is beside the question",
    "coverage": "it shares the question's words",
    "neighbourhood": "the sentences around it fit, too",
    "counted": "it holds a {answer_type} that the question does not have",
    "denies": "it denies something, as the question does",
    "named": "it holds a name that the question does not have",
    "read": "the reader finds the answer in it",
    "topic": "the conversation is about its article",
    "listed": "it is a list, and one is asked for",
    "cell": "it is a table's row that the question names, and a column, too",
}
_OF_CONFIDENCE = {
    "score": "its score",
    "unread": "yes or no, a list, or another language than English, which the reader cannot tell",
    "precision": "how little in it is beside the question",
    "weakest": "how well the sentence matches the word of the question that it matches least",
    "denies": "the question denies something that the sentence does not",
    "names_missing": "names of the question that its passage does not have",
    "numbers_missing": "a number of the question that the sentence does not have",
    "another_year": "it speaks of another year than the question",
    "nothing": "it holds no such thing as is asked for",
}


def explain(
    question: Question, sentences: Sequence[Evidence], claims: Sequence[Claim], answer: Answer, minimum: float
) -> tuple[str, ...]:
    """One line each, in the order quote, mark, found, differ.

    :param sentences: single sentences, best first.
    :param claims: what articles answer by themselves; none where nothing was found.
    """
    if not sentences:
        return ()
    return (
        _quote(question, sentences), _mark(question, sentences[0]), _found(question, sentences[0], answer, minimum),
        _differ(claims, answer),
    )  # fmt: skip


def _quote(question: Question, sentences: Sequence[Evidence]) -> str:
    best = sentences[0]
    other = next((f for f in sentences[1:] if _apart(f, best)), None)
    if other is None:
        return "Quote: there is no other sentence."
    theirs = _parts(question, other)
    gains = {name: value - theirs[name] for name, value in _parts(question, best).items()}
    says = f"Quote: the best sentence scores {best.score - other.score:.1f} more than the next, {_short(other)}"
    return says + _listed(
        {_OF_SENTENCE[n].format(answer_type=question.answer_type.value): gain for n, gain in gains.items()}
    )


def _parts(question: Question, found: Evidence) -> dict[str, float]:
    """What makes up its score."""
    parts = {name: SENTENCE[name] * float(value) for name, value in zip(MEASURES, found.unit.measures, strict=True)}
    topic = question.topics.get(found.ranked.candidate.article.source, 0.0)
    return parts | {
        "read": READ * found.margin, "topic": topic, "listed": LIST * found.unit.listed, "cell": CELL * found.unit.cell,
    }  # fmt: skip


def _apart(a: Evidence, b: Evidence) -> bool:
    """Whether they share no words."""
    same = a.ranked.candidate.article.id == b.ranked.candidate.article.id
    return not same or a.unit.span[0] >= b.unit.span[1] or b.unit.span[0] >= a.unit.span[1]


def _mark(question: Question, best: Evidence) -> str:
    text = best.ranked.candidate.article.text
    table = table_at(text, best.unit.span)
    row = table.row_at(best.unit.span) if table else None
    if table and row and (cell := cell_for(text, table, row, frozenset(question.idf), question.language)):
        return f"Mark: the question names the column of “{text[slice(*cell)]}” in the table."
    mentions = answer_spans(question, best.ranked, best.unit.span)
    asked = (
        "Mark: no particular kind of thing is asked for"
        if question.answer_type is AnswerType.OTHER
        else f"Mark: a {question.answer_type.value} is asked for"
    )
    if not mentions:
        return f"{asked}, and none was found in the sentence; the clause that shares most with the question is marked."
    chances = ", ".join(f"“{t.text}” ({t.share:.0%})" for t in mentions[:4])
    return f"{asked}; likeliest in the sentence: {chances}."


def _found(question: Question, best: Evidence, answer: Answer, minimum: float) -> str:
    parts = {
        name: CONFIDENCE[name] * value for name, value in confidence_features(question, best).items() if name != "bias"
    }
    verdict = (
        f"Found: {answer.confidence:.0%} sure, {'at least' if answer.found else 'less than'} the {minimum:.0%} "
        "that count as found"
    )
    return verdict + _listed({_OF_CONFIDENCE[n]: value for n, value in parts.items()})


def _differ(claims: Sequence[Claim], answer: Answer) -> str:
    if not answer.found:
        return "Differ: not compared, as nothing was found."
    if answer.disagreements:
        return (
            "Differ: "
            + "; ".join(
                " against ".join(f"“{q.article.text[slice(*q.highlights[0])]}” ({_title(q.article)})" for q in d.quotes)
                for d in answer.disagreements
            )
            + "."
        )
    said = [f"“{c.mentions[0].text}” ({_title(c.article)})" for c in claims]
    if len(said) < 2:
        return (
            "Differ: not compared, as fewer than two articles answer by themselves with a date, number, name "
            "or the like."
        )
    return f"Differ: nothing that cannot all be true: {', '.join(said)}."


def _listed(parts: dict[str, float]) -> str:
    told = sorted(((says, value) for says, value in parts.items() if abs(value) >= LEAST), key=lambda p: -abs(p[1]))
    return f": {'; '.join(f'{says} ({value:+.1f})' for says, value in told)}." if told else "."


def _short(found: Evidence) -> str:
    text = " ".join(found.ranked.candidate.article.text[slice(*found.unit.span)].split())
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _title(article: Article) -> str:
    return article.title or article.source
