"""Items of Zotero as CSL-JSON, as Zotero itself exports them, without abstracts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from .zotero_items import Item

_TYPES = {
    "artwork": "graphic", "audioRecording": "song", "bill": "bill", "blogPost": "post-weblog", "book": "book",
    "bookSection": "chapter", "case": "legal_case", "computerProgram": "software", "conferencePaper":
    "paper-conference", "dataset": "dataset", "dictionaryEntry": "entry-dictionary", "document": "document", "email":
    "personal_communication", "encyclopediaArticle": "entry-encyclopedia", "film": "motion_picture", "forumPost":
    "post", "hearing": "hearing", "instantMessage": "personal_communication", "interview": "interview",
    "journalArticle": "article-journal", "letter": "personal_communication", "magazineArticle": "article-magazine",
    "manuscript": "manuscript", "map": "map", "newspaperArticle": "article-newspaper", "patent": "patent", "podcast":
    "broadcast", "preprint": "article", "presentation": "speech", "radioBroadcast": "broadcast", "report": "report",
    "standard": "standard", "statute": "legislation", "thesis": "thesis", "tvBroadcast": "broadcast",
    "videoRecording": "motion_picture", "webpage": "webpage",
}  # fmt: skip
"""Zotero's type -> type of CSL; other types are documents."""
_VARIABLES = {
    "archive": "archive", "archiveLocation": "archive_location", "callNumber": "call-number", "DOI": "DOI",
    "edition": "edition", "extra": "note", "ISBN": "ISBN", "ISSN": "ISSN", "issue": "issue", "journalAbbreviation":
    "container-title-short", "language": "language", "libraryCatalog": "source", "medium": "medium", "meetingName":
    "event-title", "conferenceName": "event-title", "number": "number", "numberOfVolumes": "number-of-volumes",
    "numPages": "number-of-pages", "pages": "page", "place": "publisher-place", "publicationTitle": "container-title",
    "publisher": "publisher", "reporter": "container-title", "code": "container-title", "section": "section",
    "series": "collection-title", "seriesTitle": "collection-title", "seriesNumber": "collection-number",
    "shortTitle": "title-short", "title": "title", "type": "genre", "url": "URL", "versionNumber": "version",
    "volume": "volume", "codeNumber": "volume", "court": "authority", "authority": "authority",
    "legislativeBody": "authority",
}  # fmt: skip
"""Zotero's field -> variable of CSL."""
_DATES = {"date": "issued", "accessDate": "accessed", "filingDate": "submitted", "originalDate": "original-date"}
_NAMES = {
    "author": "author", "bookAuthor": "container-author", "castMember": "performer", "composer": "composer",
    "contributor": "contributor", "director": "director", "editor": "editor", "guest": "guest", "interviewer":
    "interviewer", "producer": "producer", "recipient": "recipient", "reviewedAuthor": "reviewed-author",
    "scriptwriter": "script-writer", "seriesEditor": "collection-editor", "translator": "translator",
}  # fmt: skip
_FIRST_CREATORS = {
    "artwork": "artist", "audioRecording": "performer", "bill": "sponsor", "computerProgram": "programmer", "film":
    "director", "hearing": "contributor", "interview": "interviewee", "map": "cartographer", "patent": "inventor",
    "podcast": "podcaster", "presentation": "presenter", "radioBroadcast": "director", "tvBroadcast": "director",
    "videoRecording": "director",
}  # fmt: skip
"""Zotero's type -> the creators that are its authors; of other types, the authors."""
_KEY_LINE = re.compile(r"^citation key\s*:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")


def reference(item: Item) -> dict[str, Any]:
    """Return an item as CSL-JSON. Its id is its citation key if it has one, else Zotero's key."""
    stated = _KEY_LINE.search(item.fields.get("extra", ""))
    found: dict[str, Any] = {
        "id": item.fields.get("citationKey") or (stated[1] if stated else item.key),
        "type": _TYPES.get(item.kind, "document"),
    }
    for name, value in item.fields.items():
        if value.strip() and name in _VARIABLES:
            found.setdefault(_VARIABLES[name], " ".join(value.split()) if name != "extra" else value.strip())
    for name, variable in _DATES.items():
        if parts := date_parts(item.fields.get(name, "")):
            found[variable] = {"date-parts": [parts]}
    first = _FIRST_CREATORS.get(item.kind, "author")
    for kind, given, family in item.creators:
        variable = "author" if kind == first else _NAMES.get(kind, "")
        if variable and (family or given):
            person = {"family": family, "given": given} if given and family else {"literal": family or given}
            found.setdefault(variable, []).append(person)
    return found


def authors(item: Item) -> str | None:
    """Return the names of an item's authors, else those of its editors; None if it has neither."""
    first = _FIRST_CREATORS.get(item.kind, "author")
    for wanted in (first, "author", "editor"):
        names = [f"{given} {family}".strip() for kind, given, family in item.creators if kind == wanted]
        if names:
            return ", ".join(names)
    return None


def date_parts(stored: str) -> list[int]:
    """Return year, month and day, as far as they are known, of a date as Zotero stores it: "2024-05-00 May 2024"."""
    match = _DATE.match(stored)
    parts = [int(part) for part in match.groups()] if match else []
    return parts[: parts.index(0)] if 0 in parts else parts


def published(item: Item) -> dt.date | None:
    """Return the date of an item; None if only its year or its month is known."""
    parts = date_parts(item.fields.get("date", ""))
    try:
        return dt.date(*parts) if len(parts) == 3 else None
    except ValueError:
        return None
