"""The command's help as Markdown and as a man page.

``python -m quoth.ui.cli.manual`` writes docs/cli.md and docs/quoth.1; a test compares them with the command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from .main import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
_END = """.SH EXIT STATUS
0 for success, 1 if something was not found or not added, 2 for an error.
.SH FILES
.TP
.I .quoth
The library of a folder, unless
.B \\-\\-library
or
.B QUOTH_LIBRARY
names another place.
.SH SEE ALSO
The documentation has more about formats, the chat, serving to others and the Python interface.
"""


class Part(NamedTuple):
    """The help of the whole command, or of one of its commands."""

    name: str
    about: str
    usage: str
    options: list[tuple[str, str]]
    """Arguments and options, each with what it does."""


def parts() -> list[Part]:
    """Return the help of the whole command, then of each command."""
    whole = typer.main.get_command(app)
    assert isinstance(whole, TyperGroup)
    context = whole.make_context("quoth", [], resilient_parsing=True)
    found = [_part("quoth", whole, context)]
    for name in whole.list_commands(context):
        if command := whole.get_command(context, name):
            found.append(_part(name, command, command.make_context(name, [], parent=context, resilient_parsing=True)))
    return found


def _part(name: str, command: Any, context: Any) -> Part:  # typer keeps these types private
    records = (param.get_help_record(context) for param in command.get_params(context))
    options = [(record[0], record[1].replace("  [", " [")) for record in records if record]
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    return Part(name, cleandoc(command.help or ""), usage, options)


def markdown() -> str:
    """Return the manual as Markdown."""
    whole, *commands = parts()
    contents = (f"- [quoth {name}](#quoth-{name}): {about.splitlines()[0]}" for name, about, *_ in commands)
    pieces = ["# The command line", *_about(whole), "\n".join(contents)]
    for command in commands:
        pieces += [f"## quoth {command.name}", *_about(command)]
    return "\n\n".join([*pieces, "(Generated from `--help` by `python -m quoth.ui.cli.manual`.)\n"])


def _about(part: Part) -> Iterator[str]:
    yield part.about
    yield f"```sh\n{part.usage}\n```"
    yield "\n".join(f"- `{name}`: {what}" for name, what in part.options)


def man_page() -> str:
    """Return the manual in the language of ``man``, a subset of roff."""
    whole, *commands = parts()
    first, _, _ = whole.about.partition(",")
    lines = [
        f'.TH QUOTH 1 "" "quoth {version("quoth")}" "User Commands"', ".SH NAME", rf"quoth \- {_roff(first).lower()}",
        ".SH SYNOPSIS", f".B {_roff(whole.usage)}", ".SH DESCRIPTION", _paragraphs(whole.about), *_options(whole),
        ".SH COMMANDS",
    ]  # fmt: skip
    for command in commands:
        lines += [f".SS {_roff(command.usage)}", _paragraphs(command.about), *_options(command)]
    return "\n".join([*lines, _END])


def _options(part: Part) -> Iterator[str]:
    for name, what in part.options:
        yield f".TP\n.B {_roff(name)}\n{_roff(what)}"


def _paragraphs(text: str) -> str:
    return "\n.PP\n".join(_roff(" ".join(paragraph.split())) for paragraph in re.split(r"\n\s*\n", text.strip()))


def _roff(text: str) -> str:
    """Return a line in which no character means something to roff."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{text}" if text.startswith(".") else text.replace("`", "")


if __name__ == "__main__":
    (DOCS / "cli.md").write_text(markdown(), "utf-8")
    (DOCS / "quoth.1").write_text(man_page(), "utf-8")
