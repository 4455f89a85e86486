"""What the library needs of a source of candidates, and of what keeps it up to date.

There are two sources: the indexes beside the database (opening.py: FAISS and tantivy), and an engine on other machines
(engine.py: Qdrant). A source proposes passages; their scores are Quoth's own: exact cosines, and BM25 with the document
frequencies of all passages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from quoth.index.records import Floats
from quoth.index.storage.rows import Head, Placed

from .words import Words


@dataclass(frozen=True, slots=True)
class Scored:
    """The id of a passage that one of the two searches found, with the scores of both."""

    id: int
    cosine: float
    bm25: float


class Candidates(Protocol):
    """The passages of one generation, to be searched. Safe to use from several threads."""

    @property
    def head(self) -> Head:
        """The generation."""

    @property
    def words(self) -> Words:
        """The words with their counts, and the document frequencies."""

    def propose(
        self, text: str, vector: Floats, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> list[Scored]:
        """The k nearest passages by vector and the k best by words, and possibly some more, in no particular order.

        Each has its exact cosine. The BM25 of a passage that the search by words did not return is 0.

        :param vector: shape (dimensions,), unit length.
        :param within: the articles to search; None searches all.
        :param languages: languages whose stems are searched.
        """

    def holding(
        self, text: str, k: int, within: Sequence[Placed] | None, languages: Collection[str]
    ) -> tuple[dict[int, float], int]:
        """BM25 of the k best passages that hold all words of a text, by id, best first, and the number of passages that
        hold them."""


class Keeper(Protocol):
    """Keeps a source of candidates up to date with the database, and opens it."""

    def state(self) -> Head | None:
        """The newest generation that can be searched; None if there is none, or if it must be built again."""

    def update(self, dimensions: int, waiting: Callable[[], None], seconds: float, *, quick: bool = False) -> bool:
        """Put the articles that were added since that generation, and forget those that were removed.

        One process at a time does so.

        :param waiting: called while another process does so.
        :param seconds: seconds to wait for it.
        :param quick: leave for later what may take long, as long as the newest articles are found without it.
        :returns: whether nothing was left for later.
        :raises LibraryBusy: another process has been doing so for that time.
        :raises LibraryNotWritable: free space or permission is missing. The articles are stored all the same.
        """

    def share(self) -> None:
        """Let other machines that use the database have what ``update`` has made, so that they need not make it."""

    def open(self, dimensions: int, before: Candidates | None, *, writable: bool) -> Candidates:
        """The newest generation that can be searched.

        :param before: an older generation, to reuse what is unchanged.
        :param writable: whether ``update`` can write.
        """

    @property
    def published(self) -> Hashable:
        """A value that changes when a newer generation can be opened."""
