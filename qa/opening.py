"""The library that is asked, and whether a question can be searched for."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from quoth.index.errors import BadQuestion, NoArticles
from quoth.index.library import DATABASE, Library
from quoth.index.search.snapshot import Snapshot

MAX_QUESTION_CHARS = 2000
LibraryLike = Library | str | os.PathLike[str] | None
_HALVES = re.compile("[\ud800-\udfff]")


def check_question(question: str) -> str:
    """The question as given, if it can be searched for; halves of characters, which are no text, are replaced."""
    if not re.search(r"\w", question):
        raise BadQuestion("The question has no word in it. Ask in a sentence or with keywords.")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; up to {MAX_QUESTION_CHARS:,} can be searched for. "
            "Ask its main sentence."
        )
    return _HALVES.sub("\ufffd", question)


def empty(snapshot: Snapshot) -> NoArticles:
    """What is raised where there is nothing to search."""
    return NoArticles(f"The library in {snapshot.folder} holds no articles yet: add some with `quoth add FOLDER`.")


def open_library(library: LibraryLike = None) -> Library:
    """The library meant; it must be there already. A path is opened once and kept."""
    if isinstance(library, Library):
        return library
    folder = Path(library if library is not None else os.environ.get("QUOTH_LIBRARY") or ".quoth")
    if not (folder / DATABASE).is_file():
        raise NoArticles(f"There is no library in {folder.absolute()}. Make one with `quoth add FOLDER`.")
    return _opened(os.path.realpath(folder))


@lru_cache(maxsize=8)
def _opened(folder: str) -> Library:
    return Library(folder)
