"""The names in an article's line of authors, as CSL-JSON has them."""

from __future__ import annotations

import re

Name = dict[str, str]
_BETWEEN = re.compile(r"\s*(?:,\s*(?:and\s+|&\s*)?|\s+(?:and|und|et|y)\s+|&)\s*")
_PARTICLES = frozenset((
    "af", "al", "av", "bin", "d'", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el",
    "ibn", "la", "las", "le", "los", "ten", "ter", "van", "vom", "von", "y", "zu", "zum", "zur",
))  # fmt: skip
_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV", re.IGNORECASE)
_OF_ORGANISATIONS = frozenset((
    "agency", "association", "authority", "bank", "board", "bureau", "center", "centre", "church", "club", "college",
    "commission", "committee", "company", "contributor", "corp", "correspondent", "council", "county", "department",
    "desk", "editor", "editorial", "editors", "foundation", "fund", "gazette", "gmbh", "government", "group", "guest",
    "herald", "inc", "institute", "international", "journal", "limited", "llc", "ltd", "magazine", "ministry", "museum",
    "national", "network", "news", "newspaper", "newsroom", "office", "organisation", "organization", "party", "post",
    "press", "reporter", "reporters", "reuters", "school", "service", "society", "staff", "studio", "team", "the",
    "times", "tribune", "trust", "union", "university", "writer", "writers",
))  # fmt: skip


def names_in(authors: str) -> list[Name]:
    """Return the names in a line such as "Ann Lee and Jiří Novák" or "Lee, Ann; Novák, Jiří".

    What is not surely the name of a person is a literal, which styles print as it stands.
    """
    return [name for part in authors.split(";") if part.strip() for name in _names(part.strip())]


def _names(part: str) -> list[Name]:
    persons = [_person(words) for words in _BETWEEN.split(part)]
    if all(persons):
        return [person for person in persons if person]
    family, comma, given = part.partition(",")
    if comma and "," not in given and (person := _person(f"{given.strip()} {family.strip()}")):
        return [{**person, "family": family.strip(), "given": given.strip()}]
    return [{"literal": part}]


def _person(name: str) -> Name | None:
    """Return the parts of a person's name; None if it may be another's."""
    words = name.split()
    suffix = {"suffix": words.pop()} if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else {}
    proper = [word for word in words if word not in _PARTICLES]
    if not 2 <= len(proper) <= 3 or not all(_is_of_a_name(word) for word in proper):
        return None
    first = next((n for n, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    if any(word in _PARTICLES for word in (words[0], words[-1])):
        return None
    return {"family": " ".join(words[first:]), "given": " ".join(words[:first]), **suffix}


def _is_of_a_name(word: str) -> bool:
    letters = re.sub(r"[.’'‐-]", "", word)
    is_acronym = len(letters) > 2 and letters.isupper()
    is_common = word.casefold() in _OF_ORGANISATIONS
    return letters.isalpha() and letters[0].isupper() and not is_acronym and not is_common
