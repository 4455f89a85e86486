"""Parts that all OpenDocument files share: styles, hidden and struck-out text, text boxes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from quoth.index.errors import UnreadableFile
from quoth.index.reading.archive import Archive
from quoth.index.reading.layout.raised import lowered, raised

from .attributes import percent, whole

OFFICE, TEXT, TABLE, DRAW, PRESENTATION, STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "text", "table", "drawing", "presentation", "style")
)
_PROPERTIES = (f"{STYLE}text-properties", f"{STYLE}table-properties", f"{STYLE}drawing-page-properties")
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_NO_WORDS = frozenset((
    f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{DRAW}text-box", f"{DRAW}object", f"{DRAW}image", f"{_SVG}title",
    f"{_SVG}desc", f"{OFFICE}event-listeners", f"{OFFICE}forms",
))  # fmt: skip


class Look(NamedTuple):
    """How a style shows its text."""

    place: str | None = None
    """Such as "superscript" or "subscript"; None if the style leaves it as it is."""
    struck: bool | None = None
    hidden: bool | None = None
    bold: bool | None = None


class Styles:
    """The styles of a document, with what they inherit."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self._own: dict[tuple[str, str], tuple[Look, str]] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style") if root is not None else ():
                key = style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")
                self._own[key] = _look(style), style.get(f"{STYLE}parent-style-name", "")

    def look(self, family: str, name: str | None) -> Look:
        """Return how a style looks; one that is not defined looks like the line around it."""
        place, struck, hidden, bold = None, None, None, None
        for _ in range(20):  # styles could inherit in a circle
            look, parent = self._own.get((family, name or ""), (Look(), ""))
            place = place if place is not None else look.place
            struck = struck if struck is not None else look.struck
            hidden = hidden if hidden is not None else look.hidden
            bold = bold if bold is not None else look.bold
            if not parent:
                break
            name = parent
        return Look(place, struck, hidden, bold)


def opened(data: bytes, kind: str, what: str) -> tuple[Archive, Any, Styles]:
    """Return an OpenDocument file's archive, its body without what is not shown, and its styles.

    :param kind: name of the body's element: text, spreadsheet or presentation.
    :param what: what the file should be, for messages.
    :raises UnreadableFile: it has no such body, is encrypted or damaged.
    """
    archive = Archive(data)
    if b"encryption-data" in archive.part("META-INF/manifest.xml"):
        raise UnreadableFile("it is encrypted; save it without its password and add it again")
    root = archive.xml("content.xml")
    body = root.find(f"{OFFICE}body/{OFFICE}{kind}") if root is not None else None
    if body is None:
        raise UnreadableFile(f"it is not an OpenDocument {what}: its part content.xml has no {what} in its body")
    styles = Styles((archive.xml("styles.xml"), root))
    _clean(body, styles)
    return archive, body, styles


def visible_text(element: Any, notes: list[str]) -> str:
    """Return the visible text of an element without its text boxes, and append its notes to ``notes``.

    White space follows the format: a run of it is one space; ``s``, ``tab`` and ``line-break`` add more.
    """
    parts: list[str] = []

    def walk(node: Any) -> None:
        parts.append(_collapsed(node.text))
        for child in node:
            tag = child.tag
            if tag == f"{TEXT}s":
                parts.append(" " * whole(child.get(f"{TEXT}c"), most=1000))
            elif tag == f"{TEXT}tab":
                parts.append("\t")
            elif tag == f"{TEXT}line-break":
                parts.append("\n")
            elif tag == f"{TEXT}note":
                body = child.find(f"{TEXT}note-body")
                if body is not None:
                    parts.append(child.findtext(f"{TEXT}note-citation") or "")
                    notes.append(visible_text(body, notes))
            elif tag not in _NO_WORDS:
                if tag == f"{TEXT}p" and parts and parts[-1] and not parts[-1].endswith("\n"):
                    parts.append("\n")
                walk(child)
            parts.append(_collapsed(child.tail))

    walk(element)
    return "".join(parts).strip()


def _collapsed(words: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words or "")


def text_boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes anchored in an element, without boxes inside them."""
    for box in element.iter(f"{DRAW}text-box"):
        inner = itertools.takewhile(lambda around: around is not element, box.iterancestors())
        if not any(around.tag == f"{DRAW}text-box" for around in inner):
            yield box


def _clean(body: Any, styles: Styles) -> None:
    """Remove what is not shown, and write superscripts and subscripts in raised and lowered characters."""
    for element in [*body.iter()]:
        tag = element.tag
        if tag == f"{TEXT}span":
            look = styles.look("text", element.get(f"{TEXT}style-name"))
            if look.struck or look.hidden:
                _remove(element)
            elif look.place in ("superscript", "subscript"):
                write = raised if look.place == "superscript" else lowered
                for node in element.iter():
                    node.text = write(node.text) if node.text else node.text
                    if node is not element and node.tail:
                        node.tail = write(node.tail)
        elif tag in (f"{TEXT}p", f"{TEXT}h"):
            look = styles.look("paragraph", element.get(f"{TEXT}style-name"))
            if look.struck or look.hidden:
                _remove(element)
        elif tag in (f"{TEXT}hidden-text", f"{TEXT}ruby-text") or (
            tag == f"{TEXT}section" and element.get(f"{TEXT}display") == "none"
        ):
            _remove(element)
        elif tag == f"{TEXT}hidden-paragraph" and element.get(f"{TEXT}is-hidden") == "true":
            paragraph = next(element.iterancestors(f"{TEXT}p", f"{TEXT}h"), None)
            if paragraph is not None:
                _remove(paragraph)
        elif tag == f"{TEXT}note":
            citation = element.find(f"{TEXT}note-citation")
            if citation is not None and citation.text:
                citation.text = raised(citation.text.strip())


def _remove(element: Any) -> None:
    """Remove an element, but not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _look(style: Any) -> Look:
    found: dict[str, str] = {}
    for properties in style:
        if properties.tag in _PROPERTIES:
            found |= {name.rpartition("}")[2]: value for name, value in properties.attrib.items()}
    position = found.get("text-position", "").split()
    place = None
    if position:
        height = percent(position[0])
        up, down = position[0] == "super" or height > 0, position[0] == "sub" or height < 0
        place = "superscript" if up else "subscript" if down else "line"
    lines = found.get("text-line-through-style") or found.get("text-line-through-type")
    shown = found.get("display"), found.get("visibility")
    weight = found.get("font-weight")
    return Look(
        place,
        None if lines is None else lines != "none",
        None if shown == (None, None) else shown[0] in ("none", "false") or shown[1] == "hidden",
        None if weight is None else weight in ("bold", "700", "800", "900"),
    )
