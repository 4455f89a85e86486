"""One quote as a card: its words, where they stand, who else says so, ways to copy it. Pure, and all of it escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence

from quoth.index.records import Article
from quoth.qa.question.negation import denies
from quoth.qa.records import Quote
from quoth.ui.citations import citation, left_out, marked, place, title_of
from quoth.ui.escape import in_html, one_line_in_markdown, quoted_in_markdown
from quoth.ui.language import say

LINKED_CHARS = 600
"""So much of a quote goes into a link to it, so that a later reader is told whether it still stands there."""
_MOST_WORDS = 120
"""Characters of marked words that are worth being shown apart; more are as good as the quote itself."""


def card(number: int, quote: Quote, found: bool, cited: Sequence[Article], *, under_its_article: bool = False) -> str:
    """The quote under its number.

    :param found: it answers; what answers in it is marked.
    :param cited: all articles that the answer cites, to tell those apart that are named alike.
    :param under_its_article: it stands under a head that names the article.
    """
    chips = "".join(_cite(other, "quoth-cite quoth-chip", _name(other, cited)) for other in quote.also)
    also = f'<p class="quoth-also">{say("Also in {articles}", articles=chips)}</p>' if chips else ""
    columns = quote.article.text[slice(*quote.head)] if quote.head else ""
    head = f'<p class="quoth-note" dir="auto">{in_html(columns)}</p>' if columns else ""
    before = "… " if quote.start > 0 and _within_sentence(quote, quote.start) else ""
    more = f'<p class="quoth-note">{left_out(quote)}</p>' if quote.more else ""
    after = " …" if _within_sentence(quote, quote.end) else ""
    named = place(quote) if under_its_article else f"{citation(quote.article, cited)}, {place(quote)}"
    label = f'<span class="quoth-number">{number}</span>{in_html(named)}'
    return (
        f'<article class="quoth-card" aria-label="{say("Quote {number}", number=number)}">{head}{_cut(before)}'
        f'<blockquote dir="auto">{marked(quote.text, quote.start, quote.highlights if found else ())}</blockquote>'
        f"{_cut(after)}{more}<footer>{_cite(quote, 'quoth-cite', label)}{_keep(number)}{_menu(number, quote)}"
        f"</footer>{also}</article>"
    )


def words_of(quote: Quote) -> str:
    """The words of a quote that answer, escaped; nothing where none are marked, or nearly all, or a bare "not"."""
    within = [(max(start, quote.start), min(end, quote.end)) for start, end in sorted(quote.highlights)]
    words = [quote.article.text[start:end] for start, end in within if start < end]
    bare = all(len(part.split()) == 1 and denies(part) for part in words)
    return in_html(" … ".join(words)) if sum(map(len, words)) <= _MOST_WORDS and not bare else ""


def _cut(mark: str) -> str:
    """A sign, outside of the quoted words, that the sentence goes on there."""
    return f'<span class="quoth-cut" aria-hidden="true">{mark}</span>' if mark else ""


def _within_sentence(quote: Quote, place: int) -> bool:
    """Whether a place that borders on the quote lies between two words of the same sentence."""
    text = quote.article.text
    before, after = text[:place].rstrip(" ")[-1:], text[place:].lstrip(" ")[:1]
    return (before.isalnum() and after.isalnum()) or (before in ",;:—–" and bool(before) and after.isalnum())


def _cite(quote: Quote, kind: str, label: str) -> str:
    """Opens the article at the quote."""
    return (
        f'<button type="button" class="{kind}" dir="auto" data-article="{quote.article.id}" '
        f'data-source="{in_html(quote.article.source)}" data-start="{quote.start}" data-end="{quote.end}" '
        f'data-from="{quote.passage.start}" data-to="{quote.passage.end}" '
        f'data-quote="{in_html(json.dumps(quote.text[:LINKED_CHARS]))}" '
        f'aria-label="{say("Open {title} at this quote", title=in_html(title_of(quote.article)))}">{label}</button>'
    )


def _name(quote: Quote, cited: Sequence[Article]) -> str:
    """The title alone, as long as no other that is cited has the same."""
    title = title_of(quote.article)
    alike = any(a.source != quote.article.source and title_of(a) == title for a in cited)
    return in_html(citation(quote.article, cited) if alike else title)


def _keep(number: int) -> str:
    told = say("Keep quote {number}", number=number)
    return f'<button type="button" class="quoth-keep" aria-label="{told}" title="{told}">☆</button>'


def _menu(number: int, quote: Quote) -> str:
    """Ways to copy, and what they copy: as JSON, as attributes cannot hold every character."""
    source = f"{citation(quote.article)}, {place(quote)} ({quote.article.source}, {quote.start}–{quote.end})"
    cited = f"[{one_line_in_markdown(source)}]"
    made = {
        "text": f"“{quote.text}”\n— {source}", "markdown": f"{quoted_in_markdown(quote.text)}\n>\n> — {cited}",
        "source": f"{citation(quote.article)}, {place(quote)}", "quote": quote.text,
    }  # fmt: skip
    ways = (("text", say("Copy")), ("markdown", say("Copy as Markdown")), ("link", say("Copy link")))
    buttons = "".join(
        f'<button type="button" class="quoth-copy" data-as="{kind}">{label}</button>' for kind, label in ways
    )
    judges = "".join(
        f'<button type="button" class="quoth-judge" data-right="{right}">{label}</button>'
        for right, label in (("true", say("This is the answer")), ("false", say("Report as wrong")))
    )
    told = say("What to do with quote {number}", number=number)
    return (
        f'<details class="quoth-menu"><summary aria-label="{told}" title="{told}">⋯</summary>'
        f'<div class="quoth-copying" data-made="{in_html(json.dumps(made))}">{buttons}'
        f'<button type="button" class="quoth-picture">{say("Save as a picture")}</button>{judges}</div></details>'
    )
