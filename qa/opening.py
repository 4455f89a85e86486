"""Opening the library that is asked, and checking questions."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from quoth.index.errors import BadQuestion, NoArticles
from quoth.index.library import Library
from quoth.index.search.snapshot import Snapshot
from quoth.index.storage.location import locate
from quoth.index.text.normalize import without_halves

MAX_QUESTION_CHARS = 2000
LibraryLike = Library | str | os.PathLike[str] | None


def check_question(question: str) -> str:
    """The question with lone surrogates, which are no text, replaced.

    :raises BadQuestion: the question has no word in it or is longer than ``MAX_QUESTION_CHARS``.
    """
    if not re.search(r"\w", question):
        raise BadQuestion("The question has no word in it. Ask with a sentence or with keywords.")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; the maximum is {MAX_QUESTION_CHARS:,}. "
            "Ask only its main sentence."
        )
    return without_halves(question)


def empty(snapshot: Snapshot) -> NoArticles:
    """The error for a library without articles."""
    return NoArticles(f"The library in {snapshot.name} holds no articles yet. Add some with `quoth add FOLDER`.")


def open_library(library: LibraryLike = None, candidates: str | None = None) -> Library:
    """Open a library; each is opened once and kept open.

    :param candidates: address of a candidate engine; by default ``$QUOTH_CANDIDATES``.
    :raises NoArticles: there is no library there.
    """
    if isinstance(library, Library):
        return library
    location = locate(library if library is not None else os.environ.get("QUOTH_LIBRARY") or ".quoth")
    engine = candidates or os.environ.get("QUOTH_CANDIDATES") or None
    return _opened(location.where, engine, location.identity())


def name_of(library: LibraryLike) -> str | None:
    """The folder or the address of a library, without a password; None if it is left to the environment."""
    if library is None:
        return None
    return library.name if isinstance(library, Library) else locate(library).name


@lru_cache(maxsize=8)
def _opened(where: str, candidates: str | None, _identity: object) -> Library:
    """Open the library at a place: another identity is another library, maybe with another model."""
    location = locate(where)
    if not location.exists():
        raise NoArticles(f"There is no library in {location.full_name}. Create one with `quoth add FOLDER`.")
    return Library(where, candidates=candidates)
