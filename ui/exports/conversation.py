"""A conversation as a document of its own: Markdown or HTML, with every quote and its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quoth.qa.records import Answer, Quote
from quoth.ui.citations import citation, differing_sides, marked, place
from quoth.ui.escape import in_html, one_line_in_markdown, quoted_in_markdown

_STYLE = (
    "body{font:1.05rem/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "blockquote{white-space:pre-wrap;border-left:3px solid #888;margin:1rem 0;padding-left:1rem}"
    "footer{font-size:.9rem;color:#555}"
)


def markdown(answers: Sequence[Answer]) -> str:
    """Questions as headings, quotes as block quotes; what Markdown would read as its own signs is escaped."""
    parts = ["# Questions and quotes\n"]
    for answer in answers:
        parts.append(f"## {one_line_in_markdown(answer.question)}\n")
        if answer.remark:
            parts.append(f"{one_line_in_markdown(answer.remark)}\n")
            if not answer.found:
                continue
        if answer.searched_for != answer.question:
            parts.append(f"Searched for: {one_line_in_markdown(answer.searched_for)}\n")
        parts.append(f"{_verdict(answer)}\n")
        parts += [markdown_quote(quote) for quote in _quotes(answer)]
    return "\n".join(parts)


def markdown_quote(quote: Quote) -> str:
    """One quote as a block quote; its last paragraph names the source."""
    return markdown_block(quote.text, _source(quote))


def markdown_block(text: str, source: str) -> str:
    """Words as a block quote; its last paragraph names the source."""
    return f"{quoted_in_markdown(text)}\n>\n> — {one_line_in_markdown(source)}\n"


def html(answers: Sequence[Answer]) -> str:
    """The same as a page."""
    body = []
    for answer in answers:
        body.append(f"<h2>{in_html(answer.question)}</h2>")
        if answer.remark:
            body.append(f"<p>{in_html(answer.remark)}</p>")
            if not answer.found:
                continue
        if answer.searched_for != answer.question:
            body.append(f"<p>Searched for: {in_html(answer.searched_for)}</p>")
        body.append(f"<p>{_verdict(answer)}</p>")
        body += [html_quote(q if answer.found else replace(q, highlights=())) for q in _quotes(answer)]
    return html_document("Questions and quotes", "".join(body))


def html_document(title: str, body: str) -> str:
    """A page that needs nothing beside itself."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{body}</html>\n"
    )


def source_line(quote: Quote) -> str:
    """Title, author, date, place, file and characters, as saved.py reads them again."""
    where = f"{quote.article.source}, characters {quote.start} to {quote.end}"
    return f"{citation(quote.article)}, {place(quote)} ({where})"


def html_quote(quote: Quote) -> str:
    """One quote, with what is marked in it, and its source."""
    return html_block(marked(quote.text, quote.start, quote.highlights), _source(quote))


def html_block(words: str, source: str) -> str:
    """Escaped words as a block quote, whose foot names the source."""
    return f"<blockquote>{words}<footer>— {in_html(source)}</footer></blockquote>"


def _quotes(answer: Answer) -> list[Quote]:
    """Those that differ first, each once."""
    differing = [quote for sides in differing_sides(answer) for side in sides for quote in side]
    shown = {(q.article.id, q.start) for q in differing}
    return [*differing, *(q for q in answer.quotes if (q.article.id, q.start) not in shown)]


def _verdict(answer: Answer) -> str:
    if not answer.found:
        return "Not found in the articles. The nearest passages, which are not an answer:"
    return "The sources differ:" if answer.disagreements else f"Confidence {answer.confidence:.0%}:"


def _source(quote: Quote) -> str:
    also = "".join(f"; also said by {citation(other.article)}" for other in quote.also)
    return source_line(quote) + also
