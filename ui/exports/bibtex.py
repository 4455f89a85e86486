"""Items of CSL-JSON as BibTeX, for LaTeX with BibTeX or biblatex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quoth.ui.escape import in_bibtex

from .csl import Item

_KINDS = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article", "book": "book",
    "chapter": "incollection", "entry-dictionary": "incollection", "entry-encyclopedia": "incollection",
    "manuscript": "unpublished", "paper-conference": "inproceedings", "report": "techreport", "thesis": "phdthesis",
}  # fmt: skip
_PUBLISHER = {"techreport": "institution", "phdthesis": "school"}
_WORDS = {
    "volume": "volume", "issue": "number", "edition": "edition", "genre": "type", "publisher-place": "address",
    "ISBN": "isbn", "ISSN": "issn",
}  # fmt: skip


def bibtex(items: Sequence[Item], notes: Mapping[str, str] | None = None) -> str:
    """Return an entry for each item.

    :param notes: by the id of an item: an annotation of it.
    """
    from bibtexparser import Library, write_string  # loaded late: only this form needs it
    from bibtexparser.model import Entry, Field
    from bibtexparser.writer import BibtexFormat

    layout = BibtexFormat()
    layout.indent, layout.trailing_comma, layout.block_separator = "  ", True, "\n"
    library = Library()
    for item in items:
        kind = _KINDS.get(str(item.get("type")), "misc")
        fields = _fields(item, kind) | {"annote": in_bibtex((notes or {}).get(item["id"], ""))}
        library.add(Entry(kind, item["id"], [Field(name, value) for name, value in fields.items() if value]))
    return str(write_string(library, bibtex_format=layout))


def _fields(item: Item, kind: str) -> dict[str, str]:
    """Return the fields of an entry, some of them empty."""

    def words(variable: str) -> str:
        return in_bibtex(str(item.get(variable, "")))

    issued, accessed = _parts(item.get("issued", {})), _parts(item.get("accessed", {}))
    container = words("container-title")
    found = {
        "title": f"{{{words('title')}}}",  # in braces of its own, so that no style changes its capitals
        "author": _names(item.get("author", ())), "editor": _names(item.get("editor", ())),
        "journal" if kind == "article" else "booktitle" if kind.startswith("in") else "howpublished": container,
        "year": issued[0] if issued else "", "date": "-".join(issued),
        _PUBLISHER.get(kind, "publisher"): words("publisher"),
        "pages": words("page").replace("–", "-").replace("--", "-").replace("-", "--"), "doi": words("DOI"),
        **{name: words(variable) for variable, name in _WORDS.items()},
        "url": _address(str(item.get("URL", ""))), "urldate": "-".join(accessed) if item.get("URL") else "",
    }  # fmt: skip
    if kind == "techreport":
        found["number"] = words("number")
    found["file"] = words("archive_location")  # which no style prints
    return found


def _names(names: Sequence[Mapping[str, str]]) -> str:
    """Return names as BibTeX separates them; the name of an organisation is in braces."""
    found = []
    for name in names:
        parts = {key: in_bibtex(part) for key, part in name.items()}
        particle = " ".join(filter(None, (parts.get("dropping-particle"), parts.get("non-dropping-particle"))))
        family = f"{particle} {parts.get('family', '')}".strip()
        if parts.get("given"):
            found.append(", ".join(filter(None, (family, parts.get("suffix"), parts["given"]))))
        else:
            found.append(f"{{{parts.get('literal', family)}}}")
    return " and ".join(found)


def _parts(date: Mapping[str, Any]) -> list[str]:
    """Return the year, the month and the day of a date, as far as they are known."""
    parts = date.get("date-parts")
    return [f"{part:0{4 if place == 0 else 2}}" for place, part in enumerate(parts[0])] if parts else []


def _address(url: str) -> str:
    """Return an address as biblatex takes it, unescaped; braces would end the field."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
