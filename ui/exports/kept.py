"""Kept quotes as a document or as citations, each checked against the articles as they are now."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quoth.index.records import Article, Passage, file_name
from quoth.qa.records import Quote
from quoth.qa.verify import Verified
from quoth.ui.citations import title_of
from quoth.ui.escape import in_bibtex, in_word, one_line_in_markdown
from quoth.ui.language import in_english
from quoth.ui.page.render import render

from .conversation import html_quote, markdown_block, markdown_quote, source_line
from .saved import AS_KEPT

Form = Literal["markdown", "html", "docx", "bibtex", "csl"]
_TITLE = "Kept quotes"
_CHANGED = "The article has changed since this was kept. It now reads:"
_GONE = "This is no longer in the articles."
LABELS: dict[Form, str] = {
    "markdown": "Markdown", "html": "HTML", "docx": "Word", "bibtex": "BibTeX", "csl": "CSL-JSON",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A kept quote, looked up in the articles, with the reader's note."""

    found: Verified
    note: str = ""

    @property
    def is_current(self) -> bool:
        """Whether an article still has it."""
        return self.found.status in ("in place", "moved")

    @property
    def quote(self) -> Quote | None:
        """What the article says in its place now; None if nothing."""
        article, start, end = self.found.article, self.found.start, self.found.end
        if article is None:
            return None
        text = article.text[start:end]
        return Quote(text, start, end, article, Passage(0, article.id, start, end, text), 0.0)

    @property
    def status(self) -> str:
        """What has happened to a quote that the article does not have any more."""
        return _CHANGED if self.quote else _GONE

    @property
    def note_lines(self) -> list[str]:
        """The note's lines, without blank ones."""
        return [line for line in self.note.splitlines() if line.strip()]

    @property
    def was_from(self) -> str:
        """Its source when it was kept; saved.py parses this line."""
        saved = self.found.saved
        name = file_name(saved.source)
        return f"{name}, {AS_KEPT} ({saved.source}, characters {saved.start} to {saved.end})"


def document(form: Form, quotes: Sequence[KeptQuote]) -> tuple[str, bytes]:
    """A file's name and content. It says which quotes have changed or are gone."""
    name, made = _FORMS[form]
    with in_english():
        return name, made(quotes)


def _markdown(quotes: Sequence[KeptQuote]) -> bytes:
    parts = [f"# {_TITLE}\n"]
    for one in quotes:
        if not one.is_current:
            parts += [markdown_block(one.found.saved.text, one.was_from), f"**{one.status}**\n"]
        parts += [markdown_quote(one.quote)] if one.quote else []
        parts += [f"{one_line_in_markdown(line)}\n" for line in one.note_lines]
    return "\n".join(parts).encode()


def _html(quotes: Sequence[KeptQuote]) -> bytes:
    shown = [(one, html_quote(one.quote) if one.quote else None) for one in quotes]
    return (render("document-kept.html", title=_TITLE, quotes=shown) + "\n").encode()


def _word(quotes: Sequence[KeptQuote]) -> bytes:
    from docx import Document  # loaded late: only this form needs it

    made = Document()
    made.add_heading(_TITLE, 1)

    def add(text: str, source: str) -> None:
        made.add_paragraph(in_word(text), style="Quote")
        made.add_paragraph(in_word(f"— {source}"), style="Caption")

    for one in quotes:
        if not one.is_current:
            add(one.found.saved.text, one.was_from)
            made.add_paragraph().add_run(one.status).bold = True
        if quote := one.quote:
            add(quote.text, source_line(quote))
        if one.note.strip():
            made.add_paragraph(in_word(one.note))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _by_article(quotes: Sequence[KeptQuote]) -> list[tuple[Article, list[Quote]]]:
    """The articles that still have some of the quotes, each with its quotes."""
    found: dict[int, tuple[Article, list[Quote]]] = {}
    for one in quotes:
        if one.is_current and (quote := one.quote):
            found.setdefault(quote.article.id, (quote.article, []))[1].append(quote)
    return list(found.values())


def _bibtex(quotes: Sequence[KeptQuote]) -> bytes:
    entries = []
    for number, (article, quoted) in enumerate(_by_article(quotes), 1):
        date = article.published
        fields = {
            "title": f"{{{in_bibtex(title_of(article))}}}",  # double braces, so that no style changes its capitals
            "author": f"{{{in_bibtex(article.author)}}}" if article.author else "",
            "year": str(date.year) if date else "", "date": date.isoformat() if date else "",
            "url": (article.url or "").replace("{", "%7B").replace("}", "%7D"),
            "howpublished": in_bibtex(article.source),
            "annote": " ".join(in_bibtex(f"“{quote.text}” ({source_line(quote)})") for quote in quoted),
        }  # fmt: skip
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@misc{{quoth{number},\n{lines}}}\n")
    return "\n".join(entries).encode()


def _csl(quotes: Sequence[KeptQuote]) -> bytes:
    """CSL-JSON for citation managers (citeproc's schema 1.0)."""
    items: list[dict[str, Any]] = []
    for number, (article, quoted) in enumerate(_by_article(quotes), 1):
        date = article.published
        item = {
            "id": f"quoth{number}", "type": "webpage" if article.url else "document", "title": title_of(article),
            "author": [{"literal": article.author}] if article.author else None, "URL": article.url,
            "issued": {"date-parts": [[date.year, date.month, date.day]]} if date else None,
            "archive_location": article.source,
            "note": "\n".join(f"“{quote.text}” ({source_line(quote)})" for quote in quoted),
        }  # fmt: skip
        items.append({name: value for name, value in item.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1).encode()


_FORMS: dict[Form, tuple[str, Callable[[Sequence[KeptQuote]], bytes]]] = {
    "markdown": ("kept.md", _markdown), "html": ("kept.html", _html), "docx": ("kept.docx", _word),
    "bibtex": ("kept.bib", _bibtex), "csl": ("kept.json", _csl),
}  # fmt: skip
