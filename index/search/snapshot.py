"""A consistent snapshot of a library: a question is answered from one generation, whatever changes meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from quoth.index.embedding.encoder import Encoder
from quoth.index.errors import LibraryBusy
from quoth.index.reading.metadata.language import ENGLISH, most_probable_language
from quoth.index.records import Article, Encoded
from quoth.index.storage.rows import Head, Placed, StoredPassage
from quoth.index.text.analysis import stems

from .candidates import Candidates, Scored
from .words import NO_WORDS, Words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found, with its stored data and its article."""

    stored: StoredPassage
    article: Article
    scored: Scored

    @property
    def place(self) -> tuple[str, int]:
        """Source and start: orders passages of equal score, independent of when they were added."""
        return self.article.source, self.stored.passage.start


class Rows(Protocol):
    """Where a snapshot reads what it has found: a library's database, or memory (memory.py)."""

    def matching(
        self, at: int, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None,
        until: dt.date | None = None, tags: Iterable[str] = (), collection: str | None = None,
    ) -> list[Placed]:  # fmt: skip
        """The articles of a generation that match all filters; see ``Articles.matching``."""

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Source and start of passages, by id."""

    def passages(self, ids: Sequence[int], head: Head | None = None) -> list[tuple[StoredPassage, Article]]:
        """The passages, in the order of ``ids``, with their articles; see ``Passages.passages``."""


class Snapshot:
    """A snapshot to search. Safe to use from several threads.

    :param name: the library as messages name it.
    :param store: what holds the articles.
    :param encoder: returns the model, and loads it at the first call.
    :param candidates: what is searched; None if nothing was ever added.
    :param languages: number of articles by language.
    """

    def __init__(
        self, name: str, store: Rows, encoder: Callable[[], Encoder], candidates: Candidates | None,
        languages: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.name = name
        self.candidates = candidates
        self._store = store
        self._encoder = encoder
        self._languages = languages

    def encode(self, text: str) -> Encoded:
        """A question's vectors."""
        return self._encoder().encode([text])[0]

    def is_common(self, word: str) -> bool:
        """Whether the word is a single piece in the model's vocabulary, as frequent words are."""
        return len(self._encoder().word_pieces(word)) == 1

    @property
    def head(self) -> Head | None:
        """The generation; None if nothing was ever added."""
        return self.candidates.head if self.candidates else None

    @property
    def words(self) -> Words:
        """The words of the passages."""
        return self.candidates.words if self.candidates else NO_WORDS

    def language_of(self, question: str) -> str:
        """The language of a question, as an ISO 639-1 code: one of the articles' languages."""
        if len(self._languages) < 2:
            return next(iter(self._languages), ENGLISH)
        return most_probable_language(question, self._languages)

    def matching(self, **filters: Any) -> list[Placed]:
        """Articles by source, author and date of publication; see ``Articles.matching``."""
        return self._store.matching(self.head.generation, **filters) if self.head else []

    def search(self, question: str, encoded: Encoded, k: int, within: Sequence[Placed] | None = None) -> list[Scored]:
        """The k nearest passages by vector and the k best by words, and possibly some more, in no particular order.

        Each has its exact cosine. The BM25 of a passage that the search by words did not return is 0.

        :param within: the articles to search; None searches all.
        """
        if self.candidates is None:
            return []
        return self.candidates.propose(question, encoded.vector, k, within, [*self._languages] or [ENGLISH])

    def holding(self, text: str, k: int, within: Sequence[Placed] | None = None) -> tuple[list[Scored], int]:
        """The k best passages that hold all words of a text, best first, and the number of passages that hold them.

        :param within: the articles to search; None searches all.
        """
        if self.candidates is None:
            return [], 0
        scores, total = self.candidates.holding(text, k, within, [*self._languages] or [ENGLISH])
        return [Scored(id_, 0.0, bm25) for id_, bm25 in scores.items()], total

    def says_nothing(self, text: str) -> bool:
        """Whether a text has only stop words, in all of the articles' languages."""
        return not any(stems(text, language) for language in [*self._languages] or [ENGLISH])

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Source and start of passages, by id."""
        return self._store.places(ids) if ids else {}

    def load(self, scored: Sequence[Scored]) -> list[Candidate]:
        """The passages with their stored data, in the order of ``scored``.

        :raises LibraryBusy: rows of passages that were removed since the search are deleted already.
        """
        stored = self._store.passages([s.id for s in scored], self.head)
        if len(stored) < len(scored):
            raise LibraryBusy(
                f"The library in {self.name} changed during the question, which took very long. Ask again."
            )
        return [Candidate(passage, article, s) for (passage, article), s in zip(stored, scored, strict=True)]
