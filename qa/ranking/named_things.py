"""Sentences about the things that a question names by a number, a code or a year: "warehouse number 900", "KX-4417",
"the rules of 2023"."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.qa.question.codes import Code, codes
from quoth.qa.question.numbered import Thing, numbered_things
from quoth.qa.question.understand import Question
from quoth.qa.question.versions import Version, versions

from .cells import header_of, row_at
from .evidence import Evidence
from .in_force import without_other_versions


def named_things_first(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences about what the question names, before those about other things; otherwise best first."""
    found = without_other_versions(question, evidence)
    return sorted(found, key=lambda e: not is_about_named_things(question, e))


def is_about_named_things(question: Question, evidence: Evidence) -> bool:
    """Whether a sentence is about everything that the question names by a number, a code or a year; true if it names
    nothing so."""
    things = _named_things(question)
    return not things or all(_is_about(thing, evidence, with_header(evidence)) for thing in things)


def _named_things(question: Question) -> list[Thing | Code | Version]:
    """What a question names, each thing once: a number with its noun ("room 12-A") unless it is certainly a code."""
    things, found = numbered_things(question.own), codes(question.own)
    numbers = {thing.number for thing in things}
    kept = [code for code in found if code.text not in numbers or code.is_unique()]
    known = {code.text for code in kept}
    return [*versions(question.own), *(thing for thing in things if thing.number not in known), *kept]


def with_header(evidence: Evidence) -> str:
    """The sentence; a table's row with the names of its columns."""
    text = evidence.article.text
    found = row_at(text, evidence.span)
    return f"{header_of(text, found)}\n{text[slice(*found.row.span)]}" if found else evidence.text


def _is_about(thing: Thing | Code | Version, evidence: Evidence, stated: str) -> bool:
    """Whether a sentence is about a thing.

    :param stated: the sentence; a table's row with the names of its columns.
    """
    if (named := thing.is_named_in(stated)) is not None:
        return named
    before = evidence.article.text[evidence.passage.start : evidence.span[0]]
    if (named := thing.is_named_last_in(before)) is not None:
        return named
    above = thing.is_named_in(f"{evidence.passage.heading or ''}\n{evidence.article.title or ''}")
    if above is not None:
        return above
    return not thing.certain or (isinstance(thing, Code) and thing.is_only_one_in(evidence.article.text))
