"""An article as an item of CSL-JSON, which reference managers read and from which all other references are made."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quoth.index.records import Article
from quoth.ui.citations import title_of

from .names import names_in

Item = dict[str, Any]
_NAMES = frozenset((
    "author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator",
    "director", "editor", "editorial-director", "executive-producer", "guest", "host", "illustrator", "interviewer",
    "narrator", "organizer", "original-author", "performer", "producer", "recipient", "reviewed-author",
    "script-writer", "series-creator", "translator",
))  # fmt: skip
_DATES = frozenset(("accessed", "available-date", "event-date", "issued", "original-date", "submitted"))
_NOT_IN_KEYS = re.compile(r"[^\w:.+/-]", re.ASCII)
"""What a key of BibTeX cannot have."""
_ZOTERO_KEY = re.compile(r"[A-Z0-9]{8}")
_NAME_PARTS = ("family", "given", "literal", "dropping-particle", "non-dropping-particle", "suffix")


def csl_item(article: Article, id_: str) -> Item:
    """Return what a reference manager stated about an article, completed by what the article states itself.

    :param id_: a name for the item, such as those of ``csl_ids``.
    """
    own: Item = {
        "id": id_, "type": "webpage" if article.url else "document", "title": title_of(article),
        "author": names_in(article.author) if article.author else None, "issued": _date(article.published),
        "URL": article.url, "language": article.language,
        "accessed": _date(article.added.date() if article.added.year > 1 else None),
        "archive_location": article.source,
    }  # fmt: skip
    stated = {name: clean for name, value in article.reference.items() if (clean := _clean(name, value))}
    if "id" not in stated and stated.get("author") == [{"literal": article.author}]:
        del stated["author"]  # only the article's line of authors
    return {**{name: value for name, value in own.items() if value}, **stated, "id": id_}


def csl_json(items: Sequence[Item]) -> str:
    """Return items as the text of a file."""
    return json.dumps(items, ensure_ascii=False, indent=1)


def csl_ids(articles: Sequence[Article]) -> list[str]:
    """Return a name for each article that no other has: its citation key, or one such as "lee2025truce".

    Capitals make no difference in BibTeX, so no two names differ only in them.
    """
    found: dict[str, str] = {}
    last = Counter[str]()
    for article in articles:
        name = unique = _citation_key(article) or "".join(_words_of_id(article)) or "article"
        key = name.casefold()
        while unique.casefold() in found:
            last[key] = max(last[key], 1) + 1
            unique = f"{name}-{last[key]}"
        found[unique.casefold()] = unique
    return [*found.values()]


def _citation_key(article: Article) -> str:
    """Return the citation key that a reference manager states; empty if it has none but a number of its own."""
    stated = article.reference.get("citation-key") or article.reference.get("id") or ""
    key = _NOT_IN_KEYS.sub("", str(stated))
    return "" if _ZOTERO_KEY.fullmatch(key) or key.isdecimal() else key


def _words_of_id(article: Article) -> Iterator[str]:
    item = csl_item(article, "")
    author: Mapping[str, str] = next(iter(item.get("author", ())), {})
    yield _plain(author.get("family") or author.get("literal") or "")[:20]
    yield str((item.get("issued", {}).get("date-parts") or [[""]])[0][0])
    words = (_plain(word) for word in re.findall(r"\w+", str(item["title"])))
    yield next((word for word in words if len(word) > 3), "")[:20]


def _plain(word: str) -> str:
    """Return the letters and digits of a word without accents, as every program accepts them."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", word).casefold())


def _clean(variable: str, value: object) -> object:
    """Return the names, the date, the words or the number of a variable of CSL; None for a value of another kind."""
    if variable in _NAMES:
        return [name for name in map(_clean_name, value) if name] if isinstance(value, list) else None
    if variable in _DATES:
        return _clean_date(value) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return value.strip()
    return value if isinstance(value, int) else None


def _clean_name(value: object) -> dict[str, str]:
    """Return a name, which is whole if it has no family name."""
    if not isinstance(value, Mapping):
        return {}
    parts = {part: value[part].strip() for part in _NAME_PARTS if isinstance(value.get(part), str)}
    parts = {part: words for part, words in parts.items() if words}
    if "literal" in parts or "family" not in parts:
        words = parts.get("literal") or parts.get("given")
        return {"literal": words} if words else {}
    return parts


def _clean_date(value: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return a date of whole numbers, or one in words."""
    given = value.get("date-parts")
    dates = given if isinstance(given, list) else []
    numbers = [[int(part) for part in date if str(part).isdecimal()][:3] for date in dates if isinstance(date, list)]
    if numbers and numbers[0] and len(numbers[0]) == len(dates[0][:3]):
        return {"date-parts": [date for date in numbers[:2] if date]}
    words = value.get("literal") or value.get("raw")
    return {"literal": words} if isinstance(words, str) else None


def _date(date: dt.date | None) -> Mapping[str, Any] | None:
    return {"date-parts": [[date.year, date.month, date.day]]} if date else None
