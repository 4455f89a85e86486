"""Quotes that a person kept, checked against the articles as they are now, as a document or as citations."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from index import Article, Library, Passage
from qa import Quote
from qa.verify import Saved, Verified, verify

from .export import html_document, source_line
from .language import in_english
from .render import title_of
from .verbatim import in_bibtex, in_html, in_word, one_line_in_markdown, quoted_in_markdown

Form = Literal["markdown", "html", "docx", "bibtex", "csl"]
_TITLE = "Kept quotes"
_CHANGED = "The article has changed since this was kept. It now reads:"
_GONE = "This is no longer in the articles. It was kept from"


@dataclass(frozen=True, slots=True)
class Kept:
    """A quote as it was kept."""

    text: str
    source: str
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A kept quote, and where it stands now."""

    kept: Kept
    found: Verified

    @property
    def quote(self) -> Quote | None:
        """What stands there now."""
        article, start, end = self.found.article, self.found.start, self.found.end
        if article is None:
            return None
        text = article.text[start:end]
        return Quote(text, start, end, article, Passage(0, article.id, start, end, text), 0.0)


def checked(kept: Sequence[Kept], library: Library) -> list[Checked]:
    """Each quote looked up in the articles."""
    return [Checked(k, verify(Saved(k.text, k.source, k.start, k.end), library)) for k in kept]


def document(form: Form, quotes: Sequence[Checked]) -> tuple[str, bytes]:
    """A file's name and what is in it. A quote that was changed or is gone says so."""
    name, made = _FORMS[form]
    with in_english():
        return name, made(quotes)


def _markdown(quotes: Sequence[Checked]) -> bytes:
    parts = [f"# {_TITLE}\n"]
    for one in quotes:
        quote = one.quote
        if one.found.standing in ("in place", "moved") and quote:
            parts.append(_markdown_quote(quote.text, source_line(quote)))
        else:
            parts.append(f"{quoted_in_markdown(one.kept.text)}\n")
            parts.append(f"**{_CHANGED}**\n" if quote else f"**{_GONE} {one_line_in_markdown(one.kept.source)}.**\n")
            parts += [_markdown_quote(quote.text, source_line(quote))] if quote else []
        parts += [f"{one_line_in_markdown(line)}\n" for line in one.kept.note.splitlines() if line.strip()]
    return "\n".join(parts).encode()


def _markdown_quote(text: str, source: str) -> str:
    return f"{quoted_in_markdown(text)}\n>\n> — {one_line_in_markdown(source)}\n"


def _html(quotes: Sequence[Checked]) -> bytes:
    parts = []
    for one in quotes:
        quote = one.quote
        if one.found.standing not in ("in place", "moved") or quote is None:
            told = _CHANGED if quote else f"{_GONE} {one.kept.source}."
            parts.append(f"<blockquote>{in_html(one.kept.text)}</blockquote><p><b>{in_html(told)}</b></p>")
        if quote:
            source = f"<footer>— {in_html(source_line(quote))}</footer>"
            parts.append(f"<blockquote>{in_html(quote.text)}{source}</blockquote>")
        parts += [f"<p>{in_html(line)}</p>" for line in one.kept.note.splitlines() if line.strip()]
    return html_document(_TITLE, "".join(parts)).encode()


def _word(quotes: Sequence[Checked]) -> bytes:
    from docx import Document  # loads what only this needs

    made = Document()
    made.add_heading(_TITLE, 1)
    for one in quotes:
        quote = one.quote
        if one.found.standing not in ("in place", "moved") or quote is None:
            made.add_paragraph(in_word(one.kept.text), style="Quote")
            told = made.add_paragraph()
            told.add_run(in_word(_CHANGED if quote else f"{_GONE} {one.kept.source}.")).bold = True
        if quote:
            made.add_paragraph(in_word(quote.text), style="Quote")
            made.add_paragraph(in_word(f"— {source_line(quote)}"), style="Caption")
        if one.kept.note.strip():
            made.add_paragraph(in_word(one.kept.note))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _by_article(quotes: Sequence[Checked]) -> list[tuple[Article, list[Quote]]]:
    """The articles that still hold some of the quotes, with these."""
    found: dict[int, tuple[Article, list[Quote]]] = {}
    for one in quotes:
        if (quote := one.quote) and one.found.standing in ("in place", "moved"):
            found.setdefault(quote.article.id, (quote.article, []))[1].append(quote)
    return list(found.values())


def _bibtex(quotes: Sequence[Checked]) -> bytes:
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


def _csl(quotes: Sequence[Checked]) -> bytes:
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


_FORMS: dict[Form, tuple[str, Callable[[Sequence[Checked]], bytes]]] = {
    "markdown": ("kept.md", _markdown), "html": ("kept.html", _html), "docx": ("kept.docx", _word),
    "bibtex": ("kept.bib", _bibtex), "csl": ("kept.json", _csl),
}  # fmt: skip
