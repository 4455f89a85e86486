"""One quote as a card: its words, where they stand, who else says so, ways to copy it. Pure, and all of it escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence

from index import Article
from qa import Quote

from .render import citation, left_out, marked, place, title_of
from .verbatim import in_html, one_line_in_markdown, quoted_in_markdown

LINKED_CHARS = 600
"""So much of a quote goes into a link to it, so that a later reader is told whether it still stands there."""
_MOST_WORDS = 120
"""Characters of marked words that are worth being shown apart; more are as good as the quote itself."""
_WAYS = (("text", "Copy"), ("markdown", "Copy as Markdown"), ("link", "Copy link"))


def card(number: int, quote: Quote, found: bool, cited: Sequence[Article]) -> str:
    """The quote under its number.

    :param found: it answers; what answers in it is marked.
    :param cited: all articles that the answer cites, to tell those apart that are named alike.
    """
    chips = "".join(_cite(other, cited, "quoth-cite quoth-chip", _name(other, cited)) for other in quote.also)
    also = f'<p class="quoth-also">Also in {chips}</p>' if chips else ""
    columns = quote.article.text[slice(*quote.head)] if quote.head else ""
    head = f'<p class="quoth-note" dir="auto">{in_html(columns)}</p>' if columns else ""
    before = "… " if quote.start > 0 and _within_sentence(quote, quote.start) else ""
    more = f'<p class="quoth-note">{left_out(quote)}</p>' if quote.more else ""
    after = " …" if _within_sentence(quote, quote.end) else ""
    named = f"{citation(quote.article, cited)}, {place(quote)}"
    label = f'<span class="quoth-number">{number}</span>{in_html(named)}'
    return (
        f'<article class="quoth-card" aria-label="Quote {number}">{head}{_cut(before)}<blockquote dir="auto">'
        f"{marked(quote.text, quote.start, quote.highlights if found else ())}</blockquote>{_cut(after)}{more}"
        f'<footer>{_cite(quote, cited, "quoth-cite", label)}{_menu(number, quote)}</footer>{also}</article>'
    )


def words_of(quote: Quote) -> str:
    """The words of a quote that answer, escaped; nothing where none are marked, or nearly all."""
    within = [(max(start, quote.start), min(end, quote.end)) for start, end in sorted(quote.highlights)]
    words = [quote.article.text[start:end] for start, end in within if start < end]
    return in_html(" … ".join(words)) if sum(map(len, words)) <= _MOST_WORDS else ""


def _cut(mark: str) -> str:
    """A sign, outside of the quoted words, that the sentence goes on there."""
    return f'<span class="quoth-cut" aria-hidden="true">{mark}</span>' if mark else ""


def _within_sentence(quote: Quote, place: int) -> bool:
    """Whether a place that borders on the quote lies between two words of the same sentence."""
    text = quote.article.text
    before, after = text[:place].rstrip(" ")[-1:], text[place:].lstrip(" ")[:1]
    return (before.isalnum() and after.isalnum()) or (before in ",;:—–" and bool(before) and after.isalnum())


def _cite(quote: Quote, cited: Sequence[Article], kind: str, label: str) -> str:
    """Opens the article at the quote."""
    return (
        f'<button type="button" class="{kind}" dir="auto" data-article="{quote.article.id}" '
        f'data-source="{in_html(quote.article.source)}" data-start="{quote.start}" data-end="{quote.end}" '
        f'data-from="{quote.passage.start}" data-to="{quote.passage.end}" '
        f'data-quote="{in_html(json.dumps(quote.text[:LINKED_CHARS]))}" '
        f'aria-label="Open {in_html(title_of(quote.article))} at this quote">{label}</button>'
    )


def _name(quote: Quote, cited: Sequence[Article]) -> str:
    """The title alone, as long as no other that is cited has the same."""
    title = title_of(quote.article)
    alike = any(a.source != quote.article.source and title_of(a) == title for a in cited)
    return in_html(citation(quote.article, cited) if alike else title)


def _menu(number: int, quote: Quote) -> str:
    """Ways to copy, and what they copy: as JSON, as attributes cannot hold every character."""
    source = f"{citation(quote.article)}, {place(quote)} ({quote.article.source}, {quote.start}–{quote.end})"
    cited = f"[{one_line_in_markdown(source)}]"
    made = {"text": f"“{quote.text}”\n— {source}", "markdown": f"{quoted_in_markdown(quote.text)}\n>\n> — {cited}"}
    buttons = "".join(
        f'<button type="button" class="quoth-copy" data-as="{kind}">{label}</button>' for kind, label in _WAYS
    )
    return (
        f'<details class="quoth-menu"><summary aria-label="Copy quote {number}" title="Copy">⋯</summary>'
        f'<div class="quoth-copying" data-made="{in_html(json.dumps(made))}">{buttons}</div></details>'
    )
