"""Kept quotes as a document or as citations, each checked against the articles as they are now."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from quoth.index.records import Article, Passage, file_name
from quoth.qa.records import Quote
from quoth.qa.verify import Verified
from quoth.ui.escape import in_word, one_line_in_markdown
from quoth.ui.language import in_english
from quoth.ui.page.render import render

from .bibtex import bibtex
from .conversation import html_quote, markdown_block, markdown_quote, source_line
from .csl import Item, csl_ids, csl_item, csl_json
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
    items, notes = _items(quotes)
    return bibtex(items, notes).encode()


def _csl(quotes: Sequence[KeptQuote]) -> bytes:
    items, notes = _items(quotes)
    return csl_json([{**item, "note": notes[item["id"]]} for item in items]).encode()


def _items(quotes: Sequence[KeptQuote]) -> tuple[list[Item], dict[str, str]]:
    """Return an item for each article, and by its id the article's quotes with their places."""
    grouped = _by_article(quotes)
    ids = csl_ids([article for article, _ in grouped])
    notes = {
        id_: "\n".join(f"“{quote.text}” ({source_line(quote)})" for quote in quoted)
        for id_, (_, quoted) in zip(ids, grouped, strict=True)
    }
    return [csl_item(article, id_) for id_, (article, _) in zip(ids, grouped, strict=True)], notes


_FORMS: dict[Form, tuple[str, Callable[[Sequence[KeptQuote]], bytes]]] = {
    "markdown": ("kept.md", _markdown), "html": ("kept.html", _html), "docx": ("kept.docx", _word),
    "bibtex": ("kept.bib", _bibtex), "csl": ("kept.json", _csl),
}  # fmt: skip
