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
_SUFFIX_AFTER_COMMA = re.compile(r",\s+(?=(?:jr|sr)\b)", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:Dr|Prof|Professor)\b\.?\s+|,?\s+(?:Ph\.?D|M\.?D|M\.?B\.?A|[BM]\.?Sc|Esq)\b\.?")
"""The titles of a person, which references lack."""
_OF_ORGANISATIONS = frozenset((
    "action", "agence", "agency", "agentur", "alliance", "association", "authority", "bank", "board", "bureau", "by",
    "center", "centre", "centro", "church", "club", "co", "college", "commission", "committee", "community", "company",
    "contributor", "contributors", "corp", "correspondent", "council", "county", "daily", "department", "desk",
    "digital", "editor", "editorial", "editors", "europe", "forum", "foundation", "fund", "gazette", "global", "gmbh",
    "government", "group", "guest", "health", "herald", "human", "inc", "initiative", "institut", "institute",
    "instituto", "international", "journal", "labs", "limited", "llc", "ltd", "magazine", "media", "ministerium",
    "ministry", "museum", "national", "network", "news", "newspaper", "newsroom", "office", "online", "open",
    "organisation", "organization", "partners", "party", "plc", "police", "post", "press", "presse", "project",
    "public", "radio", "redaktion", "report", "reporter", "reporters", "research", "reuters", "rights", "rundfunk",
    "school", "science", "service", "services", "society", "sports", "staff", "street", "studio", "studios", "survey",
    "team", "technologies", "television", "the", "times", "tribune", "trust", "tv", "union", "united", "universidad",
    "universität", "university", "université", "verein", "verlag", "watch", "weekly", "welle", "world", "writer",
    "writers", "zeitung",
))  # fmt: skip


def names_in(authors: str) -> list[Name]:
    """Return the names in a line such as "Ann Lee and Jiří Novák" or "Lee, Ann; Novák, Jiří".

    What does not look like the name of a person is a literal, which styles print as it stands. An organisation whose
    name has no common word in it, such as "Hook Point", looks like a person.
    """
    return [name for part in authors.split(";") if part.strip() for name in _names(part.strip())]


def _names(part: str) -> list[Name]:
    plain = _SUFFIX_AFTER_COMMA.sub(" ", _TITLE.sub("", part))
    persons = [_person(words) for words in _BETWEEN.split(plain)]
    if all(persons):
        return [person for person in persons if person]
    family, comma, given = (words.strip() for words in plain.partition(","))
    is_turned = comma and plain == part and "," not in given and not _person(family)
    person = _person(f"{given} {family}") if is_turned else None
    return [{**person, "family": family, "given": given}] if person else [{"literal": part}]


def _person(name: str) -> Name | None:
    """Return the parts of a person's name; None if it may be another's."""
    words = name.split()
    suffix = {"suffix": words.pop()} if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else {}
    proper = [word for word in words if word not in _PARTICLES]
    if not 2 <= len(proper) <= 3 or not all(_is_of_a_name(word) for word in proper):
        return None
    first = next((n for n, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    if any(word in _PARTICLES for word in (words[0], words[-1])) or words[-1].isupper():
        return None
    return {"family": " ".join(words[first:]), "given": " ".join(words[:first]), **suffix}


def _is_of_a_name(word: str) -> bool:
    letters = re.sub(r"[.’'‐-]", "", word)
    is_acronym = len(letters) > 2 and letters.isupper()
    is_common = letters.casefold() in _OF_ORGANISATIONS or bool(_SUFFIX.fullmatch(word))
    is_article = len(letters) > 1 and word.casefold() in _PARTICLES  # "Le Monde", but also "Robert De Niro"
    return letters.isalpha() and letters[0].isupper() and not (is_acronym or is_common or is_article)
