"""Commands that inspect and protect a library: status, check, backup, restore, copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quoth.index.backup import backup as write_backup
from quoth.index.backup import copy as copy_library
from quoth.index.backup import restore as read_backup
from quoth.index.check import check as find_problems
from quoth.index.storage.location import locate
from quoth.qa.opening import open_library
from quoth.ui.citations import citation

from .console import notify, put
from .format import as_json_text, counted
from .options import DEFAULT, CandidatesOption, JsonOption, LibraryOption

_FileArgument = Annotated[Path, typer.Argument(help="The backup, a zip file.")]


def status(library: LibraryOption = DEFAULT, candidates: CandidatesOption = None,
           as_json: JsonOption = False) -> None:  # fmt: skip
    """Show the library's size, its model and its articles, and the files that could not be added."""
    opened = open_library(library, candidates)
    current, rejected = opened.status(), opened.rejected()
    if as_json:
        sources = [a.source for a in opened.catalogue()]
        put(as_json_text({**current.to_dict(), "sources": sources, "rejected": [r.to_dict() for r in rejected]}))
        return
    size = f"{current.bytes / 2**20:.1f} MB"
    put(f"{current.folder}: {current.articles} articles, {current.passages} passages, {size}, {current.model}")
    if current.candidates:
        put(f"Candidates from {current.candidates}: {counted(current.behind, 'change')} behind")
    for article in opened.catalogue():
        put(f"  {citation(article)} ({article.source})")
    for refused in rejected:
        put(f"  Not added: {refused.source}: {refused.reason}")


def check(library: LibraryOption = DEFAULT, as_json: JsonOption = False,
          repair: Annotated[bool, typer.Option("--repair", help="Repair what can be repaired.")] = False,
          ) -> None:  # fmt: skip
    """Check the whole library for damage. Exits with 1 if there is damage that was not repaired.

    Also reads every file that articles come from, and names those that have changed.
    """
    problems = find_problems(library, repair=repair)
    if as_json:
        put(as_json_text(problems))
    else:
        for problem in problems:
            put(f"{problem.where}: {problem.what}{' (repaired)' if problem.repaired else ''}")
        if not problems:
            articles = open_library(library).status().articles
            put(f"OK: {counted(articles, 'article')}; all passages and both indexes are intact.")
    if not problems or repair:
        for source in open_library(library).changed_files():
            notify(f"{source} has changed since it was read. Bring it up to date: quoth rebuild --thorough FOLDER")
    if any(not problem.repaired for problem in problems):
        if not repair and not as_json:
            notify("Run `quoth check --repair` to repair what can be repaired.")
        raise typer.Exit(1)


def backup(file: _FileArgument, library: LibraryOption = DEFAULT) -> None:
    """Write the library to one file, with the files that were uploaded to it. The library can be used meanwhile."""
    put(f"Backed up {counted(write_backup(library, file), 'article')} to {file}.")


def restore(file: _FileArgument, library: LibraryOption = DEFAULT) -> None:
    """Replace the library's contents by a backup. The library can be used meanwhile."""
    put(f"Restored {counted(read_backup(file, library), 'article')} to {locate(library).name}.")


def copy(to: Annotated[str, typer.Option(
             "--to", help="An empty or new place: a folder, or the address of a PostgreSQL database.",
         )],
         library: LibraryOption = DEFAULT) -> None:  # fmt: skip
    """Copy the library to another place, such as a PostgreSQL database that several servers share.

    Saved citations lead to the same passages in the copy. The library can be used meanwhile.
    """
    put(f"Copied {counted(copy_library(library, to), 'article')} to {locate(to).name}.")
