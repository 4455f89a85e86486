"""Answer and article -> HTML. Pure, and every word of an article is escaped."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence

from index import Article
from index.records import Span
from index.rows import Entry
from qa import Answer, Quote

from .verbatim import in_html, one_line_in_markdown, quoted_in_markdown

LINKED_CHARS = 600
"""So much of a quote goes into a link to it, so that a later reader is told whether it still stands there."""
WRAPPED_AT = 100
"""Text whose lines are no longer is taken to be wrapped to a width."""


def title_of(article: Article | Entry) -> str:
    """The article's title, or its file's name where it states none."""
    return article.title or article.source.replace("\\", "/").rsplit("/", 1)[-1]


def citation(article: Article | Entry, among: Sequence[Article] = ()) -> str:
    """Title, author and date, as far as the article states them; its path, too, where another one is cited alike.

    :param among: the others that are cited.
    """
    said = " · ".join(part for part in (title_of(article), article.author, day(article.published)) if part)
    alike = any(a.source != article.source and citation(a) == said for a in among)
    return f"{said} · {article.source}" if alike else said


def day(date: dt.date | None) -> str:
    """ "31 October 2025", or nothing."""
    return f"{date.day} {date:%B %Y}" if date else ""


def left_out(quote: Quote) -> str:
    """What a quoted list leaves out."""
    return f"{quote.more} more item{'' if quote.more == 1 else 's'} in the article"


def how_sure(answer: Answer) -> str:
    """The confidence in words."""
    if not answer.found:
        return "Not found"
    return "Very likely answers" if answer.confidence >= 0.9 else "Likely answers" if answer.confidence >= 0.7 else "May answer"


def _how_unsure(answer: Answer) -> str:
    if answer.confidence >= 0.1:
        return "Your articles do not seem to answer this; it is not quite certain."
    return "Your articles do not answer this."


def turn_html(number: int, question: str, body: str) -> str:
    """A question with what came of it; ``number`` counts from 0."""
    return (
        f'<section class="quoth-turn"><h2 class="quoth-question" dir="auto">{in_html(question)} '
        f'{_edit(question, number, "Edit this question")}</h2>{body}</section>'
    )


def _edit(question: str, number: int, label: str) -> str:
    return (
        f'<button type="button" class="quoth-edit" data-turn="{number}" data-ask="{in_html(question)}" '
        f'aria-label="{label}" title="{label}">Edit</button>'
    )


def answer_html(answer: Answer, number: int = 0) -> str:
    """The answer as a set of quotation cards."""
    remark = f'<p class="quoth-remark">{in_html(answer.remark)}</p>' if answer.remark else ""
    if remark and not answer.found:
        return f'<section class="quoth-answer" aria-label="Answer">{remark}</section>'
    asked = ""
    if answer.searched_for != answer.question:
        edit = _edit(answer.searched_for, number, "Edit what was searched for")
        asked = f'<p class="quoth-note">Searched for: <q dir="auto">{in_html(answer.searched_for)}</q> {edit}</p>'
    if answer.did_you_mean:
        edit = _edit(answer.did_you_mean, number, "Ask this instead")
        asked += f'<p class="quoth-note">Did you mean <q dir="auto">{in_html(answer.did_you_mean)}</q> {edit}</p>'
    differing = [quote for sides in differing_sides(answer) for side in sides for quote in side]
    shown = {(q.article.id, q.start): number for number, q in enumerate(differing, 1)}
    rest = [q for q in answer.quotes if (q.article.id, q.start) not in shown]
    cited = [q.article for quote in (*differing, *rest) for q in (quote, *quote.also)]
    cards = "".join(_card(number, quote, answer.found, cited) for number, quote in enumerate(rest, len(differing) + 1))
    if answer.found:
        differ = "".join(_differ(sides, shown, cited) for sides in differing_sides(answer))
        also = '<p class="quoth-note">Also on this question:</p>' if differ and cards else ""
        return (
            f'<section class="quoth-answer" aria-label="Answer">{asked}'
            f'<p class="quoth-sure" title="Confidence {answer.confidence:.0%}">{how_sure(answer)}</p>'
            f"{remark}{differ}{also}{cards}{_why('Why this?', answer)}</section>"
        )
    return (
        f'<section class="quoth-answer quoth-absent" aria-label="Not found">{asked}'
        f'<p class="quoth-missing" title="Confidence {answer.confidence:.0%}">{_how_unsure(answer)}</p>'
        f'<p class="quoth-note">The nearest passages, which are not an answer:</p>{cards}{_why("Why not?", answer)}</section>'
    )


def _why(label: str, answer: Answer) -> str:
    lines = "".join(f"<li>{in_html(line)}</li>" for line in answer.why)
    return f'<details class="quoth-why"><summary>{label}</summary><ul dir="auto">{lines}</ul></details>' if lines else ""


def differing_sides(answer: Answer) -> list[tuple[list[Quote], list[Quote]]]:
    """The disagreements as pairs of sides: what contradicts the same quote stands on one side, each quote once."""
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


def _differ(sides: tuple[list[Quote], list[Quote]], numbers: dict[tuple[int, int], int], cited: Sequence[Article]) -> str:
    columns = "".join(
        f"<div>{''.join(_card(numbers[q.article.id, q.start], q, True, cited) for q in side)}</div>" for side in sides
    )
    return (
        '<section class="quoth-differ" aria-label="Sources differ"><p class="quoth-differs">Your sources differ</p>'
        f'<div class="quoth-sides">{columns}</div></section>'
    )


def _card(number: int, quote: Quote, found: bool, cited: Sequence[Article]) -> str:
    also = f'<p class="quoth-also">Also said by {"; ".join(_cite(None, other, cited) for other in quote.also)}</p>' if quote.also else ""
    head = f'<p class="quoth-note" dir="auto">{in_html(quote.article.text[slice(*quote.head)])}</p>' if quote.head else ""
    before = "… " if quote.start > 0 and _within_sentence(quote, quote.start) else ""
    more = f'<p class="quoth-note">{left_out(quote)}</p>' if quote.more else ""
    after = " …" if _within_sentence(quote, quote.end) else ""
    return (
        f'<article class="quoth-card" aria-label="Quote {number}">{head}{_cut(before)}<blockquote dir="auto">'
        f"{marked(quote.text, quote.start, quote.highlights if found else ())}</blockquote>{_cut(after)}{more}"
        f'<footer>{_cite(number, quote, cited)}{also}{_copying(quote)}</footer></article>'
    )


def _cut(mark: str) -> str:
    """A sign, outside of the quoted words, that the sentence goes on there."""
    return f'<span class="quoth-cut" aria-hidden="true">{mark}</span>' if mark else ""


def _within_sentence(quote: Quote, place: int) -> bool:
    """Whether a place that borders on the quote lies between two words of the same sentence."""
    text = quote.article.text
    before, after = text[:place].rstrip(" ")[-1:], text[place:].lstrip(" ")[:1]
    return (before.isalnum() and after.isalnum()) or (before in ",;:—–" and bool(before) and after.isalnum())


def _cite(number: int | None, quote: Quote, cited: Sequence[Article]) -> str:
    label = f'<span class="quoth-number">{number}</span>' if number else ""
    return (
        f'<button type="button" class="quoth-cite" data-article="{quote.article.id}" data-source="{in_html(quote.article.source)}" '
        f'data-start="{quote.start}" data-end="{quote.end}" data-from="{quote.passage.start}" data-to="{quote.passage.end}" '
        f'data-quote="{in_html(json.dumps(quote.text[:LINKED_CHARS]))}" '
        f'aria-label="Open {in_html(title_of(quote.article))} at this quote">'
        f"{label}{in_html(citation(quote.article, cited))}, {in_html(place(quote))}</button>"
    )


def place(quote: Quote) -> str:
    """Where the quote stands: the page as it is numbered in print, else the paragraph and the heading over it."""
    number = quote.article.page_at(quote.start)
    if number is not None:
        last = quote.article.page_at(quote.end - 1)
        first, end = quote.article.pages[number].label, quote.article.pages[number if last is None else last].label
        by_ocr = ", read by OCR" if quote.article.pages[number].scanned else ""
        return (f"page {first}" if first == end else f"pages {first}–{end}") + by_ocr
    heading = quote.passage.heading
    under = f", “{heading}”" if heading and heading != quote.article.title else ""
    return f"paragraph {paragraph(quote)}{under}"


def paragraph(quote: Quote) -> int:
    """The number of the paragraph in which the quote begins, from 1.

    Blank lines part paragraphs, and ends of lines do where lines are not just wrapped to a width.
    """
    wrapped = max(map(len, quote.article.text.splitlines()), default=0) <= WRAPPED_AT
    return len(re.findall(r"\S[^\S\n]*\n\s*\n" if wrapped else r"\S[^\S\n]*\n", quote.article.text[: quote.start])) + 1


def _copying(quote: Quote) -> str:
    """Buttons, and what they copy: as JSON, as attributes cannot hold every character."""
    kinds = (("text", "Copy"), ("markdown", "Copy as Markdown"), ("link", "Copy link"))
    source = f"{citation(quote.article)}, {place(quote)} ({quote.article.source}, {quote.start}–{quote.end})"
    cited = f"[{one_line_in_markdown(source)}]"
    made = {"text": f"“{quote.text}”\n— {source}", "markdown": f"{quoted_in_markdown(quote.text)}\n>\n> — {cited}"}
    buttons = "".join(f'<button type="button" class="quoth-copy" data-as="{kind}">{label}</button>' for kind, label in kinds)
    return f'<p class="quoth-copying" data-made="{in_html(json.dumps(made))}">{buttons}</p>'


def marked(text: str, offset: int, spans: Sequence[Span]) -> str:
    """Escaped text with the spans in ``<mark>``; spans count from where the text's article begins."""
    parts, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start - offset, at), min(end - offset, len(text))
        if start < end:
            parts += [in_html(text[at:start]), "<mark>", in_html(text[start:end]), "</mark>"]
            at = end
    return "".join([*parts, in_html(text[at:])])
