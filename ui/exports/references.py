"""References as readers print them, in the styles in styles/, formatted by citeproc-py.

The styles are written for Quoth, because citeproc-py does not do all that the official ones need. What they give for
216 items (twelve types, six kinds of authors, three dates) was compared with what pandoc makes of the official styles:
Chicago is the same for all; APA for all but six, of theses and manuscripts without an author.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal, NamedTuple

from markupsafe import Markup

from quoth.qa.records import Quote
from quoth.ui.escape import in_html

from .csl import Item

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

Style = Literal["apa", "chicago"]
STYLES: dict[Style, str] = {"apa": "APA", "chicago": "Chicago"}
_FOLDER = Path(__file__).parent / "styles"
_ITALIC, _UPRIGHT = "\ue000", "\ue001"
"""Stand for italics until the text is escaped."""
_TEXTS = (
    "title", "container-title", "volume", "issue", "page", "edition", "genre", "number", "publisher", "DOI", "URL",
    "language",
)  # fmt: skip
_DOUBLE = re.compile(rf"([?!][”{_UPRIGHT}]?)[.,](?=[\s”)]|$)|(\.{_UPRIGHT}?)\.(?=[\s”)]|$)|(,[”{_UPRIGHT}]?),(?=\s)")
"""Two marks at the end of a sentence, or of a title in it, of which the first stays."""


class Place(NamedTuple):
    """The place of a quote for a reference."""

    label: Literal["page", "paragraph", "timestamp"]
    number: str


class Reference(NamedTuple):
    """A reference in one style."""

    full: Markup
    """For the list of references."""
    short: Markup
    """For the text, with the place."""


def place_of(quote: Quote) -> Place:
    """Return the page of a quote as printed, the time in a recording, or the paragraph."""
    number = quote.article.page_at(quote.start)
    if number is None:
        return Place("paragraph", str(quote.paragraph))
    last = quote.article.page_at(quote.end - 1)
    pages = quote.article.pages
    labels = list(dict.fromkeys((pages[number].label, pages[number if last is None else last].label)))
    return Place("timestamp" if pages[number].is_time else "page", "-".join(labels))


def references(items: Sequence[Item], style: Style, places: Sequence[Place]) -> list[Reference]:
    """Return the items of one list as references. Letters after the year distinguish those that are cited alike.

    :param places: what is cited of each.
    """
    letters = _letters(items, style) if len(items) > 1 else [""] * len(items)
    return [reference(*one) for one in zip(items, [style] * len(items), places, letters, strict=True)]


def _letters(items: Sequence[Item], style: Style) -> list[str]:
    """Return "a", "b" and so on for each item that has the authors and the citation of another, in the order of their
    references; "" for other items, and where no letter can follow the date."""
    alike = defaultdict[tuple[str, str], list[tuple[str, int]]](list)
    for number, item in enumerate(items):
        dates = item.get("issued", {"date-parts": [[]]}).get("date-parts", ())
        if len(dates) == 1:  # else a span of time, or in words
            full, short = reference(item, style, Place("page", "1"))
            alike[repr(item.get("author")), short].append((full.striptags().casefold(), number))
    letters = [""] * len(items)
    for group in alike.values():
        for place, (_, number) in enumerate(sorted(group) if len(group) > 1 else ()):
            letters[number] = _letter(place)
    return letters


def _letter(place: int) -> str:
    """Return a, b … z, aa, ab …"""
    return (_letter(place // 26 - 1) if place >= 26 else "") + ascii_lowercase[place % 26]


def reference(item: Item, style: Style, place: Place, letter: str = "") -> Reference:
    """Return an item as a reference.

    :param place: what is cited of it.
    :param letter: follows the year.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography, Locator
    from citeproc.source.json import CiteProcJSON

    class Formatter:
        """Marks italics; other letters of no style of ours."""

        preformat = staticmethod(str)

        @staticmethod
        def Italic(text: str) -> str:  # noqa: N802
            return f"{_ITALIC}{text}{_UPRIGHT}"

    known = _usable(item, quotes_title=style == "chicago")
    known |= {"year-suffix": letter} if letter else {}
    made = CitationStylesBibliography(_style(style), CiteProcJSON([known]), Formatter)
    cited = Citation([CitationItem(known["id"], locator=Locator(*place))])
    made.register(cited)
    return Reference(_html(str(made.bibliography()[0])), _html(str(made.cite(cited, lambda _: None))))


@lru_cache(len(STYLES))
def _style(style: Style) -> CitationStylesStyle:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(_FOLDER / f"{style}.csl"), validate=False)


def _html(text: str) -> Markup:
    clean = _DOUBLE.sub(lambda found: found[found.lastindex or 0], text)
    return Markup(in_html(clean).replace(_ITALIC, "<i>").replace(_UPRIGHT, "</i>"))


def _usable(item: Item, *, quotes_title: bool) -> Item:
    """Return the variables that the styles use, without values of other kinds.

    :param quotes_title: the style puts the title in quotation marks.
    """
    found: Item = {"id": "item", "type": str(item.get("type") or "document")}
    for name in _TEXTS:
        if words := re.sub(f"[{_ITALIC}{_UPRIGHT}]", "", " ".join(str(item.get(name, "")).split())):
            found[name] = words
    found |= {name: [_whole(parts) for parts in item[name]] for name in ("author", "editor") if item.get(name)}
    found |= {name: item[name] for name in ("issued", "accessed") if item.get(name)}
    found.setdefault("title", "Untitled")
    if "language" not in found:
        found["language"] = "und"  # no style may recase its title
    if quotes_title and found["type"] not in ("book", "report"):
        found["title"] = re.sub(r"[“\"]([^“”\"]*)[”\"]", r"‘\1’", found["title"])
    if "." in found["title"] and " " not in found["title"]:
        found["title"] = f'<span class="nocase">{found["title"]}</span>'  # the name of a file
    return found


def _whole(name: dict[str, str]) -> dict[str, str]:
    """Return a name as one literal if its letters have no capitals, as in Chinese: citeproc-py cannot shorten it."""
    given = name.get("given", "")
    return {"literal": f"{name['family']}{given}"} if given and given[0].lower() == given[0].upper() else name
