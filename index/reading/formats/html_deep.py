"""Parsing of pages that nest more deeply than libxml2's limit, after which it drops the rest of the page."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
from lxml import etree

_MAX_DEPTH = 200
"""Depth of the tree; deeper elements become neighbours of those at this depth."""
_MAX_TABLE_DEPTH = _MAX_DEPTH - 6
"""Depth from which the cells of a table become paragraphs: a table whose cells are not in it would be lost."""
_TABLE_TAGS = ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption")
_NAME = re.compile(r"[A-Za-z_][\w.-]*$", re.ASCII)


def parse_deep(source: bytes) -> Any:
    """Return the root element of a page, in UTF-8, without limits on depth and size; None if it has no element."""
    target = _FlatBuilder()
    return etree.fromstring(source, parser=etree.HTMLParser(encoding="utf-8", target=target, huge_tree=True))


class _FlatBuilder:
    """Builds a tree of limited depth from the events of a parser. All text keeps its order."""

    def __init__(self) -> None:
        self._make = lxml.html.HTMLParser().makeelement
        self._root: Any = None
        self._open: list[Any] = []
        self._words: list[str] = []
        self._table_depth: int | None = None  # of the table whose cells become paragraphs

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        if tag == "table" and self._table_depth is None and len(self._open) >= _MAX_TABLE_DEPTH:
            self._table_depth = len(self._open)
        if self._table_depth is not None and tag in _TABLE_TAGS:
            tag = "div"
        element = self._make(tag if _NAME.match(tag) else "span")
        for name, value in attributes.items():
            if _NAME.match(name):
                element.set(name, value)
        if self._root is None:
            self._root = element
        elif 0 < len(self._open) <= _MAX_DEPTH:
            self._open[-1].append(element)
        elif self._open:
            container, outer = self._open[_MAX_DEPTH - 1], self._open[-1]
            if container[-1] is outer and not (outer.text or len(outer)):
                container.remove(outer)  # an empty one
            container.append(element)
        else:  # after the end of the root element
            self._root.append(element)
        self._open.append(element)

    def end(self, tag: str) -> None:
        self._flush()
        if self._open:
            self._open.pop()
        if self._table_depth is not None and len(self._open) <= self._table_depth:
            self._table_depth = None

    def data(self, words: str) -> None:
        self._words.append(words)

    def close(self) -> Any:
        self._flush()
        return self._root

    def _flush(self) -> None:
        words = "".join(self._words)
        self._words.clear()
        if not words or not self._open:
            return
        element = self._open[-1]
        if len(self._open) > _MAX_DEPTH:  # elements inside this one follow it
            container = self._open[_MAX_DEPTH - 1]
            if container[-1] is not element:
                container[-1].tail = (container[-1].tail or "") + words
                return
        if len(element):
            element[-1].tail = (element[-1].tail or "") + words
        else:
            element.text = (element.text or "") + words
