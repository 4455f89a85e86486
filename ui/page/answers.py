"""A question and its result as HTML: the words that answer, the quotes that hold them, the places of the quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from quoth.index.records import Article
from quoth.qa.find import MAX_PASSAGES, Matches
from quoth.qa.records import Answer, Quote
from quoth.ui.citations import differing_sides, title_of
from quoth.ui.language import say, say_many

from .cards import Card, card, words_of
from .render import render

_OPEN_ARTICLES = 3
"""Number of articles, among the results of a search, whose passages are not folded."""


@dataclass(frozen=True, slots=True)
class _Side:
    """What one side of a disagreement says, and the articles that say it."""

    words: str
    titles: list[str]
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class _Group:
    """The passages of one article."""

    title: str
    cards: list[Card]


def turn_html(number: int, question: str, body: str, *, is_search: bool = False) -> str:
    """A question, or words to search for, above its result.

    :param number: of the question, from 0.
    :param body: the result as HTML.
    """
    return render("turn.html", number=number, question=question, body=Markup(body), is_search=is_search)


def widen_html(question: str, number: int, *, is_search: bool = False) -> str:
    """A button that asks all articles, for a question that only some articles were asked."""
    return render("widen.html", question=question, number=number, is_search=is_search)


def matches_html(matches: Matches) -> str:
    """Every passage that has the words, grouped by article."""
    cited = [quotes[0].article for quotes in matches.by_article]
    groups, number = [], 1
    for quotes in matches.by_article:
        cards = [card(n, quote, True, cited, under_its_article=True) for n, quote in enumerate(quotes, number)]
        groups.append(_Group(title_of(quotes[0].article), cards))
        number += len(quotes)
    passages = say_many(matches.total, "{count} passage", "{count} passages")
    articles = say_many(len(groups), "{count} article", "{count} articles")
    count = say("{passages} in {articles}", passages=passages, articles=articles)
    if number - 1 < matches.total:
        count = say("{passages}; here are the best {most}", passages=passages, most=MAX_PASSAGES)
    return render("matches.html", groups=groups, count=count, open_articles=_OPEN_ARTICLES)


def answer_html(answer: Answer, number: int = 0, *, filtered: bool = False) -> str:
    """The words that answer, then the quotes.

    :param number: of the question, from 0.
    :param filtered: only some articles were asked.
    """
    if answer.remark and not answer.found:
        return render("remark.html", remark=answer.remark)
    about = {
        "answer": answer, "number": number, "how_sure": how_sure(answer),
        "confidence": say("Confidence {percent}", percent=f"{answer.confidence:.0%}"),
    }  # fmt: skip
    if not answer.found:
        cited = _cited(answer.quotes)
        nearest = [card(n, quote, False, cited) for n, quote in enumerate(answer.quotes, 1)]
        return render("absent.html", **about, filtered=filtered, nearest=nearest)
    sides = differing_sides(answer)
    differing = [quote for pair in sides for side in pair for quote in side]
    numbers = {_place(quote): n for n, quote in enumerate(differing, 1)}
    rest = [quote for quote in answer.quotes if _place(quote) not in numbers]
    cited = _cited([*differing, *rest])
    cards = [card(n, quote, True, cited) for n, quote in enumerate(rest, len(differing) + 1)]
    shown = 0 if differing else 1
    return render(
        "answer.html", **about, words=words_of(rest[0]) if answer.has_headline and not differing else "",
        differing=[[_side(side, numbers, cited) for side in pair] for pair in sides],
        shown=cards[:shown], folded=cards[shown:], articles_folded=len({q.article.id for q in rest[shown:]}),
    )  # fmt: skip


def how_sure(answer: Answer) -> str:
    """The confidence in words."""
    if answer.found:
        if answer.confidence >= 0.9:
            return say("Very likely the answer")
        return say("Probably the answer") if answer.confidence >= 0.7 else say("Perhaps the answer")
    if answer.confidence >= 0.1:
        return say("Your articles do not seem to answer this, but that is not certain.")
    return say("Your articles do not answer this.")


def _side(side: Sequence[Quote], numbers: dict[tuple[int, int], int], cited: Sequence[Article]) -> _Side:
    cards = [card(numbers[_place(quote)], quote, True, cited) for quote in side]
    return _Side(words_of(side[0]), [title_of(quote.article) for quote in side], cards)


def _cited(quotes: Sequence[Quote]) -> list[Article]:
    """The articles of the quotes and of those that say the same."""
    return [q.article for quote in quotes for q in (quote, *quote.also)]


def _place(quote: Quote) -> tuple[int, int]:
    return quote.article.id, quote.start
