"""A conversation: one question after another, from the keyboard or a pipe. A question may refer to earlier ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from quoth.index.errors import BadQuestion
from quoth.index.library import Library
from quoth.qa.records import Answer

from .console import notify, put
from .format import counted
from .prompt import prompted

Answered = Callable[[str, Sequence[Answer]], Answer]
"""Answers a question, given the answers before it, and prints the answer."""


def converse(library: Library, answered: Answered, as_json: bool) -> int:
    """Answer questions until there are no more.

    :returns: the exit code: 0 at the keyboard; for piped questions, the highest exit code of any of them.
    """
    history: list[Answer] = []
    at_keyboard, worst = sys.stdin.isatty(), 0
    echoed = not (as_json or (at_keyboard and sys.stdout.isatty()))
    if at_keyboard:
        notify(f"Ask {counted(library.status().articles, 'article')} (Tab completes words, Ctrl-D ends)")
    try:
        # The model loads while the first question is typed.
        with ThreadPoolExecutor(1) as background:
            ready = background.submit(library.prepare)
            for question in _questions(library):
                ready.result()
                if echoed:
                    put(f"? {question}")
                try:
                    history.append(answered(question, history))
                    code = 0 if history[-1].found else 1
                except BadQuestion as error:
                    notify(f"quoth: {error}")
                    code = 2
                worst = max(worst, code)
                if not as_json:
                    put("")
    except KeyboardInterrupt:
        if not at_keyboard:
            raise
        notify("")
    return 0 if at_keyboard else worst


def _questions(library: Library) -> Iterator[str]:
    if sys.stdin.isatty() and sys.stdout.isatty():
        lines: Iterator[str] = prompted(library)
    else:
        lines = (line.decode("utf-8-sig", "replace") for line in sys.stdin.buffer)
    for line in lines:
        if question := " ".join(line.split()):
            yield question
