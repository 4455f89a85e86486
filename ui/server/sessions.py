"""What the server keeps of open pages: the answers that each shows, what was removed there, which files wait."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from quoth.index.storage.rows import Head
from quoth.qa.find import Matches
from quoth.qa.records import Answer

from .conversation import Query
from .imports import Removed

MOST = 64
"""Pages; of the one that was longest away the conversation is asked anew when it goes on."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked or searched for, with what came of it, or why nothing did."""

    query: Query
    head: Head | None
    """The library's state then; None before there was any."""
    answer: Answer | None = None
    matches: Matches | None = None
    """Until they are drawn."""
    error: str = ""


@dataclass(slots=True)
class Session:
    """Of one page."""

    turns: list[Turn] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)


class Sessions:
    """By the names that pages give themselves, which nobody can guess. Safe from several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, page: str) -> Session:
        """The page's, which may be a new one."""
        with self._lock:
            session = self._known.pop(page, None) or Session()
            self._known[page] = session
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return session
