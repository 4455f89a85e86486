"""Answers and evaluations for a terminal."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from qa import Answer, Quote
from qa.evaluate import Report

from .render import citation, differing_sides, left_out, place, title_of


def as_json_text(value: object) -> str:
    """Records as JSON."""
    def plain(item: object) -> object:
        if dataclasses.is_dataclass(item) and not isinstance(item, type):
            return {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
        if isinstance(item, (dt.date, dt.datetime)):
            return item.isoformat()
        raise TypeError(f"{type(item)} has no JSON form")

    return json.dumps(value, default=plain, ensure_ascii=False, indent=1)


def answer_text(answer: Answer) -> str:
    """The answer for a terminal."""
    if answer.remark and not answer.found:
        return answer.remark
    lines = [] if answer.searched_for == answer.question else [f"Searched for: {answer.searched_for}", ""]
    if answer.did_you_mean:
        lines += [f"Did you mean: {answer.did_you_mean}", ""]
    if answer.remark:
        lines += [answer.remark, ""]
    if not answer.found:
        lines += ["Not found: the articles do not seem to answer this. The nearest passages, which are not an answer:", ""]
    for left, right in differing_sides(answer):
        sides = [" / ".join(_marked_words(q) + f" ({title_of(q.article)})" for q in side) for side in (left, right)]
        lines += [f"Your sources differ: {sides[0]} — {sides[1]}", ""]
    for number, quote in enumerate(answer.quotes, 1):
        more = [f"    ({left_out(quote)})"] if quote.more else []
        head = [f"    ({quote.article.text[slice(*quote.head)]})"] if quote.head else []
        lines += [*head, f"[{number}] {quote.text}", *more, f"    — {citation(quote.article)}, {place(quote)} ({quote.article.source}, {quote.start}–{quote.end})"]
        lines += [f"    also said by {citation(other.article)} ({other.article.source})" for other in quote.also]
        lines.append("")
    return "\n".join(lines).rstrip()


def _marked_words(quote: Quote) -> str:
    return ", ".join(quote.article.text[a:b].strip() for a, b in quote.highlights)


def report_text(report: Report) -> str:
    """An evaluation for a terminal: figures, calibration, curve and misses."""
    lines = [f"{name:<18} {'–' if value is None else value if isinstance(value, int) else f'{value:.3f}'}" for name, value in report.figures().items()]
    lines += ["", "confidence   answers   of them with a right quote"]
    lines += [f"{low:.1f} to {high:.1f}   {count:7}   {share:.2f}" for low, high, count, share in report.calibration()]
    lines += ["", "min-confidence   answerable answered   of all answered, right"]
    lines += [f"{threshold:<14}   {coverage:19.2f}   {'–' if right is None else f'{right:.2f}'}" for threshold, coverage, right in report.curve()]
    for judged in report.misses():
        known, answer = judged.known, judged.answer
        wanted = " | ".join(known.answers) or " | ".join(known.differs) or "(no answer)"
        given = f"{answer.quotes[0].text!r}" if answer.quotes else "nothing"
        said = "found" if answer.found else "not found"
        lines += ["", f"missed: {' → '.join(known.turns)}", f"  wanted: {wanted}", f"  {said}, confidence {answer.confidence:.2f}: {given}"]
    return "\n".join(lines)
