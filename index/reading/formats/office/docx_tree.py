"""The XML of a Word file -> the same without what is not shown, so that its text can be read off in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from lxml import etree

from quoth.index.reading.layout.raised import lowered, raised
from quoth.index.reading.symbols import in_unicode

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Namespace of Word files."""
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "sdtContent", "dir", "bdo", "fldSimple")
)
_DELETED = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "sdtPr", "sdtEndPr", "delInstrText", "instrText", "rt")
)
_PRIVATE = re.compile(r"[\uf020-\uf0ff]")
_RUN_STYLES = ("vertAlign", "strike", "dstrike", "vanish")
Looks = dict[str, dict[str, str]]
"""Style id -> properties of its runs: vertAlign, strike, dstrike, vanish."""


def looks_of(styles: Any) -> Looks:
    """Return how each style shows its text, with what it inherits.

    :param styles: root element of the styles; None if there are none.
    """
    own: Looks = {}
    parents: dict[str, str] = {}
    for style in styles.iter(f"{W}style") if styles is not None else ():
        id_ = style.get(f"{W}styleId", "")
        own[id_] = _look(style.find(f"{W}rPr"))
        based_on = style.find(f"{W}basedOn")
        parents[id_] = based_on.get(f"{W}val", "") if based_on is not None else ""
    looks: Looks = {}
    for id_ in own:
        chain = [id_]
        while (parent := parents.get(chain[-1], "")) in own and parent not in chain:
            chain.append(parent)
        looks[id_] = {name: value for style in reversed(chain) for name, value in own[style].items()}
    return looks


def clean(root: Any, looks: Looks) -> None:
    """Change a part of a Word file to what is shown of it.

    Deletions, hidden and struck-out text, instructions of fields and copies for old programs are removed. Tracked
    insertions, content controls and smart tags are replaced by what is in them. Superscripts and subscripts are written
    in raised and lowered characters, formulas as text.
    """
    for element in [*root.iter(f"{_MC}AlternateContent")]:
        choices = element.findall(f"{_MC}Choice")
        for other in [*choices[1:], *(element.findall(f"{_MC}Fallback") if choices else ())]:
            element.remove(other)
    for row in [*root.iter(f"{W}tr")]:
        if row.find(f"{W}trPr/{W}del") is not None:
            row.getparent().remove(row)
    for cell in [*root.iter(f"{W}tc")]:
        if cell.find(f"{W}tcPr/{W}cellDel") is not None:
            cell.getparent().remove(cell)
    for control in [*root.iter(f"{W}sdt")]:
        if control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None or control.find(f"{W}sdtContent") is None:
            control.getparent().remove(control)
        else:
            _unwrap(control)
    for element in [*root.iter(*_DELETED)]:
        parent = element.getparent()
        if parent is not None and parent.tag not in (f"{W}rPr", f"{W}trPr"):
            parent.remove(element)
    for element in [*root.iter(*_WRAPPERS)]:
        if element.getparent() is not None and element.getparent().tag not in (f"{W}rPr", f"{W}trPr"):
            _unwrap(element)
    for formula in [*root.iter(f"{_M}oMath")]:
        formula[:] = [_run("".join(_formula(formula)))]
    _remove_instructions(root)
    for symbol in [*root.iter(f"{W}sym")]:
        symbol.getparent().replace(symbol, _text(_symbol(symbol)))
    for paragraph in root.iter(f"{W}p"):
        _style_runs(paragraph, looks)


def number_notes(root: Any) -> None:
    """Write the marks of footnotes (1, 2, …) and endnotes (i, ii, …) as text, raised, at their places."""
    for kind, write in (("footnote", str), ("endnote", _roman)):
        references = [
            e for e in root.iter(f"{W}{kind}Reference") if e.get(f"{W}customMarkFollows") not in ("1", "true")
        ]
        for number, reference in enumerate(references, 1):
            mark = "".join(raised(letter) for letter in write(number))
            reference.getparent().replace(reference, _text(mark))


def _unwrap(element: Any) -> None:
    """Replace an element by its children."""
    parent = element.getparent()
    at = parent.index(element)
    parent[at : at + 1] = list(element)


def _remove_instructions(root: Any) -> None:
    """Remove the text of complex fields' instructions, which nested fields can hold; their results stay."""
    inside: list[bool] = []  # for each open field, whether its instruction goes on
    for element in [*root.iter(f"{W}fldChar", f"{W}t")]:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            inside.append(True)
        elif kind == "separate" and inside:
            inside[-1] = False
        elif kind == "end" and inside:
            inside.pop()
        elif element.tag == f"{W}t" and any(inside):
            element.getparent().remove(element)


def _style_runs(paragraph: Any, looks: Looks) -> None:
    """Write the raised and lowered characters of a paragraph, and remove what is hidden or struck out."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    base = looks.get(style.get(f"{W}val", ""), {}) if style is not None else {}
    runs = [run for run in paragraph.iter(f"{W}r") if next(run.iterancestors(f"{W}p"), None) is paragraph]
    placed: list[tuple[str, Any]] = []
    for run in runs:
        properties = run.find(f"{W}rPr")
        own = properties.find(f"{W}rStyle") if properties is not None else None
        look = base | looks.get(own.get(f"{W}val", "") if own is not None else "", {}) | _look(properties)
        if any(look.get(name, "0") not in ("0", "false", "off") for name in ("strike", "dstrike", "vanish")):
            for text in [*run.iter(f"{W}t", f"{W}tab", f"{W}br")]:
                if next(text.iterancestors(f"{W}r")) is run:
                    text.getparent().remove(text)
        else:
            placed += [(look.get("vertAlign", ""), text) for text in run.findall(f"{W}t")]
    for place, group in groupby(placed, key=lambda item: item[0]):
        texts = [text for _, text in group]
        for text in texts:
            text.text = _PRIVATE.sub(lambda letter: in_unicode(letter.group()), text.text or "")
        if place in ("superscript", "subscript"):
            words = "".join(text.text for text in texts)
            texts[0].text = raised(words) if place == "superscript" else lowered(words)
            for text in texts[1:]:
                text.text = ""


def _look(properties: Any) -> dict[str, str]:
    found = {}
    for name in _RUN_STYLES if properties is not None else ():
        element = properties.find(f"{W}{name}")
        if element is not None:
            found[name] = element.get(f"{W}val", "1")
    return found


def _formula(node: Any) -> Iterator[str]:
    """Yield the words of a formula in order, such as "E", " = ", "mc", "²"."""
    for child in node:
        tag = child.tag
        if tag in (f"{_M}t", f"{W}t"):
            yield child.text or ""
        elif tag == f"{_M}sup":
            yield raised("".join(_formula(child)))
        elif tag == f"{_M}sub":
            yield lowered("".join(_formula(child)))
        elif tag == f"{_M}den":
            yield "/"
            yield from _formula(child)
        elif tag == f"{_M}rad":
            yield "√"
            yield from _formula(child)
        elif tag == f"{_M}d":
            yield "("
            yield from _formula(child)
            yield ")"
        else:
            yield from _formula(child)


def _symbol(symbol: Any) -> str:
    """Return the character of a symbol in a font of symbols; empty if Unicode has none that is known."""
    code = symbol.get(f"{W}char", "")
    is_code = 0 < len(code) <= 4 and all(c in "0123456789abcdefABCDEF" for c in code)
    return in_unicode(chr(int(code, 16)), symbol.get(f"{W}font", "")) if is_code else ""


def _text(words: str) -> Any:
    element = etree.Element(f"{W}t")
    element.text = words
    return element


def _run(words: str) -> Any:
    run = etree.Element(f"{W}r")
    run.append(_text(words))
    return run


def paragraph(words: str) -> Any:
    """Return the XML of a paragraph."""
    element = etree.Element(f"{W}p")
    element.append(_run(words))
    return element


def _roman(number: int) -> str:
    letters = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
               (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
    roman = ""
    for value, letter in letters:
        roman += letter * (number // value)
        number %= value
    return roman
