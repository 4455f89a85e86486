"""Reading of web pages: the text of the article, written from the page's own nodes, and the metadata of the page.

All letters of ``ParsedArticle.text`` are the page's own; white space is collapsed as browsers do.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import lxml.html
from lxml import etree

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Metadata, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.header import byline
from quoth.index.reading.metadata.json_ld import article_body
from quoth.index.reading.metadata.page import is_article, page_metadata

from .html_blocks import PageBlock, letters_of, page_blocks, write_blocks
from .html_choice import article_blocks
from .html_consent import drop_consent_notices
from .html_deep import parse_deep
from .html_visible import keep_visible, running_chars

_CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CLOSING_TAGS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
"""Optional tags. lxml ignores what a page has after them; browsers show it."""
_HEAD_TAGS = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})
_HEADER_BLOCKS = 6
"""Number of blocks above the title that may state author and date; twice as many below it."""
_MIN_BODY_RATIO = 2
"""Minimum length of a text that the page only states as data, as a multiple of the running text that it shows."""
_LINE_CHARS = 120
"""Maximum length of a line that states author or date."""


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
    kept = list(tree.iter())  # lxml would make each of these objects anew for each walk
    metadata, says_article, body = page_metadata(tree, address), is_article(tree), article_body(tree)
    drop_consent_notices(tree)
    keep_visible(tree)
    kept.clear()
    if body and len(body) > _MIN_BODY_RATIO * running_chars(tree):  # scripts would show it
        blocks = chosen = list(page_blocks(parse_page(body)))
    else:
        blocks = list(page_blocks(tree))
        chosen = article_blocks(tree, blocks, is_article=says_article)
    writer = Writer()
    write_blocks(writer, chosen)
    if not writer.blocks:
        raise UnreadableFile("the page contains no article, only menus, notices or scripts")
    return parsed_article(writer.text, writer.blocks, _with_header_lines(metadata, blocks, chosen))


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
    # Encoded, because lxml rejects a string that declares an encoding.
    data = _CLOSING_TAGS.sub("", source.replace("\0", "")).encode("utf-8", "surrogatepass")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(data, parser=parser)
        if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
            tree = parse_deep(data)
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


def _with_header_lines(metadata: Metadata, blocks: list[PageBlock], chosen: list[PageBlock]) -> Metadata:
    """Complete missing author and date from the lines around the title."""
    title = letters_of(metadata.title or "")
    title_blocks = (i for i, block in enumerate(blocks) if block.kind == "heading" and block.letters == title)
    start = next(title_blocks, next((i for i, block in enumerate(blocks) if block is chosen[0]), 0))
    author, published = metadata.author, metadata.published
    for block in blocks[max(0, start - _HEADER_BLOCKS) : start + 2 * _HEADER_BLOCKS]:
        if len(block.words) > _LINE_CHARS or "\n" in block.words:
            continue
        if name := byline(block.words, metadata.language):
            author, published = author or name[0], published or name[1]
        published = published or as_date(block.words, metadata.language)
    return replace(metadata, author=author, published=published)
