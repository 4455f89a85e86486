"""Nothing stale, nothing twice: after any changes to files and library, in any order, the library holds what a simple
model predicts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from quoth import Library
from quoth.index.check import check
from quoth.index.records import Encoded
from tests.proof import Proof
from tests.words import WordEncoder

NAMES = st.sampled_from(["a.txt", "b.md", "in/c.txt", "in/d.txt"])
_STEPS = 25


class Files(RuleBasedStateMachine):
    """Files on disk, their library, and a model: a dictionary from source to text."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name) / "articles"
        (self.root / "in").mkdir(parents=True)
        self.library = Library(Path(self._folder.name) / "library", encoder=WordEncoder())
        self.known: dict[str, str] = {}
        self.written = 0

    def teardown(self) -> None:
        assert check(self.library.folder, encoder=WordEncoder()) == ()
        self._folder.cleanup()

    def on_disk(self) -> dict[str, str]:
        return {str(path): path.read_text("utf-8") for path in self.root.rglob("*") if path.is_file()}

    def add_to_model(self, files: dict[str, str]) -> None:
        """Update the model as adding files should; a text whose known path has no file any more was moved."""
        for source, text in files.items():
            before = [old for old, known in self.known.items() if known == text and not os.path.lexists(old)]
            if self.known.get(source) is None and before:
                del self.known[before[0]]
        self.known |= files

    @rule(name=NAMES)
    def write(self, name: str) -> None:
        self.written += 1
        (self.root / name).write_text(
            f"Text number {self.written} says that the ferry sails at {self.written} o'clock.", "utf-8"
        )

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    @rule(name=NAMES, to=NAMES)
    def move(self, name: str, to: str) -> None:
        if (self.root / name).exists():
            (self.root / name).replace(self.root / to)

    @rule(name=NAMES)
    def add_file(self, name: str) -> None:
        path = self.root / name
        if path.exists():
            self.library.add(path)
            self.add_to_model({str(path): path.read_text("utf-8")})

    @rule()
    def add_folder(self) -> None:
        if files := self.on_disk():
            self.library.add(self.root)
            self.add_to_model(files)

    @rule()
    def rebuild(self) -> None:
        if files := self.on_disk():
            self.library.rebuild(self.root)
            self.known = files

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        self.library.remove(self.root / name)
        self.known.pop(str(self.root / name), None)

    @rule()
    def remove_folder(self) -> None:
        self.library.remove(self.root / "in")
        self.known = {
            source: text
            for source, text in self.known.items()
            if f"{os.sep}in{os.sep}" not in source[len(str(self.root)) :]
        }

    @rule(name=NAMES, to=NAMES, others=st.lists(st.sampled_from(["write", "delete", "move", "remove"]), max_size=3))
    def rebuild_while_another_process_changes_and_rebuilds(self, name: str, to: str, others: list[str]) -> None:
        """Afterwards every file is in the library as it is; files that were deleted meanwhile go at the next time."""
        self.write(to)
        self.write("e.txt")
        other = Library(self.library.folder, encoder=WordEncoder())

        class Meanwhile(WordEncoder):
            def encode(_, texts: Sequence[str]) -> list[Encoded]:  # noqa: N805
                for change in others:
                    if change == "write":
                        self.write(name)
                    elif change == "delete":
                        self.delete(name)
                    elif change == "move":
                        self.move(name, to)
                    else:
                        other.remove(self.root / name)
                    other.rebuild(self.root)
                others.clear()
                return super().encode(texts)

        Library(self.library.folder, encoder=Meanwhile()).rebuild(self.root)
        files = self.on_disk()
        articles = self.library.articles()
        assert {a.source: a.text for a in articles if a.source in files} == files
        assert len({a.source for a in articles}) == len(articles)
        self.library.rebuild(self.root)
        self.known = files

    @rule()
    def reopen(self) -> None:
        self.library = Library(self.library.folder, encoder=WordEncoder())

    @invariant()
    def the_library_agrees_with_the_model(self) -> None:
        Files.steps += 1
        articles = self.library.articles()
        assert {a.source: a.text for a in articles} == self.known
        assert len(articles) == len(self.known)


@pytest.mark.promise("Nothing stale, nothing twice")
def test_random_steps_of_add_change_move_remove_and_rename(proof: Proof) -> None:
    examples = 160 if proof.is_long else 8
    Files.steps = 0
    try:
        run_state_machine_as_test(
            Files, settings=settings(
                max_examples=examples, stateful_step_count=_STEPS, deadline=None, derandomize=not proof.is_long,
                suppress_health_check=list(HealthCheck), database=None,
            ),
        )  # fmt: skip
    finally:
        proof.tries = Files.steps
