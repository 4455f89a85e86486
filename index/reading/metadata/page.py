"""What a web page states of itself: JSON-LD first, then the metas of OpenGraph, Highwire and Dublin Core,
then its own words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from quoth.index.reading.document import Metadata

from .dates import as_date
from .fields import is_name, one_line

_ARTICLES = re.compile(r"(?:Article|BlogPosting|NewsArticle|Report|Review|WebPage|CreativeWork|Posting|Recipe|HowTo)$")
_TITLES = (
    "citation_title",
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "headline",
    "parsely-title",
    "sailthru.title",
)
_AUTHORS = (
    "citation_author",
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "twitter:data1",
)
_DATES = (
    "article:published_time", "citation_publication_date", "citation_date", "datepublished", "dc.date",
    "dcterms.created", "dcterms.date", "date", "pubdate", "publishdate", "publish_date", "parsely-pub-date",
    "sailthru.date", "og:article:published_time", "article.published", "cxenseparse:recs:publishtime",
)  # fmt: skip
_PARTED = re.compile(r"\s+[|–—·»•:-]+\s+|\s*[|»]\s*")
_CHARS = 60


def page_metadata(tree: Any, address: str | None) -> Metadata:
    """Title, author, date, language and address, as far as the page says them."""
    metas = _metas(tree)
    linked = list(_articles(tree))
    h1 = [words for e in tree.iter("h1") if (words := one_line(e.text_content()))]
    site = one_line(metas.get("og:site_name"))
    return Metadata(
        title=_title(tree, metas, linked, h1, site),
        author=_author(tree, metas, linked, site),
        published=_published(tree, metas, linked),
        language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or metas.get("og:locale")
        or metas.get("content-language"),
        url=address or _canonical(tree) or one_line(metas.get("og:url")),
    )


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = meta.get("content")
        if name and content and content.strip():
            name = name.strip().casefold()
            if name == "citation_author":
                found[name] = ", ".join(part for part in (found.get(name), _first_name_first(content.strip())) if part)
            else:
                found.setdefault(name, content.strip())
    return found


def _first_name_first(author: str) -> str:
    """Highwire's "Roy, Aniruddha" as people write it."""
    parts = [part.strip() for part in author.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else author


def _articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    """What JSON-LD says of articles, the likeliest first."""
    found = []
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().casefold() != "application/ld+json":
            continue
        try:
            found += list(_objects(json.loads(script.text_content(), strict=False)))
        except (ValueError, RecursionError):
            continue
    people = {str(o["@id"]): o for o in found if "@id" in o and o.get("name")}
    articles = [o for o in found if any(_ARTICLES.search(str(t)) for t in _listed(o.get("@type")))]
    for article in sorted(
        articles, key=lambda o: not any(str(t).endswith(("Article", "Posting")) for t in _listed(o.get("@type")))
    ):
        authors = [
            people.get(str(a.get("@id")), a) if isinstance(a, dict) else a
            for a in _listed(article.get("author") or article.get("creator"))
        ]
        yield {**article, "author": authors}


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            if isinstance(item, (dict, list)):
                yield from _objects(item, depth + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _title(
    tree: Any, metas: Mapping[str, str], linked: list[Mapping[str, Any]], h1: list[str], site: str | None
) -> str | None:
    """The heading that the page's other titles begin with; else the likeliest of them, without the site's name."""
    titled = [words for e in tree.iter("title") if (words := one_line(e.text_content()))][:1]
    stated = [one_line(metas[name]) for name in _TITLES if name in metas]
    stated += [one_line(str(o["headline"])) for o in linked if o.get("headline")]
    claims = [c for c in (*stated, *titled) if c]
    for heading in h1:
        if any(_plain(heading) and _plain(c).startswith(_plain(heading)) for c in claims):
            return heading
    if len(h1) == 1 and not claims:
        return h1[0]
    for claim in claims:
        return _without_site(claim, site)
    return h1[0] if h1 else None


def _without_site(title: str, site: str | None) -> str:
    parts = [p for p in _PARTED.split(title) if p]
    if len(parts) < 2:
        return title
    if site and _plain(parts[-1]) == _plain(site):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·»•:-")
    return (
        title
        if len(parts[-1].split()) > 4 or len(parts[0].split()) < 3
        else title[: title.rindex(parts[-1])].rstrip(" |–—·»•:-")
    )


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", " ", words).strip().casefold()


def _author(tree: Any, metas: Mapping[str, str], linked: list[Mapping[str, Any]], site: str | None) -> str | None:
    for article in linked:
        names = [one_line(a.get("name") if isinstance(a, dict) else a) for a in article["author"]]
        kept = [n for n in dict.fromkeys(names) if n and not _is_address(n)]
        if kept:
            return ", ".join(kept)
    for name in _AUTHORS:
        author = one_line(metas.get(name))
        if (
            author
            and not _is_address(author)
            and not re.search(r"\d", author)
            and (name == "citation_author" or len(author) <= _CHARS)
        ):
            return author
    for element in _marked(tree, ("author",), ("author", "byline", "byl", "post-author", "entry-author")):
        words = re.sub(
            r"^(?:written\s+|posted\s+)?(?:by|von|par|por|di|door)\b\s*:?\s*",
            "",
            one_line(element.text_content()) or "",
            flags=re.IGNORECASE,
        )
        if (
            3 <= len(words) <= _CHARS
            and is_name(words)
            and words.casefold() not in ("author", "admin", "share", (site or "").casefold())
        ):
            return words
    from trafilatura.metadata import extract_metadata  # takes a while

    found = one_line((extract_metadata(deepcopy(tree)).author or "").split(";")[0])
    return found if found and len(found) <= _CHARS and is_name(found) else None


def _is_address(words: str) -> bool:
    return bool(re.match(r"https?://|www\.|@|/", words))


def _marked(tree: Any, rels: tuple[str, ...], classes: tuple[str, ...]) -> Iterator[Any]:
    """Elements that the page marks as such: by rel or itemprop, then by class."""
    for element in tree.iter():
        if isinstance(element.tag, str) and (element.get("rel") in rels or element.get("itemprop") in rels):
            yield element
    if "author" in rels:
        yield from (a for a in tree.iter("a") if re.search(r"/authors?/[\w-]+/?$", a.get("href") or ""))
    for element in tree.iter():
        if (
            isinstance(element.tag, str)
            and element.tag != "body"
            and any(c.casefold() in classes for c in (element.get("class") or "").split())
        ):
            yield element


def _published(tree: Any, metas: Mapping[str, str], linked: list[Mapping[str, Any]]) -> dt.date | None:
    language = (tree.get("lang") or "")[:2].lower() or None
    for article in linked:
        if date := as_date(article.get("datePublished") or article.get("dateCreated"), language):
            return date
    stated = [metas[name] for name in _DATES if name in metas]
    for words in stated:
        if date := as_date(words, language):
            return date
    if stated:
        return None  # it says when, but not so that it can be told; any other date is not that of publication
    for element in tree.iter("time"):
        if date := as_date(element.get("datetime"), language) or as_date(one_line(element.text_content()), language):
            return date
    for element in _marked(
        tree,
        ("datePublished",),
        ("date", "published", "post-date", "entry-date", "article-date", "publish-date", "posted-on"),
    ):
        if date := as_date(element.get("content") or one_line(element.text_content()), language):
            return date
    from htmldate import find_date  # takes a while

    return as_date(find_date(deepcopy(tree), original_date=True, extensive_search=False))


def _canonical(tree: Any) -> str | None:
    return next(
        (
            e.get("href")
            for e in tree.iter("link")
            if (e.get("rel") or "").casefold() == "canonical" and _is_address(e.get("href") or "")
        ),
        None,
    )
