"""Tags, and what is known for citing an article, as an item of CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from quoth.index.reading.document import Metadata

from .lines import one_line

_SEPARATOR = re.compile(r"\s*[,;|]\s*")
_MAX_TAG_CHARS = 100
"""Maximum length of a tag; a longer one is a sentence."""
_MAX_TAGS = 100
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")


def tags_in(value: object) -> list[str]:
    """Return the tags in a list, or in a text that separates them by commas, semicolons or bars."""
    parts = value if isinstance(value, list) else _SEPARATOR.split(str(value)) if value else []
    tags = (one_line(part) for part in parts if not isinstance(part, (list, dict)))
    kept = (tag.lstrip("#") for tag in tags if tag and len(tag) <= _MAX_TAG_CHARS)
    return list(dict.fromkeys(tag for tag in kept if tag))[:_MAX_TAGS]


def partial_reference(stated: Mapping[str, object], authors: Sequence[str]) -> dict[str, Any]:
    """Return an item of CSL-JSON without title, date and address; empty if it would hold no more than authors.

    :param stated: what is stated by variable of CSL.
    :param authors: one name each, "Ann Lee" or "Lee, Ann".
    """
    known: dict[str, Any] = {name: words for name, value in stated.items() if (words := one_line(value))}
    if "DOI" in known:
        match = _DOI.search(known["DOI"])
        if match is None:
            del known["DOI"]
        else:
            known["DOI"] = match.group()
    if not known:
        return {}
    if authors:
        known["author"] = [csl_name(name) for name in authors]
    return {"type": _kind(known), **known}


def with_whole_reference(metadata: Metadata) -> Metadata:
    """Return the metadata with title, date and address in its reference, too, if it has one."""
    if not metadata.reference:
        return metadata
    date = metadata.published
    more = {
        "title": metadata.title, "URL": metadata.url,
        "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else None,
        "author": [{"literal": metadata.author}] if metadata.author else None,
    }  # fmt: skip
    return replace(metadata, reference={**{k: v for k, v in more.items() if v}, **metadata.reference})


def csl_name(name: str) -> dict[str, str]:
    """Return a name as CSL-JSON has it: "Lee, Ann" has parts; another may be that of an organisation, and is one."""
    family, _, given = (part.strip() for part in name.partition(","))
    return {"family": family, "given": given} if family and given else {"literal": name}


def _kind(known: Mapping[str, Any]) -> str:
    """Return the type of CSL that what is stated suggests."""
    if "ISBN" in known:
        return "chapter" if "container-title" in known else "book"
    return "article-journal" if {"container-title", "ISSN"} & known.keys() else "document"
