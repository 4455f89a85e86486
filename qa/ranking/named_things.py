"""Sentences about the things that a question names by a number: "warehouse number 900"."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.qa.question.numbered import Thing, numbered_things
from quoth.qa.question.understand import Question

from .cells import header_of, row_at
from .evidence import Evidence


def named_things_first(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences about what the question names, before those about other things; otherwise in the same order."""
    if not numbered_things(question.own):
        return list(evidence)
    return sorted(evidence, key=lambda e: not is_about_named_things(question, e))


def is_about_named_things(question: Question, evidence: Evidence) -> bool:
    """Whether a sentence is about everything that the question names by a number; true if it names nothing so."""
    things = numbered_things(question.own)
    return not things or all(_is_about(thing, evidence, with_header(evidence)) for thing in things)


def with_header(evidence: Evidence) -> str:
    """The sentence; a table's row with the names of its columns."""
    text = evidence.article.text
    found = row_at(text, evidence.span)
    return f"{header_of(text, found)}\n{text[slice(*found.row.span)]}" if found else evidence.text


def _is_about(thing: Thing, evidence: Evidence, stated: str) -> bool:
    """Whether a sentence is about a thing.

    :param stated: the sentence; a table's row with the names of its columns.
    """
    if (named := thing.is_named_in(stated)) is not None:
        return named
    before = evidence.article.text[evidence.passage.start : evidence.span[0]]
    if (named := thing.is_named_last_in(before)) is not None:
        return named
    above = thing.is_named_in(f"{evidence.passage.heading or ''}\n{evidence.article.title or ''}")
    return above if above is not None else not thing.certain
