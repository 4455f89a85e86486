"""Reading of web pages. trafilatura chooses the content of the article; the text is written from the page's own nodes.

trafilatura returns rewritten text (words joined, inline words dropped). It is therefore only used to choose among the
page's blocks: a block belongs to the article if its letters occur in trafilatura's text, in the page's order. All
letters of ``ParsedArticle.text`` are thus the page's own; white space is collapsed as browsers do. Blocks between two
chosen blocks with the same parent as one of them are added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import lxml.html
from lxml import etree

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import BULLET
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.header import byline
from quoth.index.reading.metadata.page import page_metadata

from .html_blocks import PageBlock, letters_of, page_blocks, write_block

_CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD_TAGS = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})
_HEADER_BLOCKS = 6
"""Number of blocks above the title that may state author and date; twice as many below it."""
_LINE_CHARS = 120
"""Maximum length of a line that states author or date."""
_MIN_MAIN_SHARE = 0.25
"""If the chosen blocks have less than this share of the letters of the main element, the main element is used."""
_MAIN_SHARE = 0.7
"""The main element is the lowest element with this share of the page's running text."""
_LONG = 25
"""Minimum number of letters of a block that may match trafilatura's text out of order."""


def read_html(data: bytes) -> ParsedArticle:
    """Read a web page.

    :raises UnreadableFile: the page has no article.
    """
    return read_page(page_source(data))


def read_page(source: str, *, address: str | None = None) -> ParsedArticle:
    """Read the source text of a web page.

    :param address: the address that the page was saved from; None if unknown.
    :raises UnreadableFile: the page has no article.
    """
    tree = parse_page(source)
    blocks = list(page_blocks(tree))
    metadata = page_metadata(tree, address)
    article_blocks = _article_blocks(tree, blocks)
    writer = Writer()
    for block in article_blocks:
        write_block(writer, block)
    if not writer.blocks:
        raise UnreadableFile("the page contains no article, only menus, notices or scripts")
    return parsed_article(writer.text, writer.blocks, _with_header_lines(metadata, blocks, article_blocks))


def page_source(data: bytes) -> str:
    """Decode a page as UTF-8, otherwise in the encoding that it names, otherwise in the one that is detected."""
    with suppress(UnicodeDecodeError):  # whatever the page names: other encodings are hardly ever valid UTF-8
        return data.decode("utf-8").removeprefix("\ufeff")
    if named := _CHARSET.search(data[:4096]):
        try:
            return data.decode(named.group(1).decode("ascii")).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def parse_page(source: str) -> Any:
    """Return the root element of a page.

    :raises UnreadableFile: lxml cannot parse the page, for example because it is empty.
    """
    # Encoded, because lxml rejects a string that declares an encoding. lxml's limits on huge trees stay in force.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(source.replace("\0", "").encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"it cannot be read as a web page: {error}") from error
    _add_body(tree)
    return tree


def _add_body(tree: Any) -> None:
    """Move content from the head to a new body: for a page with neither tag, lxml puts the content into the head."""
    head = tree.find("head")
    if head is None or tree.find("body") is not None:
        return
    first = next((i for i, child in enumerate(head) if child.tag not in _HEAD_TAGS), None)
    if first is not None:
        body = etree.SubElement(tree, "body")
        body.extend(list(head)[first:])


def _with_header_lines(metadata: Metadata, blocks: list[PageBlock], article_blocks: list[PageBlock]) -> Metadata:
    """Complete missing author and date from the lines around the title."""
    title = letters_of(metadata.title or "")
    title_blocks = (i for i, block in enumerate(blocks) if block.kind == "heading" and block.letters == title)
    start = next(title_blocks, next((i for i, block in enumerate(blocks) if block is article_blocks[0]), 0))
    author, published = metadata.author, metadata.published
    for block in blocks[max(0, start - _HEADER_BLOCKS) : start + 2 * _HEADER_BLOCKS]:
        if len(block.words) > _LINE_CHARS or "\n" in block.words:
            continue
        if name := byline(block.words, metadata.language):
            author, published = author or name[0], published or name[1]
        published = published or as_date(block.words, metadata.language)
    return replace(metadata, author=author, published=published)


def _article_blocks(tree: Any, blocks: list[PageBlock]) -> list[PageBlock]:
    """Choose the blocks of the article: those in trafilatura's text, and those that it missed between them."""
    import trafilatura  # slow import

    extracted = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    text = (extracted.text if extracted is not None else "") or ""
    lines = [letters for line in text.splitlines() if (letters := letters_of(_without_bullet(line)))]
    all_letters = "".join(lines)
    keep = [len(block.letters) >= _LONG and block.letters in all_letters for block in blocks]
    matcher = SequenceMatcher(None, [block.letters for block in blocks], lines, autojunk=False)
    for match in matcher.get_matching_blocks():
        for i in range(match.a, match.a + match.size):
            keep[i] = True
    main = _main_blocks(blocks)
    if _letter_count(blocks, (i for i, k in enumerate(keep) if k)) < _MIN_MAIN_SHARE * _letter_count(blocks, main):
        keep = [i in main for i in range(len(blocks))]
    for before, after in pairwise([i for i, k in enumerate(keep) if k]):
        parents = blocks[before].parent, blocks[after].parent
        for i in range(before + 1, after):
            keep[i] = blocks[i].is_running_text and any(blocks[i].parent is parent for parent in parents)
    return [block for block, k in zip(blocks, keep, strict=True) if k]


def _letter_count(blocks: list[PageBlock], indices: Iterable[int]) -> int:
    return sum(len(blocks[i].letters) for i in indices)


def _main_blocks(blocks: list[PageBlock]) -> set[int]:
    """Return the indices of the running text under the page's main element; empty if there is no such element."""
    sizes = {
        i: len(block.letters)
        for i, block in enumerate(blocks)
        if block.is_running_text and block.kind == "prose" and len(block.letters) >= 3 * _LONG
    }
    size_under: Counter[Any] = Counter()
    for i, size in sizes.items():
        for element in (blocks[i].parent, *blocks[i].parent.iterancestors()):
            size_under[element] += size
    candidates = [e for e, size in size_under.items() if size >= _MAIN_SHARE * sum(sizes.values())]
    if not candidates:
        return set()
    main = max(candidates, key=lambda e: sum(1 for _ in e.iterancestors()))
    return {
        i
        for i, block in enumerate(blocks)
        if block.is_running_text
        and (block.parent is main or any(element is main for element in block.parent.iterancestors()))
    }


def _without_bullet(line: str) -> str:
    match = BULLET.match(line)
    return line[match.end() :] if match else line
