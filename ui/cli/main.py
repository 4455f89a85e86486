"""The command ``quoth``.

Exit codes: 0 for success, 1 if something was not found or not added, 2 for an error.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from quoth.index.errors import QuothError
from quoth.ui.cli import asking, assistants, changes, chat, maintenance, verifying

from .console import notify, put

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


def _version(asked: bool) -> None:
    if asked:
        put(f"quoth {version('quoth')}")
        raise typer.Exit


@app.callback()
def quoth(version: Annotated[bool, typer.Option(
              "--version", is_eager=True, callback=_version, help="Print the version and exit.",
          )] = False) -> None:  # fmt: skip
    """Ask a folder of documents a question, and get the answer in the documents' own words, with its source."""


for _name, _command in (
    ("add", changes.add), ("rebuild", changes.rebuild), ("watch", changes.watch), ("remove", changes.remove),
    ("ask", asking.ask), ("retrieve", asking.retrieve), ("search", asking.search), ("eval", asking.evaluate),
    ("status", maintenance.status), ("chat", chat.chat), ("check", maintenance.check), ("backup", maintenance.backup),
    ("restore", maintenance.restore), ("copy", maintenance.copy), ("verify", verifying.verify),
    ("mcp", assistants.mcp),
):  # fmt: skip
    app.command(_name)(_command)


def main() -> None:
    """Run the command. A QuothError is printed as its message, without a traceback."""
    try:
        app()
    except QuothError as error:
        notify(f"quoth: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
