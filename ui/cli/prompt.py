"""The line in which questions are typed: editing, history, completion of the articles' words."""

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
except ImportError:  # Windows has none; its own terminal edits lines and remembers them for as long as it is open
    readline: Any = None  # type: ignore[no-redef]

PROMPT = "? "
REMEMBERED = 1000
"""So many questions are kept; twice as many before the file is cut."""
COMPLETED_CHARS = 2_000_000
"""Of the articles' texts, so much is looked through for words, lest the first Tab be waited for."""


def prompted(library: Library) -> Iterator[str]:
    """What is typed, line by line, until the end of it (Ctrl-D)."""
    past = Past(user_state_path("quoth", appauthor=False) / "questions")
    if readline is not None:
        _prepare(Completions(library), past)
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            print()
            return
        past.keep(line)
        yield line


def _prepare(words: Completions, past: Past) -> None:
    libedit = "libedit" in (readline.__doc__ or "")  # macOS's own
    for setting in ("bind ^I rl_complete",) if libedit else ("tab: complete", "set show-all-if-ambiguous on"):
        readline.parse_and_bind(setting)
    readline.set_completer_delims(" \t\n?!.,;:()[]\"'“”„«»‘’/")
    readline.set_completer(words.completion)
    for question in past.questions():
        readline.add_history(question)


class Past:
    """The questions of earlier conversations, one a line, for this user's eyes only."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def questions(self) -> list[str]:
        """The last ones, oldest first."""
        try:
            kept = self.file.read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
        if len(kept) > 2 * REMEMBERED:
            with suppress(OSError):
                self.file.write_text("".join(f"{line}\n" for line in kept[-REMEMBERED:]), "utf-8")
        return kept[-REMEMBERED:]

    def keep(self, line: str) -> None:
        """Add one, at once, as others may go on meanwhile. One that begins with a space is not kept, as in shells."""
        if not line.strip() or line[0].isspace():
            return
        # It only saves typing: where it cannot be kept, questions are answered all the same.
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with open(descriptor, "a", encoding="utf-8", errors="replace") as file:
                file.write(" ".join(line.split()) + "\n")


class Completions:
    """Words of the articles' titles and texts, by how they begin."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._found: list[str] = []

    @cached_property
    def _all(self) -> list[str]:
        found: set[str] = set()
        left = COMPLETED_CHARS
        for entry in self._library.catalogue():
            found |= spellings(f"{entry.title or ''} {entry.author or ''}")
            if left > 0 and (article := self._library.article(entry.id)):
                found |= spellings(article.text[:left])
                left -= len(article.text)
        return sorted(word for word in found if len(word) >= MIN_LETTERS)

    def beginning(self, typed: str) -> list[str]:
        """Words that begin so, but for case; those that do to the letter alone, if there are any."""
        alike = [word for word in self._all if word.casefold().startswith(typed.casefold())]
        return [word for word in alike if word.startswith(typed)] or alike

    def completion(self, typed: str, number: int) -> str | None:
        """As readline asks for them: one after another."""
        if number == 0:
            self._found = self.beginning(typed) if typed else []
        return self._found[number] if number < len(self._found) else None
