"""Answers, passages and evaluations as text for a terminal, and records as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from quoth.index.records import Article, Hit, Record
from quoth.qa.evaluate import EvalReport
from quoth.qa.find import Matches
from quoth.qa.records import Answer, Quote
from quoth.ui.citations import citation, cited, differing_sides, left_out, place, title_of

from .styled import Piece, with_bold

FileOf = Callable[[Article], Path | None]
"""Returns the file that an article's source links to; None for no link."""


def as_json_text(value: Record | Sequence[Record] | Mapping[str, object]) -> str:
    """Return a record, or several, as JSON: what ``to_dict()`` gives."""
    plain: object = value
    if isinstance(value, Record):
        plain = value.to_dict()
    elif isinstance(value, Sequence):
        plain = [record.to_dict() for record in value]
    return json.dumps(plain, ensure_ascii=False, indent=1)


def counted(number: int, noun: str) -> str:
    """Return "1 article", "1,234 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def answer_pieces(answer: Answer, file_of: FileOf = lambda article: None) -> list[Piece]:
    """Return an answer: the words that answer in bold, each quote with a number and a link to its file."""
    if answer.remark and not answer.found:
        return [Piece(answer.remark)]
    quotes = _in_order(answer)
    numbers = {_key(quote): number for number, quote in enumerate(quotes, 1)}
    lines = [f"Searched for: {answer.searched_for}"] if answer.searched_for != answer.question else []
    lines += [f"Did you mean: {answer.did_you_mean}"] if answer.did_you_mean else []
    lines += [answer.remark] if answer.remark else []
    if not answer.found:
        lines.append(
            "Not found: the articles do not seem to answer this. The nearest passages, which are not an answer:"
        )
    parts = [[Piece(line)] for line in lines]
    for left, right in differing_sides(answer):
        parts.append([Piece("Your sources differ: "), *_side(left, numbers), Piece(" — "), *_side(right, numbers)])
    parts += [_quote(number, quote, answer.found, file_of) for number, quote in enumerate(quotes, 1)]
    return [piece for number, part in enumerate(parts) for piece in ([Piece("\n\n"), *part] if number else part)]


def _key(quote: Quote) -> tuple[int, int]:
    return quote.article.id, quote.start


def _in_order(answer: Answer) -> list[Quote]:
    """Return the quotes in the order of their numbers, which is the page's: first those that disagree."""
    quotes: dict[tuple[int, int], Quote] = {}
    for quote in (*(q for sides in differing_sides(answer) for side in sides for q in side), *answer.quotes):
        quotes.setdefault(_key(quote), quote)
    return list(quotes.values())


def _side(quotes: list[Quote], numbers: dict[tuple[int, int], int]) -> list[Piece]:
    pieces: list[Piece] = []
    for quote in quotes:
        words = ", ".join(quote.article.text[a:b].strip() for a, b in quote.highlights)
        source = f" ({title_of(quote.article)}) [{numbers[_key(quote)]}]"
        pieces += [Piece(" / " if pieces else ""), Piece(words, "bold"), Piece(source)]
    return pieces


def _quote(number: int, quote: Quote, found: bool, file_of: FileOf) -> list[Piece]:
    head = f"    ({quote.article.text[slice(*quote.head)]})\n" if quote.head else ""
    more = f"\n    ({left_out(quote)})" if quote.more else ""
    source = f"— {cited(quote)} ({quote.article.source}, {quote.start}–{quote.end})"
    pieces = [
        Piece(f"{head}[{number}] "), *with_bold(quote.text, quote.start, quote.highlights if found else ()),
        Piece(f"{more}\n    "), Piece(source, "dim", file_of(quote.article)),
    ]  # fmt: skip
    for other in quote.also:
        source = f"also said by {citation(other.article)} ({other.article.source})"
        pieces += [Piece("\n    "), Piece(source, "dim", file_of(other.article))]
    return pieces


def hit_pieces(number: int, hit: Hit, file_of: FileOf) -> list[Piece]:
    """Return a retrieved passage, below its source."""
    source = f"{citation(hit.article)} ({hit.article.source}, {hit.passage.start}–{hit.passage.end})"
    return [Piece(f"[{number}] "), Piece(source, "dim", file_of(hit.article)), Piece(f"\n{hit.passage.text}\n")]


def matches_pieces(matches: Matches, file_of: FileOf) -> list[Piece]:
    """Return every passage that contains the words, below its article, with the words in bold."""
    if not matches.total:
        return [Piece("No passage contains these words.")]
    shown = sum(map(len, matches.by_article))
    total = f"{counted(matches.total, 'passage')} in {counted(len(matches.by_article), 'article')}"
    pieces = [Piece(total if shown == matches.total else f"{matches.total:,} passages; the best {shown:,} are shown")]
    number = 1
    for quotes in matches.by_article:
        article = quotes[0].article
        source = Piece(f"{citation(article)} ({article.source})", "dim", file_of(article))
        pieces += [Piece("\n\n"), source, Piece(f": {counted(len(quotes), 'passage')}")]
        for quote in quotes:
            pieces += [Piece(f"\n\n[{number}] "), *with_bold(quote.text, quote.start, quote.highlights)]
            pieces += [Piece("\n    "), Piece(f"— {place(quote)} ({quote.start}–{quote.end})", "dim")]
            number += 1
    return pieces


def report_text(report: EvalReport) -> str:
    """Return an evaluation: figures, calibration, the curve over minimum confidence, and the misses."""
    lines = [
        f"{name:<18} {'–' if value is None else value if isinstance(value, int) else f'{value:.3f}'}"
        for name, value in report.figures().items()
    ]
    lines += ["", "confidence   answers   share with a right quote"]
    lines += [f"{low:.1f} to {high:.1f}   {count:7}   {share:.2f}" for low, high, count, share in report.calibration()]
    lines += ["", "min-confidence   answerable answered   right among answered"]
    lines += [
        f"{threshold:<14}   {coverage:19.2f}   {'–' if right is None else f'{right:.2f}'}"
        for threshold, coverage, right in report.curve()
    ]
    for judged in report.misses():
        known, answer = judged.known, judged.answer
        wanted = " | ".join(known.answers) or " | ".join(known.differs) or "(no answer)"
        quote = f"{answer.quotes[0].text!r}" if answer.quotes else "nothing"
        found = "found" if answer.found else "not found"
        lines += ["", f"missed: {' → '.join(known.turns)}", f"  wanted: {wanted}"]
        lines += [f"  {found}, confidence {answer.confidence:.2f}: {quote}"]
    return "\n".join(lines)
