"""Commands that look after a library, and after what was quoted from it: check, backup, restore, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quoth.index.backup import backup as write_backup
from quoth.index.backup import restore as read_backup
from quoth.index.check import check as look_for_damage
from quoth.qa.opening import open_library
from quoth.qa.verify import Verified, places
from quoth.qa.verify import verify as look_up
from quoth.ui.citations import citation
from quoth.ui.exports.saved import saved_quotes

from .console import put, tell
from .format import as_json_text
from .options import DEFAULT, JsonOption, LibraryOption

_FileArgument = Annotated[Path, typer.Argument(help="The backup, a zip file.")]


def check(library: LibraryOption = DEFAULT, as_json: JsonOption = False,
          repair: Annotated[bool, typer.Option(
              "--repair", help="Heal what can be healed.",
          )] = False) -> None:  # fmt: skip
    """Look through the whole library for what is not as it was written. \
Exits with 1 when something is wrong and not healed."""
    problems = look_for_damage(library, repair=repair)
    if as_json:
        put(as_json_text(problems))
    else:
        for problem in problems:
            put(f"{problem.where}: {problem.what}{' (healed)' if problem.healed else ''}")
        if not problems:
            articles = open_library(library).status().articles
            held = f"{articles} article{'' if articles == 1 else 's'}"
            put(f"Sound: {held}, with all passages and both indexes, as they were written.")
    if any(not problem.healed for problem in problems):
        if not repair and not as_json:
            tell("`quoth check --repair` heals what can be healed.")
        raise typer.Exit(1)


def backup(file: _FileArgument, library: LibraryOption = DEFAULT) -> None:
    """Write the library to one file, with the files that were given to it; others may go on using it meanwhile."""
    put(f"{write_backup(library, file)} articles are in {file}.")


def restore(file: _FileArgument, library: LibraryOption = DEFAULT) -> None:
    """Make the library what it was when it was backed up; others may go on using it meanwhile."""
    put(f"{read_backup(file, library)} articles are in {library} again.")


def verify(what: Annotated[str, typer.Argument(
               help="A file of saved answers (of ask --json, or exported by the chat), or a sentence.",
           )],
           library: LibraryOption = DEFAULT, as_json: JsonOption = False) -> None:  # fmt: skip
    """Say of each saved quote whether it still stands in its place, or of a sentence where it stands, word for word.

    Exits with 1 when a quote was changed or is gone, or the sentence stands nowhere word for word.
    """
    opened = open_library(library)
    is_file = Path(what).is_file()
    found = [look_up(saved, opened) for saved in saved_quotes(Path(what))] if is_file else places(what, opened)
    if as_json:
        put(as_json_text([_record(verified) for verified in found]))
    else:
        for verified in found:
            put(_line(verified, is_file))
        if not found:
            put("It stands in no article.")
    if not found or any(verified.standing in ("changed", "gone") for verified in found):
        raise typer.Exit(1)


def _record(verified: Verified) -> dict[str, object]:
    saved, article = verified.saved, verified.article
    now = {"start": verified.start, "end": verified.end, "text": verified.text}
    return {
        "standing": verified.standing,
        "saved": {"source": saved.source, "start": saved.start, "end": saved.end, "text": saved.text},
        "now": {"source": article.source, **now} if article else None,
    }


def _line(verified: Verified, is_file: bool) -> str:
    article, place = verified.article, ""
    if article:
        place = f"{citation(article)} ({article.source}, {verified.start}–{verified.end})"
    if not is_file:
        if verified.standing == "in place":
            return f"word for word: {place}"
        return f"but for spaces and signs: {place}\n    {verified.text}"
    head = f"{verified.standing}: {verified.saved.text}\n    "
    if verified.standing == "changed":
        return f"{head}now: {verified.text}\n    — {place}"
    return head + (f"— {place}" if place else f"was in {verified.saved.source}")
