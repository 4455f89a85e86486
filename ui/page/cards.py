"""What a card shows of one quote: its words, its place, the other articles that agree, the texts to copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from quoth.index.records import Article
from quoth.qa.question.negation import denies
from quoth.qa.records import Quote
from quoth.ui.citations import citation, left_out, place, struck_in, title_of
from quoth.ui.citations import cited as full_citation
from quoth.ui.escape import one_line_in_markdown, quoted_in_markdown

from .quote_text import quote_html

LINKED_CHARS = 600
"""Maximum characters of a quote in a link to it, by which a later reader sees whether the article still has it."""
_MOST_WORDS = 120
"""Maximum characters of marked words to show apart from the quote; longer ones say no more than the quote itself."""


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an article at a quote."""

    quote: Quote
    name: str

    @property
    def title(self) -> str:
        return title_of(self.quote.article)

    @property
    def words(self) -> str:
        """The quote's first characters as JSON, because attributes cannot hold every character."""
        return json.dumps(self.quote.text[:LINKED_CHARS])


@dataclass(frozen=True, slots=True)
class Card:
    """One quote as templates/quote.html shows it."""

    number: int
    text: Markup
    """The quote, with the words that answer marked."""
    head: str
    """The names of the columns, for a table row."""
    more: str
    """The number of list items that the quote leaves out, in words."""
    is_cut_before: bool
    is_cut_after: bool
    """Whether the sentence goes on after the quote."""
    link: Link
    also: list[Link]
    copies: str
    """What each way of copying copies, as JSON, because attributes cannot hold every character."""


def card(number: int, quote: Quote, found: bool, cited: Sequence[Article], *, under_its_article: bool = False) -> Card:
    """The card of a quote.

    :param found: the quote answers the question, so the words that answer are marked.
    :param cited: all articles that the answer cites; those with the same title are distinguished.
    :param under_its_article: the card is below a heading that names the article.
    """
    where = f"{quote.speaker}, {place(quote)}" if quote.speaker else place(quote)
    named = where if under_its_article else full_citation(quote, cited)
    return Card(
        number,
        text=Markup(quote_html(quote.text, quote.start, quote.highlights if found else (), struck_in(quote.article))),
        head=quote.article.text[slice(*quote.head)] if quote.head else "",
        more=left_out(quote) if quote.more else "",
        is_cut_before=quote.start > 0 and _within_sentence(quote, quote.start),
        is_cut_after=_within_sentence(quote, quote.end),
        link=Link(quote, named),
        also=[Link(other, _name(other, cited)) for other in quote.also],
        copies=_copies(quote),
    )


def words_of(quote: Quote) -> str:
    """The words of a quote that answer; empty if none or nearly all are marked, or only a word like "not"."""
    within = [(max(start, quote.start), min(end, quote.end)) for start, end in sorted(quote.highlights)]
    words = [quote.article.text[start:end] for start, end in within if start < end]
    bare = all(len(part.split()) == 1 and denies(part) for part in words)
    return " … ".join(words) if sum(map(len, words)) <= _MOST_WORDS and not bare else ""


def _within_sentence(quote: Quote, place: int) -> bool:
    """Whether an end of the quote is between two words of the same sentence."""
    text = quote.article.text
    before, after = text[:place].rstrip(" ")[-1:], text[place:].lstrip(" ")[:1]
    return (before.isalnum() and after.isalnum()) or (before in ",;:—–" and bool(before) and after.isalnum())


def _name(quote: Quote, cited: Sequence[Article]) -> str:
    """The article's title, or its full citation if another cited article has the same title."""
    title = title_of(quote.article)
    alike = any(a.source != quote.article.source and title_of(a) == title for a in cited)
    return citation(quote.article, cited) if alike else title


def _copies(quote: Quote) -> str:
    named = full_citation(quote)
    source = f"{named} ({quote.article.source}, {quote.start}–{quote.end})"
    return json.dumps({
        "text": f"“{quote.text}”\n— {source}",
        "markdown": f"{quoted_in_markdown(quote.text)}\n>\n> — [{one_line_in_markdown(source)}]",
        "source": named, "quote": quote.text,
    })  # fmt: skip
