"""The library pane: the list of articles, and changes to the library from the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.index.records import Changes, Progress
from quoth.ui.language import grouped, say
from quoth.ui.page.library_pane import changes_html, error_html, known_html, library_html

from .imports import Imports, together
from .sessions import Session
from .uploads import Uploads

_LOG = logging.getLogger("quoth")
EXAMPLES = Path(__file__).resolve().parents[2] / "seeds"
"""Example articles. They are in the repository, but not in an installed package."""

Report = Callable[[str, float], None]
"""Receives progress: a sentence for the visitor, and the share that is done, from 0 to 1."""


class LibraryAdmin:
    """Lists and changes the articles of one library. Every method returns HTML."""

    def __init__(self, library: Library, uploads: Uploads) -> None:
        self._library = library
        self._imports = Imports(library, uploads)

    def shelf(self, may_change: bool) -> str:
        """Return the list of articles, and whether the files on disk have changed."""
        return library_html(self._library.catalogue(), self._library.outdated(), may_change)

    def act(self, action: str, article: int, session: Session, report: Report) -> str:
        """Change the library, and describe the changes.

        :param action: "remove" an article, or "remove-all" of its file or collection; "undo" that; "replace" files by
            uploads of the same name or keep "both"; add the "examples"; "update" the library from its folders, or
            "forget" also the articles of missing files.
        """
        try:
            if action in ("remove", "remove-all"):
                remove = self._imports.remove if action == "remove" else self._imports.remove_all
                changes, removed = remove(article)
                session.removed = removed or session.removed
            elif action == "undo":
                changes = self._imports.restore(session.removed)
                session.removed = []
            elif action in ("replace", "both"):
                pending, session.pending = session.pending, []
                changes = self._imports.resolve(pending, replacing=action == "replace")
            elif action == "examples":
                changes = self._library.add(EXAMPLES, progress=_progress(report))
            else:
                forget, progress = action == "forget", _progress(report)
                changes = together([
                    self._library.rebuild(folder, forget_missing=forget, progress=progress)
                    for folder in self._library.folders()
                ])  # fmt: skip
                session.removed = []
        except QuothError as error:
            return error_html(str(error))
        _log(changes)
        return changes_html(changes)

    def add_uploads(self, tokens: list[str], session: Session, report: Report) -> str:
        """Add uploaded files, describe the changes, and ask what to do with files whose names are taken."""
        try:
            changes, conflicts = self._imports.add(tokens, _progress(report))
        except QuothError as error:
            return error_html(str(error))
        if changes is not None:
            _log(changes)
        elif tokens and not conflicts:
            return error_html(say("The server does not have these files any more; add them again."))
        session.pending += [upload.token for upload in conflicts]
        done = changes_html(changes) if changes is not None else ""
        return done + known_html(self._imports.names(session.pending))


def _log(changes: Changes) -> None:
    counts = (len(changes.added), len(changes.changed), len(changes.removed), len(changes.rejected))
    _LOG.info("library changed: %d added, %d changed, %d removed, %d rejected", *counts)


def _progress(report: Report) -> Callable[[Progress], None]:
    """Return a callback that reports an import's progress in words."""

    def callback(now: Progress) -> None:
        share = now.bytes / max(now.all_bytes, 1)
        if now.waiting:
            report(say("Waiting until another process has finished its changes"), share)
            return
        done = say("{files} of {all} files, {passages} passages", files=grouped(now.files), all=grouped(now.all_files),
                   passages=grouped(now.passages))  # fmt: skip
        if now.page:
            done += say(", page {page} of {pages}", page=grouped(now.page), pages=grouped(now.pages))
        report(done, share)

    return callback
