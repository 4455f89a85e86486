"""Citations of articles and places in them, the sides of a disagreement, and marked text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from quoth.index.reading.layout.markup import is_markdown, struck
from quoth.index.records import Article, Span, file_name
from quoth.index.storage.rows import Entry
from quoth.qa.records import Answer, Quote

from .escape import in_html
from .language import say, say_many, written


def title_of(article: Article | Entry) -> str:
    """The article's title, or its file's name if it has none."""
    return article.title or file_name(article.source)


def citation(article: Article | Entry, among: Sequence[Article] = ()) -> str:
    """Title, author and date, as far as they are known; also the path if another article has the same citation.

    :param among: the other cited articles.
    """
    said = " · ".join(part for part in (title_of(article), article.author, day(article.published)) if part)
    alike = any(a.source != article.source and citation(a) == said for a in among)
    return f"{said} · {article.source}" if alike else said


def cited(quote: Quote, among: Sequence[Article] = ()) -> str:
    """The citation of a quote: the speaker if one is known, the article, and the place in it.

    :param among: the other cited articles.
    """
    source = f"{citation(quote.article, among)}, {place(quote)}"
    return say("{speaker}, in {source}", speaker=quote.speaker, source=source) if quote.speaker else source


def day(date: dt.date | None) -> str:
    """A date like "31 October 2025"; empty if there is none."""
    return written(date) if date else ""


def left_out(quote: Quote) -> str:
    """The number of items that a quoted list leaves out, in words."""
    return say_many(quote.more, "{count} more item in the article", "{count} more items in the article")


def differing_sides(answer: Answer) -> list[tuple[list[Quote], list[Quote]]]:
    """The disagreements as pairs of sides, each quote once; quotes that contradict the same quote share a side."""
    found: list[tuple[list[Quote], list[Quote]]] = []
    for disagreement in answer.disagreements:
        one, other = disagreement.quotes
        for left, right in found:
            known = {q.article.id for q in (*left, *right)}
            new = [q for q in (one, other) if q.article.id not in known]
            if len(new) == 2:
                continue
            if new:
                against = other if new == [one] else one
                (right if against.article.id in {q.article.id for q in left} else left).append(new[0])
            break
        else:
            found.append(([one], [other]))
    return found


def place(quote: Quote) -> str:
    """The place of a quote: the page as its printed number, or the time in a recording, otherwise the paragraph and its
    heading."""
    number = quote.article.page_at(quote.start)
    if number is not None:
        last = quote.article.page_at(quote.end - 1)
        first, end = quote.article.pages[number].label, quote.article.pages[number if last is None else last].label
        if quote.article.pages[number].is_time:
            return say("at {time}", time=first if first == end else f"{first}–{end}")
        by_ocr = say(", read by OCR") if quote.article.pages[number].scanned else ""
        pages = say("page {page}", page=first) if first == end else say("pages {first}–{last}", first=first, last=end)
        return pages + by_ocr
    heading = quote.passage.heading
    under = f", “{heading}”" if heading and heading != quote.article.title else ""
    return say("paragraph {number}", number=quote.paragraph) + under


def marked(text: str, offset: int, spans: Sequence[Span], gone: Sequence[Span] = ()) -> str:
    """Text as HTML, with the spans in ``<mark>``.

    :param offset: of the text in its article.
    :param spans: as offsets into the article.
    :param gone: spans of struck text, as offsets into the article, in ``<s>``.
    """
    parts, at = [], 0
    for start, end, tag in sorted([*((a, b, "mark") for a, b in spans), *((a, b, "s") for a, b in gone)]):
        start, end = max(start - offset, at), min(end - offset, len(text))
        if start < end:
            parts += [in_html(text[at:start]), f"<{tag}>", in_html(text[start:end]), f"</{tag}>"]
            at = end
    return "".join([*parts, in_html(text[at:])])


def struck_in(article: Article) -> tuple[Span, ...]:
    """The spans of an article that are struck out or hidden in its Markdown, in order."""
    return struck(article.text) if is_markdown(article.source) else ()
