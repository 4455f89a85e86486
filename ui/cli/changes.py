"""Commands that change a library: add, rebuild, watch, remove."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.index.reading.formats.csv_jsonl import FIELDS
from quoth.index.records import Changes, by_reason
from quoth.qa.opening import open_library

from .completion import library_sources
from .console import notify, put
from .format import as_json_text
from .options import DEFAULT, CandidatesOption, ColumnsOption, FolderArgument, JsonOption, LibraryOption, ModelOption
from .progress import bars

_LISTED = 10
"""Maximum number of ignored files that are listed for each reason; ``--json`` lists them all."""


def add(paths: Annotated[list[str], typer.Argument(
            help="Files or folders: text, Markdown, HTML, PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, "
                 "subtitles, mail, feeds, tables. Folders of Zotero, Obsidian, Logseq and mail programs and saved "
                 "sites are recognised.",
        )],
        library: LibraryOption = DEFAULT, model: ModelOption = None, columns: ColumnsOption = None,
        candidates: CandidatesOption = None, as_json: JsonOption = False) -> None:  # fmt: skip
    """Add articles to the library. Unchanged files are skipped.

    Exits with 1 if a file could not be added.
    """
    with bars() as report:
        changes = Library(library, model, candidates=candidates).add(paths, columns=_columns(columns), progress=report)
    _finish(changes, as_json)


def rebuild(folder: FolderArgument, library: LibraryOption = DEFAULT, model: ModelOption = None,
            columns: ColumnsOption = None, candidates: CandidatesOption = None, as_json: JsonOption = False,
            forget_missing: Annotated[bool, typer.Option(
                "--forget-missing", help="Remove the articles of missing files even if most of the folder is missing.",
            )] = False,
            thorough: Annotated[bool, typer.Option(
                "--thorough", help="Read every file, also those whose size and times have not changed.",
            )] = False) -> None:  # fmt: skip
    """Bring the library up to date with a folder: add new and changed files, remove deleted ones.

    Exits with 1 if a file could not be added, or if most of the folder is missing.
    """
    with bars() as report:
        changes = Library(library, model, candidates=candidates).rebuild(
            folder, columns=_columns(columns), forget_missing=forget_missing, thorough=thorough, progress=report
        )
    _finish(changes, as_json)


def watch(folder: FolderArgument, library: LibraryOption = DEFAULT, model: ModelOption = None,
          columns: ColumnsOption = None, candidates: CandidatesOption = None,
          poll: Annotated[bool, typer.Option(
              "--poll", help="Check the files every few seconds, for drives that do not report changes.",
          )] = False) -> None:  # fmt: skip
    """Keep the library up to date with a folder until interrupted with Ctrl-C."""
    from watchfiles import watch as watch_files  # imported here because only this command needs it

    opened = Library(library, model, candidates=candidates)
    _print_changes(opened.rebuild(folder, columns=_columns(columns)))
    watching, failed = False, ""
    with suppress(KeyboardInterrupt):  # also while the library is being brought up to date
        for events in watch_files(
            folder, force_polling=poll or None, rust_timeout=1_000, yield_on_timeout=True, raise_interrupt=False
        ):
            try:
                # The first pass rebuilds once more, to catch what changed before the watcher was running.
                if events or not watching or failed:
                    changes = opened.rebuild(folder)
                    if events or changes.added or changes.changed or changes.removed:
                        _print_changes(changes)
                    failed = ""
            except QuothError as error:  # the folder or the database may be back the next time
                if str(error) != failed:
                    notify(f"quoth: {error}")
                failed = str(error)
            if not watching:
                notify(f"Watching {folder} (press Ctrl-C to stop)")
                watching = True


def remove(paths: Annotated[list[str], typer.Argument(autocompletion=library_sources, help="Files or folders.")],
           library: LibraryOption = DEFAULT, candidates: CandidatesOption = None,
           as_json: JsonOption = False) -> None:  # fmt: skip
    """Remove articles from the library. The files themselves are not deleted."""
    _finish(open_library(library, candidates).remove(paths), as_json, refused="Not removed")


def _columns(text: str | None) -> dict[str, str]:
    """Parse "title=headline,text=body"."""
    pairs = [pair.partition("=")[::2] for pair in (text or "").split(",") if pair.strip()]
    columns = {field.strip(): name.strip() for field, name in pairs}
    if wrong := [field for field, name in columns.items() if field not in FIELDS or not name]:
        message = f"{', '.join(wrong)} is not understood; use {', '.join(FIELDS)}, each as in title=headline"
        raise typer.BadParameter(message, param_hint="--columns")
    return columns


def _finish(changes: Changes, as_json: bool, *, refused: str = "Not added") -> None:
    if as_json:
        put(as_json_text(changes))
    else:
        _print_changes(changes, refused)
    if changes.rejected or changes.missing:
        raise typer.Exit(1)


def _print_changes(changes: Changes, refused: str = "Not added") -> None:
    names = ("added", "changed", "moved", "unchanged", "removed", "ignored")
    counts = [f"{len(getattr(changes, name))} {name}" for name in names if getattr(changes, name)]
    put(", ".join(counts) or "No changes.")
    for rejected in changes.rejected:
        notify(f"{refused}: {rejected.source}: {rejected.reason}")
    for reason, sources in by_reason(changes).items():
        more = f" and {len(sources) - _LISTED} more" if len(sources) > _LISTED else ""
        notify(f"Ignored: {', '.join(sources[:_LISTED])}{more}: {reason}")
    if changes.missing:
        notify(
            f"{len(changes.missing)} files are missing, which is most of the folder. Their articles stay in the "
            "library. Check that the drive is connected; if the files were deleted, use --forget-missing."
        )
