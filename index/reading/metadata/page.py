"""Metadata of a web page: from its JSON-LD, then from its meta elements (OpenGraph, Highwire, Dublin Core), then from
its visible text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from html import unescape
from typing import Any

from quoth.index.reading.document import Metadata

from .dates import as_date
from .header import is_name
from .json_ld import as_list, json_ld_articles
from .lines import one_line
from .reference import partial_reference, tags_in

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
_REFERENCE = {
    "DOI": ("citation_doi", "prism.doi", "bepress_citation_doi", "dc.identifier.doi", "dc.identifier"),
    "container-title": (
        "citation_journal_title", "citation_conference_title", "citation_inbook_title", "prism.publicationname",
    ),
    "publisher": ("citation_publisher",), "volume": ("citation_volume", "prism.volume"),
    "issue": ("citation_issue", "prism.number"), "ISSN": ("citation_issn", "prism.issn"), "ISBN": ("citation_isbn",),
}  # fmt: skip
"""Variable of CSL -> names of meta elements, the preferred first."""
_TAGS = ("citation_keywords", "article:tag", "keywords", "news_keywords")
_SEVERAL = ("citation_keywords", "article:tag")
"""Meta elements of which a page may have several."""
_BETWEEN_AUTHORS = "\0"
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·»•:-]+\s+|\s*[|»]\s*")
_MAX_AUTHOR_CHARS = 60
_MAX_WRITERS = 2
"""Maximum number of names that are marked as authors on a page of one text."""
_PSEUDONYM = re.compile(r"[^\W\d][\w.-]{2,30}$")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\.?$", re.IGNORECASE)
_BY = re.compile(r"^(?:written\s+|post(?:ed)?\s+)?(?:by|von|par|por|di|door)\b\s*:?\s*", re.IGNORECASE)


def page_metadata(tree: Any, address: str | None) -> Metadata:
    """Return the title, author, date, language and address that a page states.

    :param tree: root element of the page.
    :param address: the address that the page was saved from; None if unknown.
    """
    metas = _metas(tree)
    described = list(json_ld_articles(tree))
    h1 = [words for e in tree.iter("h1") if (words := one_line(e.text_content()))]
    site = one_line(metas.get("og:site_name"))
    return Metadata(
        title=_title(tree, metas, described, h1, site),
        author=_author(tree, metas, described, site),
        published=_published(tree, metas, described),
        language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or metas.get("og:locale")
        or metas.get("content-language"),
        url=address or _canonical(tree) or one_line(metas.get("og:url")),
        tags=tuple(tags_in(next((metas[name] for name in _TAGS if name in metas), None))),
        reference=_reference(metas),
    )


def _reference(metas: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what the page states for citing it, as pages of journals do (Highwire, Dublin Core)."""
    stated = {name: next((metas[m] for m in names if m in metas), None) for name, names in _REFERENCE.items()}
    first, last = metas.get("citation_firstpage"), metas.get("citation_lastpage")
    stated["page"] = f"{first}-{last}" if first and last and first != last else first
    authors = metas["citation_author"].split(_BETWEEN_AUTHORS) if "citation_author" in metas else []
    return partial_reference(stated, authors)


def is_article(tree: Any) -> bool:
    """Whether a page says that it is an article or a blog post."""
    kinds = [str(kind) for described in json_ld_articles(tree) for kind in as_list(described.get("@type"))]
    stated = [meta.get("content") or "" for meta in tree.iter("meta") if meta.get("property") == "og:type"]
    return any(kind.endswith(("Article", "BlogPosting")) for kind in (*kinds, *(kind.title() for kind in stated)))


def _metas(tree: Any) -> dict[str, str]:
    """Return the content of the page's meta elements by name in lower case: the first of each name, but all authors
    and tags."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = meta.get("content")
        if name and content and content.strip():
            name = name.strip().casefold()
            if name == "citation_author":
                metas[name] = _BETWEEN_AUTHORS.join(part for part in (metas.get(name), content.strip()) if part)
            elif name in _SEVERAL:
                metas[name] = ", ".join(part for part in (metas.get(name), content.strip()) if part)
            else:
                metas.setdefault(name, content.strip())
    return metas


def _first_name_first(author: str) -> str:
    """Return Highwire's "Roy, Aniruddha" as "Aniruddha Roy"."""
    parts = [part.strip() for part in author.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else author


def _title(
    tree: Any, metas: Mapping[str, str], described: list[Mapping[str, Any]], h1: list[str], site: str | None
) -> str | None:
    """Return the h1 that one of the page's stated titles begins with, otherwise the first stated title without the
    site's name, otherwise the first h1."""
    title_element = [words for e in tree.iter("title") if (words := one_line(e.text_content()))][:1]
    stated = [one_line(metas[name]) for name in _TITLES if name in metas]
    stated += [one_line(str(o["headline"])) for o in described if o.get("headline")]
    candidates = [c for c in (*stated, *title_element) if c]
    for heading in h1:
        if any(_plain(heading) and _plain(c).startswith(_plain(heading)) for c in candidates):
            return heading
    if candidates:
        return _without_site(candidates[0], site)
    return h1[0] if h1 else None


def _without_site(title: str, site: str | None) -> str:
    parts = [p for p in _TITLE_SEPARATOR.split(title) if p]
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


def _author(tree: Any, metas: Mapping[str, str], described: list[Mapping[str, Any]], site: str | None) -> str | None:
    for article in described:
        names = [_name(a.get("name") if isinstance(a, dict) else a) for a in article["author"]]
        kept = [n for n in dict.fromkeys(names) if n and not _is_address(n)]
        if kept:
            return ", ".join(kept)
    for name in _AUTHORS:
        author = one_line(metas.get(name))
        if author and name == "citation_author":
            author = ", ".join(map(_first_name_first, author.split(_BETWEEN_AUTHORS)))
        if (
            author
            and not _is_address(author)
            and not re.search(r"\d", author)
            and (name == "citation_author" or len(author) <= _MAX_AUTHOR_CHARS)
        ):
            return author
    marked = _marked(tree, ("author",), ("author", "byline", "byl", "post-author", "entry-author"))
    writers = list(dict.fromkeys(words for element in marked if (words := _name(_shown_name(element)))))
    if len(writers) > _MAX_WRITERS:  # posts: their title and date are those of the first one
        return writers[0] if _PSEUDONYM.match(writers[0]) or is_name(writers[0]) else None
    for words in writers:
        if (
            3 <= len(words) <= _MAX_AUTHOR_CHARS
            and is_name(words)
            and words.casefold() not in ("author", "admin", "share", (site or "").casefold())
        ):
            return words
    from trafilatura.metadata import extract_author  # slow import

    extracted = _name((extract_author(tree) or "").split(";")[0])
    if (
        extracted
        and len(extracted) <= _MAX_AUTHOR_CHARS
        and is_name(extracted)
        and extracted[0].isalpha()
        and not _MONTH.match(extracted)
    ):
        return extracted
    stated = one_line(metas.get("author")) or ""
    return stated if _PSEUDONYM.match(stated) else None


def _name(value: object) -> str | None:
    """Return a stated name without character references and without "by"."""
    words = one_line(unescape(str(value))) if value is not None else None
    return _BY.sub("", words).split(" » ")[0] or None if words else None


def _shown_name(element: Any) -> str:
    """Return the name in an element that is marked as an author, which may hold more than the name."""
    inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
    return str(inner.get("content") or inner.text_content())


def _is_address(words: str) -> bool:
    return bool(re.match(r"https?://|www\.|@|/", words))


def _marked(tree: Any, rels: tuple[str, ...], classes: tuple[str, ...]) -> Iterator[Any]:
    """Yield the elements that the page marks by rel or itemprop, links to an author's page, then those marked by class.

    :param rels: values of rel or itemprop.
    :param classes: names of classes in lower case.
    """
    yield from (e for e in tree.xpath("//*[@rel or @itemprop]") if e.get("rel") in rels or e.get("itemprop") in rels)
    if "author" in rels:
        links = tree.xpath("//a[contains(@href, '/author')]")
        yield from (a for a in links if re.search(r"/authors?/[\w-]+/?$", a.get("href")))
    for element in tree.xpath("//*[@class and not(self::body)]"):
        if any(c.casefold() in classes for c in element.get("class").split()):
            yield element


def _published(tree: Any, metas: Mapping[str, str], described: list[Mapping[str, Any]]) -> dt.date | None:
    language = (tree.get("lang") or "")[:2].lower() or None
    for article in described:
        if date := as_date(article.get("datePublished") or article.get("dateCreated"), language):
            return date
    stated = [metas[name] for name in _DATES if name in metas]
    for words in stated:
        if date := as_date(words, language):
            return date
    if stated:
        return None  # it states a date that cannot be parsed; any other date is not the date of publication
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
    from htmldate import find_date  # slow import

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
