"""Quoth answers questions about a folder of articles in the articles' own words.

    import quoth

    with quoth.Library("my-library") as library:
        library.add(["articles/"])
        answer = library.ask("How long is the truce?")
        print(answer.best)

What is named here is the public interface (docs/api.md). Everything else may change between versions.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .index.errors import (
        BadBackup,
        BadQuestion,
        BadQuestions,
        LibraryBusy,
        LibraryClosed,
        LibraryDamaged,
        LibraryNotWritable,
        LibraryUnavailable,
        ModelUnavailable,
        NoArticles,
        QuothError,
        SettingsMismatch,
        UnreadableFile,
    )
    from .index.records import Article, Changes, Hit, Passage, Progress, Rejected
    from .qa.ask import ask
    from .qa.cases import EvalCase
    from .qa.evaluate import EvalReport
    from .qa.filters import Filter
    from .qa.find import Matches, find
    from .qa.library import Library
    from .qa.nearest import Difference, Nearest
    from .qa.quote import PassageQuote, Quotes, quote
    from .qa.records import Answer, Disagreement, Quote
    from .qa.retrieve import retrieve
    from .qa.verify import Verified

_HOME = {
    "index.errors": (
        "BadBackup", "BadQuestion", "BadQuestions", "LibraryBusy", "LibraryClosed", "LibraryDamaged",
        "LibraryNotWritable", "LibraryUnavailable", "ModelUnavailable", "NoArticles", "QuothError", "SettingsMismatch",
        "UnreadableFile",
    ),
    "index.records": ("Article", "Changes", "Hit", "Passage", "Progress", "Rejected"),
    "qa.ask": ("ask",),
    "qa.cases": ("EvalCase",),
    "qa.evaluate": ("EvalReport",),
    "qa.filters": ("Filter",),
    "qa.find": ("Matches", "find"),
    "qa.library": ("Library",),
    "qa.nearest": ("Difference", "Nearest"),
    "qa.quote": ("PassageQuote", "Quotes", "quote"),
    "qa.records": ("Answer", "Disagreement", "Quote"),
    "qa.retrieve": ("retrieve",),
    "qa.verify": ("Verified",),
}  # fmt: skip
"""Modules and the public names in them. They are imported at first use: the command starts sooner, and the process that
reads files loads no model."""

__all__ = [
    "Answer", "Article", "BadBackup", "BadQuestion", "BadQuestions", "Changes", "Difference", "Disagreement",
    "EvalCase", "EvalReport", "Filter", "Hit", "Library", "LibraryBusy", "LibraryClosed", "LibraryDamaged",
    "LibraryNotWritable", "LibraryUnavailable", "Matches", "ModelUnavailable", "Nearest", "NoArticles",
    "Passage", "PassageQuote", "Progress", "Quote", "Quotes", "QuothError", "Rejected", "SettingsMismatch",
    "UnreadableFile", "Verified", "ask", "find", "quote", "retrieve",
]  # fmt: skip


def __getattr__(name: str) -> object:
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
