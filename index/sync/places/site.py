"""A site that wget or HTTrack saved: a folder named after its host, in which each file is an address of the site."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from quoth.index.errors import UnreadableFile
from quoth.index.reading.detect import SUFFIXES, kind_of
from quoth.index.reading.provided import Provided
from quoth.index.sync.regular import is_regular, opened

from .place import Elsewhere

_HOST = re.compile(r"(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*|\d+(?:\.\d+){3}|localhost)(?:[:+]\d+)?$")
_PORT = re.compile(r"[:+]\d+$")
_HEAD_BYTES = 2**16
"""Number of bytes at the start of a page in which it says what it is."""
_SAMPLE, _LOOKED_AT = 50, 2_000
"""Maximum numbers of pages, and of all files, that are looked at to find out whether a folder is a site."""
_CANONICAL = re.compile(r"<link\b[^<>]*\brel\s*=\s*[\"']?canonical\b[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s>]+))", re.IGNORECASE)
_OG_URL = re.compile(r"<meta\b[^<>]*\bproperty\s*=\s*[\"']og:url[\"'][^<>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]+)\"|'([^']+)')", re.IGNORECASE)
_HTTRACK = re.compile(r"<!-- Mirrored from (\S+) by HTTrack")
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"[\"'](https?)://([^/\"'?#\s<>]+)(/[^\"'?#\s<>]*)?", re.IGNORECASE)
_FEW = 2
"""Minimum number of addresses that show that a site's addresses have no suffix."""
_ADDED_SUFFIX = re.compile(r"(.*(?:\?|@\w+=).*)\.html?$")
"""wget's -E adds .html to a name that ends in a query."""
_SUFFIX = re.compile(r"\.html?$", re.IGNORECASE)
_INDEX = re.compile(r"index\.(?:html?|php)(?=$|\?)")
_WINDOWS_QUERY = re.compile(r"@(?=\w+=)")
"""wget writes @ for ? where a name may not hold that."""
_SAFE = "/~!$&'()*+,;=:@-._%"
_REMEMBERED = 2**16
"""Maximum number of pages that are remembered, so that a site is not read again at every look at it."""
_ROBOTS = "it is for search engines"
_OWN = "HTTrack keeps it for itself"
_OWN_FOLDER, _OWN_FILES = "hts-cache", ("index.html", "hts-log.txt", "backblue.gif", "fade.gif", "cookies.txt")


@dataclass(frozen=True, slots=True)
class _Page:
    """A saved page."""

    path: str
    address: str
    """Its address according to its path."""
    canonical: str | None
    """Its address as it says itself, so that copies of it can be told."""
    stated: str | None
    """That address, else the one for those who share it: many sites state the same for all their pages."""
    title: str
    stamp: tuple[int, int]


class _Said(NamedTuple):
    """What a saved page says of itself."""

    mirrored: str
    """The address that HTTrack noted; empty if it did not."""
    canonical: str
    """Its ``rel=canonical``; empty if it has none."""
    shared: str
    """Its ``og:url``; empty if it has none."""
    title: str


class Site:
    """The files of one site; see ``Place``.

    :param has_suffixes: whether its addresses end in .html where its files do; wget's -E adds that to others.
    """

    def __init__(self, folder: str, host: str, scheme: str, *, has_suffixes: bool) -> None:
        self.folder = os.path.abspath(folder)
        self._host, self._scheme, self._has_suffixes = host, scheme, has_suffixes
        pages = [page for path in _files(self.folder) if (page := self._page(path))]
        self._pages = {page.path: page for page in pages}
        self._copies = _copies(pages)
        self._stated = Counter(_key(page.stated) for page in pages if page.stated and page.path not in self._copies)

    def of_folder(self, path: str) -> str | None:
        return None

    def of_file(self, path: str) -> Provided | str | None:
        if path == os.path.join(self.folder, "robots.txt"):
            return _ROBOTS
        if path in self._copies:
            return f"it is the same page as {os.path.relpath(self._copies[path], self.folder)}"
        page = self._pages.get(path)
        kind = "html" if page and not path.lower().endswith(SUFFIXES) else None
        # an address that several pages state is that of one of them at most
        stated = page.stated if page and page.stated and self._stated[_key(page.stated)] == 1 else None
        return Provided(kind, url=stated or self._address(path), collection=self._host)

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()

    def _page(self, path: str) -> _Page | None:
        """Return a page; None if a file is none."""
        stamp = _stamp(path)
        said = _said(path, stamp) if stamp else None
        if said is None or stamp is None:
            return None
        mirrored = said.mirrored and f"{self._scheme}://{said.mirrored}"
        canonical = self._resolved(path, said.canonical) or self._resolved(path, mirrored)
        stated = canonical or self._resolved(path, said.shared)
        return _Page(path, self._address(path), canonical, stated, said.title, stamp)

    def _resolved(self, path: str, link: str) -> str | None:
        """Return the address that a link in a page leads to; None if it leads to none.

        wget makes links to saved pages relative.
        """
        link = link.partition("#")[0].strip()
        if not link:
            return None
        with suppress(ValueError):  # it may be malformed
            there = os.path.normpath(os.path.join(os.path.dirname(path), unquote(link)))
            address = self._address(there) if os.path.isfile(there) else urljoin(self._address(path), link)
            parts = urlsplit(address)
            return address if parts.scheme in ("http", "https") and parts.netloc else None
        return None

    def _address(self, path: str) -> str:
        """Return the address that a file was saved from."""
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        if added := _ADDED_SUFFIX.match(relative):
            relative = added[1]
        elif not self._has_suffixes and not _INDEX.search(relative):
            relative = _SUFFIX.sub("", relative)
        relative = relative if "?" in relative else _WINDOWS_QUERY.sub("?", relative, count=1)
        where, mark, query = relative.partition("?")
        folder, slash, name = where.rpartition("/")
        where = f"{folder}{slash}{_INDEX.sub('', name)}"
        return f"{self._scheme}://{self._host}/{_quoted(where)}{mark}{_quoted(query, '?')}"


class Httrack:
    """The folder in which HTTrack puts sites, with its own index and log; see ``Place``."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)

    def of_folder(self, path: str) -> str | None:
        return _OWN if path == os.path.join(self.folder, _OWN_FOLDER) else None

    def of_file(self, path: str) -> str | None:
        return _OWN if os.path.dirname(path) == self.folder and os.path.basename(path) in _OWN_FILES else None

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()


def site_in(folder: str, subfolders: Sequence[str]) -> Site | Httrack | None:
    """Return the site that a folder holds; None if it is an ordinary folder, whatever its name."""
    if _OWN_FOLDER in subfolders:
        return Httrack(folder)
    name = os.path.basename(os.path.abspath(folder))
    if not _HOST.match(name.lower()):
        return None
    host = _PORT.sub(lambda port: f":{port[0][1:]}", name.lower())
    files = islice(_files(folder), _LOOKED_AT)
    heads = islice((head for path in files if (head := _head(path)) is not None), _SAMPLE)
    schemes, paths = set[str](), set[str]()
    is_site, has_pages = host.startswith("www.") or bool(_PORT.search(host)), False
    for head in heads:
        has_pages = True
        mirrored = _HTTRACK.search(head)
        is_site |= bool(mirrored and _bare(mirrored[1].partition("/")[0]) == _bare(host))
        own = [found for found in _ADDRESS.findall(head) if _bare(found[1]) == _bare(host)]
        schemes |= {scheme.lower() for scheme, _, _ in own}
        paths |= {path for _, _, path in own if path and not path.endswith("/")}
    if not has_pages or not (is_site or schemes):
        return None
    plain = schemes == {"http"} or (not schemes and bool(_PORT.search(host)))
    named = {os.path.splitext(path)[1].lower() for path in paths}
    has_suffixes = len(paths) < _FEW or bool({".html", ".htm"} & named)
    return Site(folder, host, "http" if plain else "https", has_suffixes=has_suffixes)


def _copies(pages: Sequence[_Page]) -> dict[str, str]:
    """Return the pages that are saved twice, with the page that is kept: those with the same bytes, and those that
    are copies of the same address and have the same path or title. Some sites state the address of another page."""
    by_address, by_size = defaultdict[str, list[_Page]](list), defaultdict[int, list[_Page]](list)
    for page in sorted(pages, key=_rank):
        by_address[_key(page.canonical or page.address)].append(page)
        by_size[page.stamp[0]].append(page)
    copies: dict[str, str] = {}
    for address, group in by_address.items():
        kept = next((page for page in group if _key(page.address) == address), group[0])
        for page in group:
            if page is not kept and (_path(page.address) == _path(kept.address) or page.title == kept.title != ""):
                copies[page.path] = kept.path
    for group in by_size.values():
        seen: dict[str, str] = {}
        for page in group if len(group) > 1 else ():
            if page.path not in copies and (digest := _digest(page.path, page.stamp)):
                kept_path = seen.setdefault(digest, page.path)
                if kept_path != page.path:
                    copies[page.path] = kept_path
    return copies


def _rank(page: _Page) -> tuple[bool, int, str]:
    """Return what orders pages, those that are rather kept first."""
    return "?" in page.address, len(page.path), page.path


def _key(address: str) -> str:
    """Return what is the same for spellings of one address."""
    parts = urlsplit(address)
    return f"{_bare(parts.netloc)}{_path(address).rstrip('/')}?{parts.query}"


def _path(address: str) -> str:
    return _INDEX.sub("", unquote(urlsplit(address).path))


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _files(folder: str) -> Iterator[str]:
    for inside, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield from (os.path.join(inside, name) for name in sorted(names) if not name.startswith("."))


def _head(path: str) -> str | None:
    """Return the beginning of a page; None if a file is none, or cannot be read."""
    if not is_regular(path):
        return None
    try:
        with opened(path) as stream:
            data = stream.read(512)
            if kind_of("", data) != "html" and not path.lower().endswith((".html", ".htm", ".xhtml")):
                return None
            return (data + stream.read(_HEAD_BYTES)).decode("utf-8", "replace")
    except UnreadableFile:
        return None


@lru_cache(_REMEMBERED)
def _said(path: str, _: tuple[int, int]) -> _Said | None:
    """Return what a page says of itself; None if a file is none. Remembered as long as the file does not change."""
    head = _head(path)
    if head is None:
        return None
    canonical, shared = (
        next(filter(None, match.groups()))
        if (found := element.search(head)) and (match := value.search(found[0]))
        else ""
        for element, value in ((_CANONICAL, _HREF), (_OG_URL, _CONTENT))
    )
    mirrored, title = _HTTRACK.search(head), _TITLE.search(head)
    return _Said(mirrored[1] if mirrored else "", canonical, shared, " ".join(title[1].split()) if title else "")


@lru_cache(_REMEMBERED)
def _digest(path: str, _: tuple[int, int]) -> str | None:
    try:
        with opened(path) as stream:
            return sha256(stream.read()).hexdigest()
    except UnreadableFile:
        return None


def _stamp(path: str) -> tuple[int, int] | None:
    """Return the size and the time of a file; None if it cannot be found."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _quoted(words: str, safe: str = "") -> str:
    return quote(words, _SAFE + safe, errors="surrogateescape")
