"""What a web page shows: its tree without hidden or struck text, with raised and lowered characters.

A panel that the reader can open (an answer under its question, a tab) is part of the page. So is the largest part of a
page that shows hardly any other text: scripts show it when the page is loaded. Only simple rules of the page's own
style element are followed ("p.old { display: none }"), no other stylesheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from quoth.index.reading.layout.raised import lowered, raised

_NO_TEXT = ("script", "style", "svg", "iframe", "object", "embed", "canvas", "audio", "video", "textarea")
_STRUCK_TAGS = ("del", "s", "strike")
_READING_TAGS = ("rt", "rp", "rtc")
"""Pronunciations beside or above the characters of a ``ruby``."""
_UNSCRIPTED_TAGS = ("noscript", "template")
"""Elements that are shown only without scripts, or by them."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]{0,100}line-through", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_LOWERED = re.compile(r"vertical-align\s*:\s*sub\b", re.IGNORECASE)
_SHOWN = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_BRACE = re.compile(r"([{}])")
_CSS_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][\w-]+)$", re.IGNORECASE)
_CSS_NAME = re.compile(r"[.#][\w-]+")
_FOR_SCREEN_READERS = frozenset((
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "screenreader-only",
    "a-offscreen", "u-visually-hidden", "u-hiddenvisually", "hidden-visually", "is-visually-hidden",
    "element-invisible", "assistive-text", "offscreen",
))  # fmt: skip
_IN_THEIR_NAMES = ("sr-only", "hidden", "screen", "invisible", "assistive")
"""Parts of the names above: one of them is in each."""
_NOTE_ROLES = frozenset(("doc-noteref", "noteref"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "legend")
_ARTICLE_PARTS = ("main", "article", "h1", "p", "h2")
_MENUS = ("nav", "header", "footer", "menu")
_RUNNING_CHARS = 80
"""Minimum length of a piece of running text; a shorter one may be an entry of a menu."""
_MAX_HIDDEN_SHARE = 2
"""Maximum running text of a hidden element, as a multiple of the visible running text."""


def keep_visible(tree: Any) -> None:
    """Change a page's tree to what the page shows. Scripts are removed, except those that hold data.

    :param tree: root element; metadata is read from it before, because pages hide some of it.
    """
    styles = _declarations(tree)
    for script in list(tree.iter("script")):
        if "json" not in (script.get("type") or ""):
            script.drop_tree()
    etree.strip_elements(tree, *_NO_TEXT[1:], with_tail=False)
    _rename(tree)
    hidden = [e for e in _hidden_elements(tree, styles) if e.tag not in ("html", "body")]
    for element in _without_main_part(tree, hidden):
        _drop(element)
    etree.strip_elements(tree, *_STRUCK_TAGS, *_READING_TAGS, with_tail=False)
    _set_raised(tree, styles)


def running_chars(element: Any) -> int:
    """Return the number of characters of running text in an element, without data for scripts."""
    size = sum([len(words) for words in element.itertext() if len(words) >= _RUNNING_CHARS <= len(words.strip())])
    return size - sum(len(script.text or "") for script in element.iter("script"))


def _rename(tree: Any) -> None:
    """Give elements whose tag hides text that people read the tag of plain text.

    These are buttons that hold a heading or that were never closed, a shadow tree, and elements that usually stand
    beside an article but hold it here.
    """
    for button in list(tree.iter("button")):
        if next(button.iter(*_ARTICLE_PARTS), None) is not None:
            button.tag = "div"
        elif next(button.iterancestors(*_HEADINGS), None) is not None:
            button.tag = "span"
        elif button.get("aria-expanded") and next(button.iterancestors(*_MENUS), None) is None:
            button.tag = "div"
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.tag = "div"
    apart = list(tree.iter("aside", "dialog", "form"))
    half = running_chars(tree) / 2 if apart else 0
    for element in apart:
        if next(element.iter("h1", "main"), None) is not None or running_chars(element) > half:
            element.tag = "div"


def _hidden_elements(tree: Any, styles: dict[str, str]) -> Iterator[Any]:
    """Yield the elements that the page does not show; none of them is inside another."""
    seen: set[Any] = set()
    openable: set[str] | None = None
    for element in _candidates(tree, styles):
        if element in seen or any(ancestor in seen for ancestor in element.iterancestors()):
            continue
        if element.tag in _UNSCRIPTED_TAGS:
            pass
        elif _for_screen_readers(element):
            if _replaces_neighbour(element):
                continue
        elif not (
            element.get("hidden") is not None or element.get("aria-hidden") == "true"
            or _HIDDEN.search(_style(element, styles)) or _STRUCK.search(_style(element, styles))
        ) or element.get("hidden") == "until-found" or element.get("role") == "tabpanel":  # fmt: skip
            continue
        elif name := element.get("id"):
            openable = _openable(tree) if openable is None else openable
            if name in openable:
                continue
        seen.add(element)
        yield element


def _candidates(tree: Any, styles: dict[str, str]) -> Iterable[Any]:
    """Return the elements that may be hidden, in the page's order."""
    if styles:
        return [e for e in tree.iter() if isinstance(e.tag, str) and (e.attrib or e.tag in _UNSCRIPTED_TAGS)]
    by_class = " or ".join(f"contains(@class, '{part}')" for part in _IN_THEIR_NAMES)
    by_tag = " or ".join(f"self::{tag}" for tag in _UNSCRIPTED_TAGS)
    found: list[Any] = tree.xpath(f"//*[@hidden or @aria-hidden='true' or @style or {by_class} or {by_tag}]")
    return found


def _for_screen_readers(element: Any) -> bool:
    return not _FOR_SCREEN_READERS.isdisjoint((element.get("class") or "").lower().split())


def _replaces_neighbour(element: Any) -> bool:
    """Whether a text for screen readers says what its neighbour shows to others only."""
    return any(
        neighbour is not None and neighbour.get("aria-hidden") == "true" and neighbour.text_content().strip()
        for neighbour in (element.getprevious(), element.getnext())
        if neighbour is None or isinstance(neighbour.tag, str)
    )


def _openable(tree: Any) -> set[str]:
    """Return the ids of the elements that a control of the page opens."""
    targets = [*tree.xpath("//a/@href[starts-with(., '#')]")]
    for name in ("aria-controls", "data-target", "data-bs-target"):
        targets += tree.xpath(f"//@{name}")
    return {name.lstrip("#") for target in targets for name in target.split()}


def _without_main_part(tree: Any, hidden: list[Any]) -> list[Any]:
    """Return the hidden elements; without the largest of them and its like if the page shows hardly any other text."""
    sizes = [running_chars(element) if len(element) or element.text else 0 for element in hidden]
    largest = max(sizes, default=0)
    if not largest or largest <= _MAX_HIDDEN_SHARE * (running_chars(tree) - sum(sizes)):
        return hidden
    main = hidden[sizes.index(largest)]
    parent = main.getparent()
    shown = [e for e in hidden if e is main or (e.tag == main.tag and e.getparent() is parent)]
    for element in shown:
        if element.tag in _UNSCRIPTED_TAGS:
            element.tag = "div"
    return [e for e in hidden if not any(e is other for other in shown)]


def _set_raised(tree: Any, styles: dict[str, str]) -> None:
    """Write superscripts, subscripts and the marks of notes in raised and lowered characters."""
    elements = tree.xpath("//*[self::sup or self::sub or @style or (self::a and (@role or @*[name() = 'epub:type']))]")
    for element in [*elements, *_styled(tree, styles)]:
        style = _style(element, styles)
        is_note = not _NOTE_ROLES.isdisjoint((element.get("role"), element.get("epub:type")))
        if element.tag == "sup" or is_note or _RAISED.search(style):
            changed = raised(words := element.text_content())
        elif element.tag == "sub" or _LOWERED.search(style):
            changed = lowered(words := element.text_content())
        else:
            continue
        if changed != words:
            for child in list(element):
                element.remove(child)
            element.text = changed


def _styled(tree: Any, styles: dict[str, str]) -> Iterable[Any]:
    raising = [name for name, style in styles.items() if _RAISED.search(style) or _LOWERED.search(style)]
    return [e for e in tree.iter() if any(name in raising for name in _names(e))] if raising else ()


def _declarations(tree: Any) -> dict[str, str]:
    """Return what the page's style elements say about classes (".name") and ids ("#name").

    Only what hides, strikes, raises or lowers text is returned, and nothing about names that another rule shows.
    """
    styles: dict[str, str] = {}
    shown: set[str] = set()
    for element in tree.iter("style"):
        if "print" in (element.get("media") or ""):
            continue
        for selectors, style, always in _rules(_CSS_COMMENT.sub("", element.text or "")):
            if _SHOWN.search(style):
                shown.update(_CSS_NAME.findall(selectors))
            if always and any(pattern.search(style) for pattern in (_HIDDEN, _STRUCK, _RAISED, _LOWERED)):
                for selector in selectors.split(","):
                    if simple := _CSS_SIMPLE.match(selector.strip()):
                        styles[simple[1]] = styles.get(simple[1], "") + ";" + style
    return {name: style for name, style in styles.items() if name not in shown}


def _rules(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the selectors and declarations of each rule, and whether it holds for all sizes of the window and the like.

    :param sheet: a stylesheet without comments.
    """
    opened: list[str] = []  # what stands before each open brace
    parts = _CSS_BRACE.split(sheet)
    for words, brace in zip(parts[::2], parts[1::2], strict=False):
        if brace == "{":
            opened.append(words.rpartition(";")[2].strip())
        elif opened:
            selectors = opened.pop()
            if not selectors.startswith("@"):
                yield selectors, words, not opened


def _style(element: Any, styles: dict[str, str]) -> str:
    own = element.get("style") or ""
    return ";".join([own, *(styles[name] for name in _names(element) if name in styles)]) if styles else own


def _names(element: Any) -> list[str]:
    if not isinstance(element.tag, str):
        return []
    names = [f".{name}" for name in (element.get("class") or "").split()]
    return [*names, f"#{element.get('id')}"] if element.get("id") else names


def _drop(element: Any) -> None:
    """Remove an element but not the text after it."""
    if element.getparent() is not None:
        element.drop_tree()
