"""One state of a library, to be searched: what is asked in it is answered from that state alone,
whatever is changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.embedding.encoder import Encoder
from quoth.index.errors import LibraryBusy
from quoth.index.reading.metadata.language import ENGLISH, among
from quoth.index.records import Article, Encoded
from quoth.index.storage.rows import Placed, StoredPassage
from quoth.index.storage.store import Store
from quoth.index.text.analysis import LANGUAGES, stems

from .bm25 import WordSearcher
from .indexes import EMPTY, OpenIndexes, passages_of


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage, by id, that one of the two searches found, with what both make of it."""

    id: int
    cosine: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Such a passage, with all that is known of it."""

    stored: StoredPassage
    article: Article
    scored: Scored

    @property
    def place(self) -> tuple[str, int]:
        """Orders passages that are equal, whenever they came in."""
        return self.article.source, self.stored.passage.start


class Snapshot:
    """Safe to use from several threads.

    :param encoder: gives the model, loaded when it is first needed.
    :param snapshot: None where nothing was ever taken in.
    :param languages: how many articles are in which language.
    """

    def __init__(
        self, folder: Path, store: Store, encoder: Callable[[], Encoder], open_indexes: OpenIndexes | None,
        languages: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.folder = folder
        self.open_indexes = open_indexes
        self._store = store
        self._encoder = encoder
        self._languages = languages

    def encode(self, text: str) -> Encoded:
        """The question's vectors."""
        return self._encoder().encode([text])[0]

    def is_common(self, word: str) -> bool:
        """Whether the model has the word as a whole, as models do with words that are not rare."""
        return len(self._encoder().word_pieces(word)) == 1

    @property
    def words(self) -> WordSearcher:
        """The articles' words."""
        return self.open_indexes.words if self.open_indexes else EMPTY

    def language_of(self, question: str) -> str:
        """Which of its articles' languages a question is in, as an ISO 639-1 code."""
        known = {language: count for language, count in self._languages.items() if language in LANGUAGES}
        if len(known) < 2:
            return next(iter(known), ENGLISH)
        return among(question, known)

    def matching(self, **given: Any) -> list[Placed]:
        """Articles by source, author and date of publication; see ``Store.matching``."""
        return self._store.matching(self.open_indexes.head.generation, **given) if self.open_indexes else []

    def search(self, question: str, encoded: Encoded, k: int, within: Sequence[Placed] | None = None) -> list[Scored]:
        """The k nearest passages by vector and the k best by words, and maybe some more, in no order that matters.

        Each has its exact cosine; the BM25 of one that the words did not find is 0.

        :param within: the articles whose passages are searched, if not all.
        """
        open_indexes = self.open_indexes
        if open_indexes is None:
            return []
        near = open_indexes.vectors.search(encoded.vector, k, None if within is None else passages_of(within))
        articles = None if within is None else [article.id for article in within]
        worded = open_indexes.words.search(question, k, articles, [*self._languages] or [ENGLISH])
        cosines = open_indexes.vectors.cosines(encoded.vector, np.union1d(near, np.array([*worded], np.int64)))
        return [Scored(id_, cosine, worded.get(id_, 0.0)) for id_, cosine in cosines.items()]

    def holding(self, text: str, k: int, within: Sequence[Placed] | None = None) -> tuple[list[Scored], int]:
        """The k best passages that hold all of a text's words, best first, and how many hold them."""
        articles = None if within is None else [article.id for article in within]
        found, total = self.words.holding(text, k, articles, [*self._languages] or [ENGLISH])
        return [Scored(id_, 0.0, bm25) for id_, bm25 in found.items()], total

    def says_nothing(self, text: str) -> bool:
        """Whether none of a text's words is compared, in any of the articles' languages."""
        return not any(stems(text, language) for language in [*self._languages] or [ENGLISH])

    def places(self, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """The sources and places of some passages, by id."""
        return self._store.places(ids) if ids else {}

    def load(self, scored: Sequence[Scored]) -> list[Candidate]:
        """The passages, in the order given.

        :raises LibraryBusy: some are gone since so long that they are no longer kept.
        """
        stored = self._store.passages([s.id for s in scored], self.open_indexes.head if self.open_indexes else None)
        if len(stored) < len(scored):
            raise LibraryBusy(
                f"The library in {self.folder} was changed while it was asked, which took very long. Ask again."
            )
        return [Candidate(passage, article, s) for (passage, article), s in zip(stored, scored, strict=True)]
