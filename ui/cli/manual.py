"""The command's help as Markdown. ``python -m quoth.ui.cli.manual`` writes docs/cli.md; a test compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from .main import app

FILE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def manual() -> str:
    """Return the manual: for each command its description, usage, arguments and options."""
    whole = typer.main.get_command(app)
    assert isinstance(whole, TyperGroup)
    context = whole.make_context("quoth", [], resilient_parsing=True)
    commands = [
        (name, command) for name in whole.list_commands(context) if (command := whole.get_command(context, name))
    ]
    summaries = ((name, cleandoc(command.help or "").splitlines()[0]) for name, command in commands)
    contents = (f"- [quoth {name}](#quoth-{name}): {summary}" for name, summary in summaries)
    parts = ["# The command line", *_about(whole, context), "\n".join(contents)]
    for name, command in commands:
        subcontext = command.make_context(name, [], parent=context, resilient_parsing=True)
        parts += [f"## quoth {name}", *_about(command, subcontext)]
    return "\n\n".join([*parts, "(Generated from `--help` by `python -m quoth.ui.cli.manual`.)\n"])


def _about(command: Any, context: Any) -> Iterator[str]:  # typer keeps these types private
    yield cleandoc(command.help or "")
    yield f"```sh\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```"
    records = (param.get_help_record(context) for param in command.get_params(context))
    yield "\n".join(f"- `{record[0]}`: {record[1].replace('  [', ' [')}" for record in records if record)


if __name__ == "__main__":
    FILE.write_text(manual(), "utf-8")
