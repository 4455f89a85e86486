"""A conversation as a Markdown or HTML document, with every quote and its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from quoth.qa.records import Answer, Quote
from quoth.ui.citations import citation, cited, differing_sides, marked
from quoth.ui.escape import one_line_in_markdown, quoted_in_markdown
from quoth.ui.page.render import render

_TITLE = "Questions and quotes"


@dataclass(frozen=True, slots=True)
class _Section:
    """What a document says of one question; a part is empty where there is nothing to say."""

    question: str
    remark: str
    searched_for: str = ""
    verdict: str = ""
    quotes: Sequence[Quote] = ()


@dataclass(frozen=True, slots=True)
class HtmlQuote:
    """A quote as the template of an HTML document shows it."""

    words: Markup
    source: str


def markdown(answers: Sequence[Answer]) -> str:
    """Questions as headings, quotes as block quotes; characters that have a meaning in Markdown are escaped."""
    parts = [f"# {_TITLE}\n"]
    for section in _sections(answers):
        parts.append(f"## {one_line_in_markdown(section.question)}\n")
        parts += [f"{one_line_in_markdown(section.remark)}\n"] if section.remark else []
        parts += [f"Searched for: {one_line_in_markdown(section.searched_for)}\n"] if section.searched_for else []
        parts += [f"{section.verdict}\n"] if section.verdict else []
        parts += [markdown_quote(quote) for quote in section.quotes]
    return "\n".join(parts)


def html(answers: Sequence[Answer]) -> str:
    """The same contents as a page that needs no other file."""
    sections = [(section, [html_quote(quote) for quote in section.quotes]) for section in _sections(answers)]
    return render("document-conversation.html", title=_TITLE, sections=sections) + "\n"


def _sections(answers: Sequence[Answer]) -> Iterator[_Section]:
    for answer in answers:
        remark = answer.remark or ""
        if remark and not answer.found:
            yield _Section(answer.question, remark)
            continue
        searched_for = answer.searched_for if answer.searched_for != answer.question else ""
        quotes = [quote if answer.found else replace(quote, highlights=()) for quote in _quotes(answer)]
        yield _Section(answer.question, remark, searched_for, _verdict(answer), quotes)


def markdown_quote(quote: Quote) -> str:
    """One quote as a block quote; its last paragraph names the source."""
    return markdown_block(quote.text, _source(quote))


def markdown_block(text: str, source: str) -> str:
    """Words as a block quote; its last paragraph names the source."""
    return f"{quoted_in_markdown(text)}\n>\n> — {one_line_in_markdown(source)}\n"


def html_quote(quote: Quote) -> HtmlQuote:
    """One quote, with the words that answer marked, and its source."""
    return HtmlQuote(Markup(marked(quote.text, quote.start, quote.highlights)), _source(quote))


def source_line(quote: Quote) -> str:
    """Title, author, date, place, file and characters; saved.py parses this line."""
    where = f"{quote.article.source}, characters {quote.start} to {quote.end}"
    return f"{cited(quote)} ({where})"


def _quotes(answer: Answer) -> list[Quote]:
    """All quotes, each once; those that differ are first."""
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
