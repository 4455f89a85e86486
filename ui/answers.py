"""A question with what came of it, as HTML: the words that answer, the quotes they stand in, where those stand. Pure, and
every word of an article is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import Article
from qa import Answer, Quote

from .cards import card, words_of
from .render import differing_sides, title_of
from .verbatim import in_html

_Sides = tuple[list[Quote], list[Quote]]


def turn_html(number: int, question: str, body: str) -> str:
    """A question with what came of it; ``number`` counts from 0."""
    return (
        f'<section class="quoth-turn"><h2 class="quoth-question" dir="auto">{in_html(question)} '
        f'{_again("edit", question, number, "Edit", "Edit this question")}</h2>{body}</section>'
    )


def widen_html(question: str, number: int) -> str:
    """Offers to ask all articles, where only some were asked."""
    return f'<p>{_again("widen", question, number, "Ask all articles instead")}</p>'


def answer_html(answer: Answer, number: int = 0, *, narrowed: bool = False) -> str:
    """What answers first, the quotes after it.

    :param number: of the question, from 0.
    :param narrowed: only some articles were asked.
    """
    remark = f'<p class="quoth-remark">{in_html(answer.remark)}</p>' if answer.remark else ""
    if remark and not answer.found:
        return f'<section class="quoth-answer" aria-label="Answer">{remark}</section>'
    asked = _asked(answer, number)
    if not answer.found:
        return _absent(answer, asked, widen_html(answer.question, number) if narrowed else "")
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
        f'<section class="quoth-answer" aria-label="Answer">{asked}{first}{remark}{differ}{"".join(cards[:shown])}'
        f"{_folded(rest[shown:], cards[shown:])}<footer class=\"quoth-foot\">{_sure(answer)}"
        f"{_why('Why this?', answer)}</footer></section>"
    )


def how_sure(answer: Answer) -> str:
    """The confidence in words."""
    if answer.found:
        sure = answer.confidence
        return f"{'Very likely' if sure >= 0.9 else 'Probably' if sure >= 0.7 else 'Perhaps'} the answer"
    if answer.confidence >= 0.1:
        return "Your articles do not seem to answer this; it is not quite certain."
    return "Your articles do not answer this."


def _sure(answer: Answer) -> str:
    return f'<p class="quoth-sure" title="Confidence {answer.confidence:.0%}">{how_sure(answer)}</p>'


def _absent(answer: Answer, asked: str, offer: str) -> str:
    cited = [q.article for quote in answer.quotes for q in (quote, *quote.also)]
    cards = "".join(card(number, quote, False, cited) for number, quote in enumerate(answer.quotes, 1))
    near = "<summary>The nearest passages, which are not an answer</summary>"
    return (
        f'<section class="quoth-answer quoth-absent" aria-label="Not found">{asked}'
        f'<p class="quoth-missing" title="Confidence {answer.confidence:.0%}">{how_sure(answer)}</p>{offer}'
        f'{f"<details class=quoth-folded>{near}{cards}</details>" if cards else ""}{_why("Why not?", answer)}</section>'
    )


def _asked(answer: Answer, number: int) -> str:
    """What was searched for and what else may have been meant, where that is not what was asked."""
    said = ""
    if answer.searched_for != answer.question:
        edit = _again("edit", answer.searched_for, number, "Edit", "Edit what was searched for")
        said = f'<p class="quoth-note">Searched for: <q dir="auto">{in_html(answer.searched_for)}</q> {edit}</p>'
    if answer.did_you_mean:
        edit = _again("edit", answer.did_you_mean, number, "Edit", "Ask this instead")
        said += f'<p class="quoth-note">Did you mean <q dir="auto">{in_html(answer.did_you_mean)}</q> {edit}</p>'
    return said


def _again(kind: str, question: str, number: int, label: str, told: str = "") -> str:
    """A button that puts a question in the place of the one with that number."""
    name = f' aria-label="{told}" title="{told}"' if told else ""
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
    label = f"More from {count} article{'' if count == 1 else 's'}"
    return f'<details class="quoth-folded"><summary>{label}</summary>{"".join(cards)}</details>'


def _differ(sides: _Sides, numbers: dict[tuple[int, int], int], cited: Sequence[Article]) -> str:
    """What each side says in one line, then the quotes in two columns."""
    told = all(words_of(side[0]) for side in sides)
    said = f'<p class="quoth-says">{"; ".join(_said(side) for side in sides)}</p>' if told else ""
    columns = "".join(
        f"<div>{''.join(card(numbers[q.article.id, q.start], q, True, cited) for q in side)}</div>" for side in sides
    )
    return (
        '<section class="quoth-differ" aria-label="Sources differ"><p class="quoth-differs">Your sources differ</p>'
        f'{said}<div class="quoth-sides">{columns}</div></section>'
    )


def _said(side: Sequence[Quote]) -> str:
    titles = " and ".join(f'<cite dir="auto">{in_html(title_of(quote.article))}</cite>' for quote in side)
    return f'<b dir="auto">{words_of(side[0])}</b>, {"says" if len(side) == 1 else "say"} {titles}'
