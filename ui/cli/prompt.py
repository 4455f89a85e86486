"""The prompt for questions: line editing, history, and completion of words of the articles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from quoth.index.library import Library
from quoth.index.text.vocabulary import MIN_LETTERS, spellings

try:
    import readline
except ImportError:  # Windows lacks it; its terminal edits lines and keeps them until it is closed
    readline: Any = None  # type: ignore[no-redef]

PROMPT = "? "
MAX_QUESTIONS = 1000
"""Maximum number of questions in the history. The file is shortened to it when it holds more than twice as many."""
MAX_COMPLETION_CHARS = 2_000_000
"""Maximum number of characters of the articles that are searched for words, so that the first Tab is quick."""


def prompted(library: Library) -> Iterator[str]:
    """Yield the lines that are typed, until Ctrl-D."""
    history = History(user_state_path("quoth", appauthor=False) / "questions")
    if readline is not None:
        _prepare(Completions(library), history)
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            print()
            return
        history.add(line)
        yield line


def _prepare(words: Completions, history: History) -> None:
    libedit = "libedit" in (readline.__doc__ or "")  # on macOS
    for setting in ("bind ^I rl_complete",) if libedit else ("tab: complete", "set show-all-if-ambiguous on"):
        readline.parse_and_bind(setting)
    readline.set_completer_delims(" \t\n?!.,;:()[]\"'“”„«»‘’/")
    readline.set_completer(words.completion)
    for question in history.questions():
        readline.add_history(question)


class History:
    """A file of earlier questions, one per line, readable by this user only."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def questions(self) -> list[str]:
        """Return the latest questions, oldest first."""
        try:
            lines = self.file.read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
        if len(lines) > 2 * MAX_QUESTIONS:
            with suppress(OSError):
                self.file.write_text("".join(f"{line}\n" for line in lines[-MAX_QUESTIONS:]), "utf-8")
        return lines[-MAX_QUESTIONS:]

    def add(self, line: str) -> None:
        """Append a question at once, because other processes may append too.

        A question that begins with a space is not stored, as in shells.
        """
        if not line.strip() or line[0].isspace():
            return
        # The history is a convenience: if it cannot be written, questions are still answered.
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with open(descriptor, "a", encoding="utf-8", errors="replace") as file:
                file.write(" ".join(line.split()) + "\n")


class Completions:
    """Completions from the words of the articles' titles and texts."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._matches: list[str] = []

    @cached_property
    def _all(self) -> list[str]:
        words: set[str] = set()
        left = MAX_COMPLETION_CHARS
        for entry in self._library.catalogue():
            words |= spellings(f"{entry.title or ''} {entry.author or ''}")
            if left > 0 and (article := self._library.article(entry.id)):
                words |= spellings(article.text[:left])
                left -= len(article.text)
        return sorted(word for word in words if len(word) >= MIN_LETTERS)

    def beginning(self, typed: str) -> list[str]:
        """Return the words that begin with ``typed``: in the same case, or, if there are none, in any case."""
        alike = [word for word in self._all if word.casefold().startswith(typed.casefold())]
        return [word for word in alike if word.startswith(typed)] or alike

    def completion(self, typed: str, number: int) -> str | None:
        """Return the completion of this number, from 0; readline asks for one after another."""
        if number == 0:
            self._matches = self.beginning(typed) if typed else []
        return self._matches[number] if number < len(self._matches) else None
