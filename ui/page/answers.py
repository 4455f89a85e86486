"""A question with what came of it, as HTML: the words that answer, the quotes they stand in, where those stand. Pure,
and every word of an article is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.records import Article
from quoth.qa.find import MOST, Matches
from quoth.qa.records import Answer, Quote
from quoth.ui.citations import differing_sides, title_of
from quoth.ui.escape import in_html
from quoth.ui.language import say, say_many

from .cards import card, words_of

_Sides = tuple[list[Quote], list[Quote]]
_OPEN_ARTICLES = 3
"""Of what was searched for, so many articles' passages are not folded."""


def turn_html(number: int, question: str, body: str, *, is_search: bool = False) -> str:
    """A question, or words that were searched for, with what came of it; ``number`` counts from 0."""
    kind = f'<span class="quoth-kind">{say("Search")}</span> ' if is_search else ""
    told = say("Edit these words") if is_search else say("Edit this question")
    edit = _again("edit", question, number, say("Edit"), told, is_search=is_search)
    return (
        f'<section class="quoth-turn"><h2 class="quoth-question">{kind}<span dir="auto">{in_html(question)}</span> '
        f"{edit}</h2>{body}</section>"
    )


def widen_html(question: str, number: int, *, is_search: bool = False) -> str:
    """Offers to ask all articles, where only some were asked."""
    offer = _again("widen", question, number, say("Ask all articles instead"), is_search=is_search)
    return f"<p>{offer}</p>"


def matches_html(matches: Matches) -> str:
    """Every passage with the words that were searched for, article by article."""
    if not matches.total:
        none = f'<p class="quoth-missing">{say("No passage has these words.")}</p>'
        return f'<section class="quoth-answer quoth-absent">{none}</section>'
    given = sum(map(len, matches.by_article))
    passages = say_many(matches.total, "{count} passage", "{count} passages")
    articles = say_many(len(matches.by_article), "{count} article", "{count} articles")
    count = say("{passages} in {articles}", passages=passages, articles=articles)
    if given < matches.total:
        count = say("{passages}; here are the best {most}", passages=passages, most=MOST)
    cited = [quotes[0].article for quotes in matches.by_article]
    parts, number = [], 1
    for place, quotes in enumerate(matches.by_article):
        cards = "".join(card(n, quote, True, cited, under_its_article=True) for n, quote in enumerate(quotes, number))
        number += len(quotes)
        label = f'<cite dir="auto">{in_html(title_of(quotes[0].article))}</cite> '
        label += f'<span class="quoth-note">{say_many(len(quotes), "{count} passage", "{count} passages")}</span>'
        opened = " open" if place < _OPEN_ARTICLES else ""
        parts.append(f'<details class="quoth-folded quoth-found"{opened}><summary>{label}</summary>{cards}</details>')
    return (
        f'<section class="quoth-answer" aria-label="{say("Passages")}"><p class="quoth-total">{count}</p>'
        f"{''.join(parts)}</section>"
    )


def answer_html(answer: Answer, number: int = 0, *, narrowed: bool = False) -> str:
    """What answers first, the quotes after it.

    :param number: of the question, from 0.
    :param narrowed: only some articles were asked.
    """
    remark = f'<p class="quoth-remark">{in_html(answer.remark)}</p>' if answer.remark else ""
    if remark and not answer.found:
        return f'<section class="quoth-answer" aria-label="{say("Answer")}">{remark}</section>'
    asked = _asked(answer, number)
    if not answer.found:
        return _absent(answer, number, asked, widen_html(answer.question, number) if narrowed else "")
    all_sides = differing_sides(answer)
    differing = [quote for sides in all_sides for side in sides for quote in side]
    numbers = {(q.article.id, q.start): number for number, q in enumerate(differing, 1)}
    rest = [q for q in answer.quotes if (q.article.id, q.start) not in numbers]
    cited = [q.article for quote in (*differing, *rest) for q in (quote, *quote.also)]
    cards = [card(number, quote, True, cited) for number, quote in enumerate(rest, len(differing) + 1)]
    shown = 0 if differing else 1
    words = "" if differing or not rest else words_of(rest[0])
    first = f'<p class="quoth-words" dir="auto">{words}</p>' if words else ""
    differ = "".join(_differ(sides, numbers, cited) for sides in all_sides)
    return (
        f'<section class="quoth-answer" aria-label="{say("Answer")}">{asked}{first}{remark}{differ}'
        f'{"".join(cards[:shown])}{_folded(rest[shown:], cards[shown:])}<footer class="quoth-foot">{_sure(answer)}'
        f"{_why(say('Why this?'), answer)}</footer></section>"
    )


def how_sure(answer: Answer) -> str:
    """The confidence in words."""
    if answer.found:
        if answer.confidence >= 0.9:
            return say("Very likely the answer")
        return say("Probably the answer") if answer.confidence >= 0.7 else say("Perhaps the answer")
    if answer.confidence >= 0.1:
        return say("Your articles do not seem to answer this; it is not quite certain.")
    return say("Your articles do not answer this.")


def _sure(answer: Answer) -> str:
    return f'<p class="quoth-sure" title="{_number(answer)}">{how_sure(answer)}</p>'


def _number(answer: Answer) -> str:
    return say("Confidence {percent}", percent=f"{answer.confidence:.0%}")


def _absent(answer: Answer, number: int, asked: str, offer: str) -> str:
    cited = [q.article for quote in answer.quotes for q in (quote, *quote.also)]
    cards = "".join(card(number, quote, False, cited) for number, quote in enumerate(answer.quotes, 1))
    near = f"<summary>{say('The nearest passages, which are not an answer')}</summary>"
    nearest = f'<details class="quoth-folded">{near}{cards}</details>' if cards else ""
    right = f'<button type="button" class="quoth-judge" data-right="true">{say("Right, they do not say it")}</button>'
    return (
        f'<section class="quoth-answer quoth-absent" aria-label="{say("Not found")}">{asked}'
        f'<p class="quoth-missing" title="{_number(answer)}">{how_sure(answer)}</p>{offer}{nearest}'
        f'<footer class="quoth-foot">{right}{_why(say("Why not?"), answer)}</footer></section>'
    )


def _asked(answer: Answer, number: int) -> str:
    """What was searched for and what else may have been meant, where that is not what was asked."""
    said = ""
    if answer.searched_for != answer.question:
        edit = _again("edit", answer.searched_for, number, say("Edit"), say("Edit what was searched for"))
        words = f'<q dir="auto">{in_html(answer.searched_for)}</q>'
        said = f'<p class="quoth-note">{say("Searched for: {words}", words=words)} {edit}</p>'
    if answer.did_you_mean:
        edit = _again("edit", answer.did_you_mean, number, say("Edit"), say("Ask this instead"))
        words = f'<q dir="auto">{in_html(answer.did_you_mean)}</q>'
        said += f'<p class="quoth-note">{say("Did you mean {words}", words=words)} {edit}</p>'
    return said


def _again(kind: str, question: str, number: int, label: str, told: str = "", *, is_search: bool = False) -> str:
    """A button that puts a question in the place of the one with that number."""
    name = f' aria-label="{told}" title="{told}"' if told else ""
    name += ' data-search="true"' if is_search else ""
    return (
        f'<button type="button" class="quoth-{kind}" data-turn="{number}" data-ask="{in_html(question)}"{name}>'
        f"{label}</button>"
    )


def _why(label: str, answer: Answer) -> str:
    lines = "".join(f"<li>{in_html(line)}</li>" for line in answer.why)
    why = f'<details class="quoth-why"><summary>{label}</summary><ul dir="auto">{lines}</ul></details>'
    return why if lines else ""


def _folded(quotes: Sequence[Quote], cards: Sequence[str]) -> str:
    """Further quotes, behind a line that says how many articles they are from."""
    if not quotes:
        return ""
    count = len({quote.article.id for quote in quotes})
    label = say_many(count, "More from {count} article", "More from {count} articles")
    return f'<details class="quoth-folded"><summary>{label}</summary>{"".join(cards)}</details>'


def _differ(sides: _Sides, numbers: dict[tuple[int, int], int], cited: Sequence[Article]) -> str:
    """What each side says in one line, then the quotes in two columns."""
    told = all(words_of(side[0]) for side in sides)
    said = f'<p class="quoth-says">{"; ".join(_said(side) for side in sides)}</p>' if told else ""
    columns = "".join(
        f"<div>{''.join(card(numbers[q.article.id, q.start], q, True, cited) for q in side)}</div>" for side in sides
    )
    return (
        f'<section class="quoth-differ" aria-label="{say("Sources differ")}">'
        f'<p class="quoth-differs">{say("Your sources differ")}</p>'
        f'{said}<div class="quoth-sides">{columns}</div></section>'
    )


def _said(side: Sequence[Quote]) -> str:
    cites = [f'<cite dir="auto">{in_html(title_of(quote.article))}</cite>' for quote in side]
    titles = cites[0]
    for title in cites[1:]:
        titles = say("{one} and {other}", one=titles, other=title)
    words = f'<b dir="auto">{words_of(side[0])}</b>'
    one = len(side) == 1
    return (
        say("{words}, says {title}", words=words, title=titles)
        if one
        else say("{words}, say {titles}", words=words, titles=titles)
    )
