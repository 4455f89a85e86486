"""The pages of the documentation, and the code blocks in them.

A block below a line with nothing but a file's name in code style and a colon is the text of that file. A block below
"It prints:" is what the script before it prints.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

import typer
from markdown_it import MarkdownIt
from typer.main import get_command

from quoth.ui.cli.main import app, main

ROOT = Path(__file__).parent.parent
GENERATED = ("docs/cli.md", "docs/proof.md")
"""Pages that other tests compare with what they are made from."""
_BEFORE_QUOTH: tuple[list[str], ...] = (["uvx"], ["pipx", "run"], ["uv", "run"], ["python", "-m"], ["time"], [])


def pages() -> list[str]:
    """Return the Markdown pages of the root and of docs/, by their paths from the root."""
    found = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    line: int
    """Number, from 1, of its first line of code."""
    language: str
    """Empty if it is not labelled."""
    text: str
    file: str | None
    """Name of the file that it shows."""
    is_output: bool

    @property
    def place(self) -> str:
        return f"{self.page}, line {self.line}"

    @property
    def is_doctest(self) -> bool:
        return self.language == "python" and self.text.startswith(">>> ")

    @property
    def is_script(self) -> bool:
        return self.language == "python" and not self.is_doctest


def blocks(page: str) -> list[Block]:
    """Return the code blocks of a page, in order."""
    found: list[Block] = []
    before = ""
    for token in MarkdownIt("commonmark").parse((ROOT / page).read_text("utf-8")):
        if token.type == "inline":
            before = token.content
        elif token.type in ("fence", "code_block"):
            assert token.map is not None
            name = re.fullmatch(r"`([^`]+)`:", before)
            language = token.info.split()[0] if token.info.strip() else ""
            file, is_output = name[1] if name else None, before == "It prints:"
            found.append(Block(page, token.map[0] + 2, language, token.content, file, is_output))
            before = ""
    return found


def write_files(page: str, folder: Path) -> None:
    """Write the files that a page shows into a folder. Those of docs/api.md are the articles of several pages."""
    for block in blocks(page):
        if block.file:
            assert not Path(block.file).is_absolute()
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.text, "utf-8")


def steps(session: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a session, and what it prints."""
    for step in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, printed = step.partition("\n")
        while command.endswith("\\"):
            more, _, printed = printed.partition("\n")
            command = f"{command[:-1].rstrip()} {more.removeprefix('>').strip()}"
        yield command, printed.strip()


def run_quoth(command: str) -> str:
    """Run a line ``quoth … [> FILE]`` in this process, and return what it prints."""
    line, _, file = command.partition(" > ")
    printed = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with ExitStack() as stack:
        output = stack.enter_context(open(file, "w", encoding="utf-8")) if file else printed
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(printed))
        stack.enter_context(suppress(SystemExit))
        stack.callback(setattr, sys, "argv", sys.argv)
        sys.argv = shlex.split(line)
        main()
    printed.seek(0)
    return printed.read().strip()


def commands(script: str) -> Iterator[list[str]]:
    """Yield the arguments of each ``quoth`` that a shell script runs."""
    for line in script.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if not re.fullmatch(r"[|&;<>()]+", word):
                words.append(word)
                continue
            yield from _arguments(words)
            words = []


def _arguments(words: list[str]) -> Iterator[list[str]]:
    while words and re.match(r"\w+=", words[0]):
        words = words[1:]
    for before in _BEFORE_QUOTH:
        command = words[len(before) :]
        if words[: len(before)] == before and command and re.fullmatch(r"(.*/)?quoth", command[0]):
            yield command[1:]
            return


def parse_command(arguments: list[str]) -> None:
    """Parse the arguments of ``quoth`` as it does itself, without running it. A mistake is a usage error."""
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    try:
        with group.make_context("quoth", [*arguments]) as context:
            name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
            assert command is not None
            command.make_context(name, rest, parent=context)
    except typer.Exit:  # --help and --version
        pass
