"""Text blocks of a web page, as browsers lay it out, and writing them as an article's text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from quoth.index.reading.document import BlockKind
from quoth.index.reading.layout.boilerplate import is_boilerplate
from quoth.index.reading.layout.writer import Writer

from .html_tables import HtmlTable, read_table
from .html_visible import keep_visible

_BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_SKIPPED_TAGS = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "head", "title", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "textarea", "button", "input",
))  # fmt: skip
_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_HOLDS_ITEMS = ("li", "dl", "dt", "dd")
_ASIDE_TAGS = frozenset(("nav", "footer", "aside", "figcaption", "form", "dialog", "menu"))
_SPACES = re.compile(r"[ \t\n\r\f]+")
_INVISIBLE = str.maketrans("", "", "\xad\u200b\u2060\ufeff")
"""Soft hyphens and spaces without width: places where a line may break."""
_BREAK = "\v"
"""Placeholder for a line break of the page while white space is collapsed; web pages do not contain it."""
_MAX_LINK_SHARE = 0.5
"""Maximum share of link characters in a block of running text."""


@dataclass(slots=True)
class PageBlock:
    """Text of the page that browsers show as one block; a table row is one block."""

    words: str
    letters: str
    """See ``letters_of``."""
    kind: BlockKind
    level: int
    parent: Any
    """Parent of the block's element; blocks with the same parent are neighbours."""
    group: Any
    """The list or table that the block belongs to; None if there is none."""
    bullet: str
    cells: list[str] | None
    """Cells of a table row; None for other blocks."""
    header_rows: int | None
    """1 for the header of a table, 0 for its other rows, None if unknown; see ``Writer.table``."""
    aside: bool
    """Whether the block is in a menu, a footer or the like."""
    link_share: float
    """Share of the block's characters that belong to links."""
    is_term: bool = False
    """Whether the block is a term of a definition list, which the next blocks of its group explain."""

    @property
    def is_running_text(self) -> bool:
        """Whether the block is text to read rather than navigation or boilerplate."""
        return not self.aside and self.link_share < _MAX_LINK_SHARE and not is_boilerplate(self.words)


def page_blocks(root: Any) -> Iterator[PageBlock]:
    """Yield the text blocks under an element, in order. The walk is iterative: pages may nest deeper than Python's
    recursion limit."""
    pieces: list[str] = []
    tables: dict[Any, HtmlTable | None] = {}
    links: list[Any] = []  # the open ones
    linked = 0  # number of the collected characters in links
    # Open block elements around the collected text: element, group, whether aside, bullet.
    stack: list[tuple[Any, Any, bool, str]] = []

    def flush() -> Iterator[PageBlock]:
        nonlocal linked
        raw = "".join(pieces)
        words, link_share, linked = _collapsed(raw), linked / max(1, len(raw)), 0
        pieces.clear()
        if stack and stack[-1][0].tag == "pre":
            words = raw.replace(_BREAK, "\n").strip("\n")
        if words and stack:
            element, group, aside, bullet = stack[-1]
            yield _block(words, element, group, aside, bullet, link_share)
            if bullet:
                stack[-1] = (element, group, aside, "")

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if not tag or tag in _SKIPPED_TAGS:
                walk.skip_subtree()
                continue
            if tag == "tr" and (table := _table_around(element, tables)):
                yield from flush()
                yield from _row(table, element, bool(stack and stack[-1][2]))
                walk.skip_subtree()
                continue
            if tag in _BLOCK_TAGS:
                yield from flush()
                _, group, aside, _ = stack[-1] if stack else (None, None, False, "")
                bullet = ""
                if tag in ("ul", "ol", "dl"):
                    group = element
                elif tag == "li":
                    bullet = "• "  # the numbers of an ordered list are not in the page's text
                elif tag in _HEADING_LEVELS or tag in ("p", "blockquote", "section", "article", "div"):
                    group = group if stack and any(s[0].tag in _HOLDS_ITEMS for s in stack[-4:]) else None
                    bullet = stack[-1][3] if stack and tag in ("p", "div") else ""
                    if bullet:
                        stack[-1] = (*stack[-1][:3], "")
                stack.append((element, group, aside or tag in _ASIDE_TAGS, bullet))
            elif tag == "br":
                pieces.append(_BREAK)
            if tag == "a":
                links.append(element)
            if element.text and tag != "br":
                pieces.append(element.text)
                linked += len(element.text) if links else 0
        else:
            if links and links[-1] is element:
                links.pop()
            if tag in _BLOCK_TAGS and stack and stack[-1][0] is element:
                yield from flush()
                stack.pop()
            if element.tail and element is not root:
                pieces.append(element.tail)
                linked += len(element.tail) if links else 0
    yield from flush()


def write_page(writer: Writer, tree: Any) -> None:
    """Write all text of a page that is an article from beginning to end, as in a book, a mail or a feed.

    :param tree: root element of the page; hidden and struck text is removed from it.
    """
    keep_visible(tree)
    write_blocks(writer, page_blocks(tree))


def write_blocks(writer: Writer, blocks: Iterable[PageBlock]) -> None:
    """Append blocks of a page to an article's text. A term and what explains it become one item."""
    held: list[PageBlock] = []  # a term, and what explains it so far
    for block in blocks:
        explains = held and block.group is held[0].group and block.kind == "item" and not block.bullet
        if held and not (explains and (not block.is_term or held[-1].is_term)):
            _write_item(writer, held)
            held = []
        if held or block.is_term:
            held.append(block)
        else:
            _write_block(writer, block)
    if held:
        _write_item(writer, held)


def _write_item(writer: Writer, blocks: list[PageBlock]) -> None:
    writer.add("item", "\n".join(block.words for block in blocks))


def _write_block(writer: Writer, block: PageBlock) -> None:
    if block.cells is not None:
        writer.table([block.cells], header_rows=block.header_rows, group=block.group)
    elif block.kind == "item":
        writer.add("item", block.words, bullet=block.bullet, group=block.group)
    else:
        kind: BlockKind = "boilerplate" if is_boilerplate(block.words) and block.kind != "heading" else block.kind
        writer.add(kind, block.words, level=block.level)


def letters_of(words: str) -> str:
    """Return the letters and digits of a text in lower case, for comparison."""
    return re.sub(r"[\W_]+", "", words).casefold()


def _block(words: str, element: Any, group: Any, aside: bool, bullet: str, link_share: float) -> PageBlock:
    level = _HEADING_LEVELS.get(element.tag, 0)
    tags = element.tag, element.getparent().tag if element.getparent() is not None else ""
    explains = group is not None and not level and ("dt" in tags or "dd" in tags)
    is_item = bullet or explains or (group is not None and element.tag == "li")
    kind: BlockKind = "heading" if level else "item" if is_item else "prose"
    return PageBlock(
        words, letters_of(words), kind, level, element.getparent(), group, bullet, None, None, aside, link_share,
        is_term=explains and "dt" in tags,
    )  # fmt: skip


def _table_around(row: Any, tables: dict[Any, HtmlTable | None]) -> HtmlTable | None:
    """Return the table of a row, which is read once; None if it lays out the page."""
    element = next(row.iterancestors("table"), None)
    if element is None:
        return None
    if element not in tables:
        tables[element] = read_table(element, lambda cell: _collapsed(_all_text(cell)).replace("\n", " "))
    return tables[element]


def _row(table: HtmlTable, row: Any, aside: bool) -> Iterator[PageBlock]:
    """Yield the block of a table row, if it has letters or digits. The rows of a header are one block, at the last."""
    header = table.header or []
    if row not in table.rows or row in header[:-1]:
        return
    cells, rows = table.rows[row], [row]
    if row in header:
        for title in filter(None, table.titles):
            yield PageBlock(title, letters_of(title), "prose", 0, table.element, None, "", None, None, aside, 0.0)
        cells, rows = table.names, table.naming
    words = " ".join(_collapsed(_all_text(each)).replace("\n", " ") for each in rows)
    letters = letters_of(words)
    if not letters:
        return
    if not table.has_columns or (table.header is None and sum(map(bool, cells)) == 1):  # it lays out the page
        yield PageBlock(words, letters, "prose", 0, table.element, None, "", None, None, aside, 0.0)
    else:
        named = None if table.header is None else int(row in header)
        yield PageBlock(words, letters, "row", 0, table.element, table.element, "", cells, named, aside, 0.0)


def _all_text(element: Any) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start":
            if not isinstance(inner.tag, str) or inner.tag in _SKIPPED_TAGS:
                walk.skip_subtree()
            else:
                parts.append((_BREAK if inner.tag in _BLOCK_TAGS or inner.tag == "br" else "") + (inner.text or ""))
        elif inner is not element:
            parts.append(inner.tail or "")
    return "".join(parts)


def _collapsed(words: str) -> str:
    """Collapse white space as browsers do; keep the line breaks of the page."""
    lines = words.translate(_INVISIBLE).split(_BREAK)
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in lines).strip()
