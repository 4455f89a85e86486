"""A web page -> its article. trafilatura chooses what belongs to the article;
the text is written from the page's own nodes.

What a library returns is rewritten text (words glued, inline words dropped), so it only says which of the page's blocks
are meant: those whose letters stand in what it chose, in the page's order. Every letter of ``text`` is then the page's
own; white space is collapsed as browsers do. Blocks between two chosen ones of the same parent come along.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import lxml.html
from lxml import etree

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import BlockKind, Metadata, ParsedArticle
from quoth.index.reading.layout.blocks import BULLET
from quoth.index.reading.layout.boilerplate import is_boilerplate
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.fields import byline, finished
from quoth.index.reading.metadata.page import page_metadata

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "head", "title", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "textarea", "button", "input",
))  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ASIDE = frozenset(("nav", "footer", "aside", "figcaption", "form", "dialog", "menu"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\v"
"""Stands for a line break that the page asks for while white space is collapsed; no page has it."""
_LINKED = 0.5
_BESIDE = 6
"""Blocks above the title that may state author and date; twice as many below it."""
_LINE_CHARS = 120
_OVERLOOKED = 0.25
"""Where what was chosen has less than this share of the letters of the page's main element, that is taken instead."""
_MOST = 0.7
"""The main element is the lowest that holds this share of what the page gives people to read."""
_LONG = 25
"""Letters from which on a block is known by standing anywhere in what was chosen, not just in order."""


@dataclass(slots=True)
class _Leaf:
    """Text of the page that browsers set as one block."""

    words: str
    letters: str
    kind: BlockKind
    level: int
    parent: Any
    """The element whose child blocks are its neighbours."""
    group: Any
    """The list or table that it is part of."""
    bullet: str
    cells: list[str] | None
    aside: bool
    """It stands in a menu, a footer or the like."""
    linked: float
    """Share of its characters that are a link."""

    @property
    def reads(self) -> bool:
        """Whether it is text that people read, rather than choose from."""
        return not self.aside and self.linked < _LINKED and not is_boilerplate(self.words)


def read_html(data: bytes) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: the page has none.
    """
    return read_page(page_text(data))


def page_text(data: bytes) -> str:
    """The page's source text, in the encoding that it names if that reads."""
    with suppress(UnicodeDecodeError):  # whatever it says: nothing else happens to be valid UTF-8
        return data.decode("utf-8").removeprefix("\ufeff")
    if named := _CHARSET.search(data[:4096]):
        try:
            return data.decode(named.group(1).decode("ascii")).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def read_page(source: str, *, address: str | None = None) -> ParsedArticle:
    """One article.

    :raises UnreadableFile: the page has none.
    """
    tree = parsed(source)
    leaves = list(_leaves(tree))
    facts = page_metadata(tree, address)
    chosen = _chosen(tree, leaves)
    writer = Writer()
    for leaf in chosen:
        _write(writer, leaf)
    if not writer.blocks:
        raise UnreadableFile("the page has no article in it, only menus, notices or scripts")
    return finished(writer.text, writer.blocks, _with_lines(facts, leaves, chosen))


def write_leaves(writer: Writer, tree: Any) -> None:
    """All that a page says that is an article from its first word to its last, as in a book, a mail or a feed."""
    for leaf in _leaves(tree):
        _write(writer, leaf)


_OF_HEAD = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})


def parsed(source: str) -> Any:
    """The page as a tree.

    :raises UnreadableFile: there is nothing in it.
    """
    # Told in its own bytes, or lxml refuses a text that declares an encoding; huge trees stay refused.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(source.replace("\0", "").encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"it cannot be read as a web page: {error}") from error
    _give_body(tree)
    return tree


def _give_body(tree: Any) -> None:
    """Put what stands in the head and is none of it into a body:
    lxml's parser leaves it there where a page states neither."""
    head = tree.find("head")
    if head is None or tree.find("body") is not None:
        return
    first = next((i for i, child in enumerate(head) if child.tag not in _OF_HEAD), None)
    if first is not None:
        body = etree.SubElement(tree, "body")
        body.extend(list(head)[first:])


def _with_lines(facts: Metadata, leaves: list[_Leaf], chosen: list[_Leaf]) -> Metadata:
    """With the author and the date that lines beside the title state, where the page's metadata state none."""
    title = letters(facts.title or "")
    titled = (i for i, leaf in enumerate(leaves) if leaf.kind == "heading" and leaf.letters == title)
    start = next(titled, next((i for i, leaf in enumerate(leaves) if leaf is chosen[0]), 0))
    author, published = facts.author, facts.published
    for leaf in leaves[max(0, start - _BESIDE) : start + 2 * _BESIDE]:
        if len(leaf.words) > _LINE_CHARS or "\n" in leaf.words:
            continue
        if name := byline(leaf.words, facts.language):
            author, published = author or name[0], published or name[1]
        published = published or as_date(leaf.words, facts.language)
    return replace(facts, author=author, published=published)


def _leaves(root: Any) -> Iterator[_Leaf]:
    """The page's blocks of text, in order; a table's row is one. Iterative: pages nest deeper than Python calls may."""
    words: list[str] = []
    links = linked = 0  # how many surround the text, and how many characters of it they do
    # What surrounds the text that is being collected: element, group, whether aside, bullet.
    stack: list[tuple[Any, Any, bool, str]] = []

    def flush() -> Iterator[_Leaf]:
        nonlocal linked
        raw = "".join(words)
        said, share, linked = _collapsed(raw), linked / max(1, len(raw)), 0
        words.clear()
        if stack and stack[-1][0].tag == "pre":
            said = raw.replace(_BREAK, "\n").strip("\n")
        if said and stack:
            element, group, aside, bullet = stack[-1]
            yield _leaf(said, element, group, aside, bullet, share)
            if bullet:
                stack[-1] = (element, group, aside, "")

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if not tag or tag in _SKIPPED or _hidden(element):
                walk.skip_subtree()
                continue
            if tag == "tr" and not _nests(element):
                yield from flush()
                if row := _row(element, bool(stack and stack[-1][2])):
                    yield row
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                yield from flush()
                _, group, aside, _ = stack[-1] if stack else (None, None, False, "")
                bullet = ""
                if tag in ("ul", "ol", "dl"):
                    group = element
                elif tag == "li":
                    bullet = "• "  # a number would be none of the page's letters
                elif tag in _HEADINGS or tag in ("p", "blockquote", "section", "article", "div"):
                    group = group if stack and any(s[0].tag == "li" for s in stack[-4:]) else None
                    bullet = stack[-1][3] if stack and tag in ("p", "div") else ""
                    if bullet:
                        stack[-1] = (*stack[-1][:3], "")
                stack.append((element, group, aside or tag in _ASIDE, bullet))
            elif tag == "br":
                words.append(_BREAK)
            links += tag == "a"
            if element.text and tag != "br":
                words.append(element.text)
                linked += len(element.text) if links else 0
        else:
            links -= tag == "a"
            if tag in _BLOCKS and stack and stack[-1][0] is element:
                yield from flush()
                stack.pop()
            if element.tail and element is not root:
                words.append(element.tail)
                linked += len(element.tail) if links else 0
    yield from flush()


def _leaf(said: str, element: Any, group: Any, aside: bool, bullet: str, linked: float) -> _Leaf:
    level = _HEADINGS.get(element.tag, 0)
    listed = bullet or (group is not None and element.tag in ("li", "dd", "dt"))
    kind: BlockKind = "heading" if level else "item" if listed else "prose"
    return _Leaf(said, letters(said), kind, level, element.getparent(), group, bullet, None, aside, linked)


def _row(element: Any, aside: bool) -> _Leaf | None:
    cells = [
        _collapsed(_all_text(cell)).replace("\n", " ")
        for cell in element
        if isinstance(cell.tag, str) and cell.tag in ("td", "th")
    ]
    said = " ".join(cells)
    if not letters(said):
        return None
    table = next((a for a in element.iterancestors("table")), element.getparent())
    if len([c for c in cells if c]) == 1:  # a table that only lays the page out
        return _Leaf(said.strip(), letters(said), "prose", 0, element.getparent(), None, "", None, aside, 0.0)
    return _Leaf(said, letters(said), "row", 0, table, table, "", cells, aside, 0.0)


def _all_text(element: Any) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start":
            if not isinstance(inner.tag, str) or inner.tag in _SKIPPED or _hidden(inner):
                walk.skip_subtree()
            else:
                parts.append((_BREAK if inner.tag in _BLOCKS or inner.tag == "br" else "") + (inner.text or ""))
        elif inner is not element:
            parts.append(inner.tail or "")
    return "".join(parts)


def _nests(row: Any) -> bool:
    """Whether a row holds more than a row's words: another table, or paragraphs (a table that lays the page out)."""
    paragraphs = sum(1 for _ in row.iter("p", "h1", "h2", "h3", "li"))
    return any(True for _ in row.iter("table")) or paragraphs > 2 * max(1, len(row))


def _hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") == "true" and element.tag != "p")
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _collapsed(words: str) -> str:
    """White space as browsers show it; line breaks that the page asks for stay."""
    return "\n".join(_SPACES.sub(" ", line).strip(" ") for line in words.split(_BREAK)).strip()


def letters(words: str) -> str:
    """What is compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", words).casefold()


def _chosen(tree: Any, leaves: list[_Leaf]) -> list[_Leaf]:
    """The leaves that are the article: what trafilatura takes for it, and what it overlooked of the same element."""
    import trafilatura  # takes a while

    found = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    text = (found.text if found is not None else "") or ""
    lines = [said for line in text.splitlines() if (said := letters(_without_bullet(line)))]
    whole = "".join(lines)
    keep = [len(leaf.letters) >= _LONG and leaf.letters in whole for leaf in leaves]
    for block in SequenceMatcher(None, [leaf.letters for leaf in leaves], lines, autojunk=False).get_matching_blocks():
        for i in range(block.a, block.a + block.size):
            keep[i] = True
    main = _main(leaves)
    if _letters(leaves, (i for i, k in enumerate(keep) if k)) < _OVERLOOKED * _letters(leaves, main):
        keep = [i in main for i in range(len(leaves))]
    kept = [i for i, k in enumerate(keep) if k]
    for before, behind in pairwise(kept):
        parents = leaves[before].parent, leaves[behind].parent
        for i in range(before + 1, behind):
            keep[i] = leaves[i].reads and any(leaves[i].parent is parent for parent in parents)
    return [leaf for leaf, k in zip(leaves, keep, strict=True) if k]


def _letters(leaves: list[_Leaf], those: Iterable[int]) -> int:
    return sum(len(leaves[i].letters) for i in those)


def _main(leaves: list[_Leaf]) -> set[int]:
    """Those under the lowest element that holds most of what the page gives people to read."""
    own = {
        i: len(leaf.letters)
        for i, leaf in enumerate(leaves)
        if leaf.reads and leaf.kind == "prose" and len(leaf.letters) >= 3 * _LONG
    }
    under: Counter[Any] = Counter()
    for i, size in own.items():
        for element in (leaves[i].parent, *leaves[i].parent.iterancestors()):
            under[element] += size
    enough = [e for e, size in under.items() if size >= _MOST * sum(own.values())]
    if not enough:
        return set()
    root = max(enough, key=lambda e: sum(1 for _ in e.iterancestors()))
    return {
        i
        for i, leaf in enumerate(leaves)
        if leaf.reads and (leaf.parent is root or any(a is root for a in leaf.parent.iterancestors()))
    }


def _without_bullet(line: str) -> str:
    match = BULLET.match(line)
    return line[match.end() :] if match else line


def _write(writer: Writer, leaf: _Leaf) -> None:
    if leaf.cells is not None:
        writer.row(leaf.cells, leaf.group)
    elif leaf.kind == "item":
        writer.add("item", leaf.words, bullet=leaf.bullet, group=leaf.group)
    else:
        kind: BlockKind = "boilerplate" if is_boilerplate(leaf.words) and leaf.kind != "heading" else leaf.kind
        writer.add(kind, leaf.words, level=leaf.level)
