"""Quotes that a person kept, checked against the articles as they are now, as a document or as citations."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quoth.index.records import Article, Passage
from quoth.qa.records import Quote
from quoth.qa.verify import Verified
from quoth.ui.citations import title_of
from quoth.ui.escape import in_bibtex, in_html, in_word, one_line_in_markdown
from quoth.ui.language import in_english

from .conversation import html_block, html_document, html_quote, markdown_block, markdown_quote, source_line
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
    """A quote that was kept, looked up in the articles, with what its keeper noted."""

    found: Verified
    note: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is still what an article says."""
        return self.found.standing in ("in place", "moved")

    @property
    def quote(self) -> Quote | None:
        """What stands there now."""
        article, start, end = self.found.article, self.found.start, self.found.end
        if article is None:
            return None
        text = article.text[start:end]
        return Quote(text, start, end, article, Passage(0, article.id, start, end, text), 0.0)

    @property
    def told(self) -> str:
        """What became of one that does not stand there any more."""
        return _CHANGED if self.quote else _GONE

    @property
    def was_from(self) -> str:
        """Where it stood when it was kept, as saved.py reads it again."""
        saved = self.found.saved
        name = saved.source.replace("\\", "/").rsplit("/", 1)[-1]
        return f"{name}, {AS_KEPT} ({saved.source}, characters {saved.start} to {saved.end})"


def document(form: Form, quotes: Sequence[KeptQuote]) -> tuple[str, bytes]:
    """A file's name and what is in it. A quote that was changed or is gone says so."""
    name, made = _FORMS[form]
    with in_english():
        return name, made(quotes)


def _markdown(quotes: Sequence[KeptQuote]) -> bytes:
    parts = [f"# {_TITLE}\n"]
    for one in quotes:
        if not one.stands:
            parts += [markdown_block(one.found.saved.text, one.was_from), f"**{one.told}**\n"]
        parts += [markdown_quote(one.quote)] if one.quote else []
        parts += [f"{one_line_in_markdown(line)}\n" for line in one.note.splitlines() if line.strip()]
    return "\n".join(parts).encode()


def _html(quotes: Sequence[KeptQuote]) -> bytes:
    parts = []
    for one in quotes:
        if not one.stands:
            parts.append(f"{html_block(in_html(one.found.saved.text), one.was_from)}<p><b>{in_html(one.told)}</b></p>")
        parts += [html_quote(one.quote)] if one.quote else []
        parts += [f"<p>{in_html(line)}</p>" for line in one.note.splitlines() if line.strip()]
    return html_document(_TITLE, "".join(parts)).encode()


def _word(quotes: Sequence[KeptQuote]) -> bytes:
    from docx import Document  # loads what only this needs

    made = Document()
    made.add_heading(_TITLE, 1)

    def add(text: str, source: str) -> None:
        made.add_paragraph(in_word(text), style="Quote")
        made.add_paragraph(in_word(f"— {source}"), style="Caption")

    for one in quotes:
        if not one.stands:
            add(one.found.saved.text, one.was_from)
            made.add_paragraph().add_run(one.told).bold = True
        if quote := one.quote:
            add(quote.text, source_line(quote))
        if one.note.strip():
            made.add_paragraph(in_word(one.note))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _by_article(quotes: Sequence[KeptQuote]) -> list[tuple[Article, list[Quote]]]:
    """The articles that still hold some of the quotes, with these."""
    found: dict[int, tuple[Article, list[Quote]]] = {}
    for one in quotes:
        if one.stands and (quote := one.quote):
            found.setdefault(quote.article.id, (quote.article, []))[1].append(quote)
    return list(found.values())


def _bibtex(quotes: Sequence[KeptQuote]) -> bytes:
    entries = []
    for number, (article, quoted) in enumerate(_by_article(quotes), 1):
        date = article.published
        fields = {
            "title": f"{{{in_bibtex(title_of(article))}}}",  # in braces twice, so that no style changes its capitals
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
    """As citation managers read it (citeproc's schema 1.0)."""
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
