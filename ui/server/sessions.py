"""What the server remembers of each open page: its answers, removed articles, and uploads that need a decision."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from quoth.index.storage.rows import Head
from quoth.qa.find import Matches
from quoth.qa.records import Answer

from .conversation import Query
from .imports import Removed

MAX_SESSIONS = 64
"""Maximum number of pages. A page that was forgotten has its conversation answered again when it goes on."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A query and its result: an answer, matches, or an error message."""

    query: Query
    head: Head | None
    """The state of the library that was asked; None if the library was empty."""
    answer: Answer | None = None
    matches: Matches | None = None
    """Dropped once they are drawn, because there can be many."""
    error: str = ""


@dataclass(slots=True)
class Session:
    """The state of one page."""

    turns: list[Turn] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    """What "Undo" restores."""
    pending: list[str] = field(default_factory=list)
    """Tokens of uploads whose names are taken by other files."""


class Sessions:
    """Sessions by page. A page names itself with a random string that others cannot guess. Thread-safe."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, page: str) -> Session:
        """Return the page's session, a new one if it has none."""
        with self._lock:
            session = self._sessions.pop(page, None) or Session()
            self._sessions[page] = session
            while len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)
            return session
