"""One question after another, from the keyboard or a pipe; those that lean on earlier ones are answered so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from quoth.index.errors import BadQuestion
from quoth.index.library import Library
from quoth.qa.records import Answer

from .console import put, tell
from .prompt import prompted

Answered = Callable[[str, Sequence[Answer]], Answer]
"""Answers a question after the answers before it, and prints that."""


def converse(library: Library, answered: Answered, as_json: bool) -> int:
    """Answer until the questions end.

    :returns: the exit code: of a conversation at the keyboard 0; of questions from elsewhere the highest
        that one of them has.
    """
    history: list[Answer] = []
    at_keyboard, worst = sys.stdin.isatty(), 0
    echoed = not (as_json or (at_keyboard and sys.stdout.isatty()))
    if at_keyboard:
        articles = library.status().articles
        tell(f"Ask {articles:,} article{'' if articles == 1 else 's'} (Tab completes, Ctrl-D ends it)")
    try:
        # The model is loaded while the first question is typed.
        with ThreadPoolExecutor(1) as beside:
            ready = beside.submit(library.prepare)
            for question in _questions(library):
                ready.result()
                if echoed:
                    put(f"? {question}")
                try:
                    history.append(answered(question, history))
                    code = 0 if history[-1].found else 1
                except BadQuestion as error:
                    tell(f"quoth: {error}")
                    code = 2
                worst = max(worst, code)
                if not as_json:
                    put("")
    except KeyboardInterrupt:
        if not at_keyboard:
            raise
        tell("")
    return 0 if at_keyboard else worst


def _questions(library: Library) -> Iterator[str]:
    if sys.stdin.isatty() and sys.stdout.isatty():
        lines: Iterator[str] = prompted(library)
    else:
        lines = (line.decode("utf-8-sig", "replace") for line in sys.stdin.buffer)
    for line in lines:
        if question := " ".join(line.split()):
            yield question
