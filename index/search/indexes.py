"""The two derived indexes of a library: kept in files beside the truth, brought after it by small steps,
opened together.

``index.json`` says which files they are and of which state of the truth (its head). An index of a state that this
library never was in, or whose files are not what was written, is made anew; one that lags behind takes in what came and
went since. Only who holds the writing lock does so; others search the state that the word index is of until then, late
but never wrong, and never in two states at once.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quoth.index.embedding.model_files import sha256_of
from quoth.index.errors import LibraryBusy, LibraryNotWritable
from quoth.index.records import Halves, Ints
from quoth.index.search import vectors as v
from quoth.index.storage.database import free_space
from quoth.index.storage.rows import Head, Placed
from quoth.index.storage.store import Store
from quoth.index.storage.tables import checksum

from .bm25 import IndexNotWritten, WordIndex, WordSearcher
from .vectors import Base, VectorIndex

FORMAT = 2
STATE = "index.json"
_FRESH = 2_000
"""Up to so many passages the word index is made anew when articles went, so that its statistics are exact."""
_STALE = 0.1
"""Either index is made anew, too, once this share of its passages went."""
_GROWTH = 1 / 16
"""The vectors' file is written anew when so much, and more than ``EXACT``, came since."""
_PATIENCE_SECONDS, _PAUSE_SECONDS = 5.0, 0.02
_LOG = logging.getLogger("quoth")


@dataclass(frozen=True, slots=True)
class WordState:
    """Which word index there is."""

    folder: str
    head: Head
    stamp: int
    """Of the index's last change: while it is another one, the folder is on its way to a newer state."""


@dataclass(frozen=True, slots=True)
class VectorState:
    """Which file of vectors there is."""

    file: str
    head: Head
    sha256: str
    last: int
    """The highest passage id in it."""
    count: int
    trained: int
    """For how many passages its lists were chosen."""
    nprobe: int
    recall: float


@dataclass(frozen=True, slots=True)
class State:
    """What ``index.json`` holds."""

    words: WordState | None = None
    vectors: VectorState | None = None


@dataclass(frozen=True, slots=True)
class OpenIndexes:
    """Both indexes, to be searched, in the state that the head says."""

    head: Head
    state: State
    vectors: VectorIndex
    words: WordSearcher


class Indexes:
    """Of the library in one folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._open_words: tuple[str, WordIndex] | None = None
        self._sound_vectors: set[str] = set()

    # ---- opening ------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """What is there and can be used: undamaged, and of this library's own past."""
        try:
            said = json.loads((self._folder / STATE).read_text("utf-8"))
            if said.pop("sum") != _summed(said) or said["format"] != FORMAT:
                return State()
            words = said["words"] and WordState(**said["words"] | {"head": Head(*said["words"]["head"])})
            vectors = said["vectors"] and VectorState(**said["vectors"] | {"head": Head(*said["vectors"]["head"])})
        except (OSError, ValueError, KeyError, TypeError):
            return State()
        return State(
            words if words and self._store.has_been(words.head) and self._words(words) else None,
            vectors if vectors and self._store.has_been(vectors.head) and self._is_sound(vectors) else None,
        )

    def damaged(self) -> list[tuple[str, str]]:
        """Files that are not what was written, or do not hold the passages of the state that they are of,
        and what is wrong."""
        if not (self._folder / STATE).exists() or self._is_older():
            return []  # they are made anew from the articles when somebody asks
        state, found = self.state(), []
        if state.words is None:
            found.append((STATE, "the word index is not what was written"))
        elif state.words.head == self._store.head() and (words := self._words_of(state.words)) is not None:
            _, passages = self._store.counts()
            if len(words) != passages:
                found.append(
                    (state.words.folder, f"the word index holds {len(words)} passages, the library {passages}")
                )
        if state.vectors is None and self._store.counts()[1] > v.EXACT:
            found.append((STATE, "the vector index is not what was written"))
        return found

    def _is_older(self) -> bool:
        """Whether an older version of Quoth wrote them."""
        try:
            said = json.loads((self._folder / STATE).read_text("utf-8"))
            return "sum" not in said and int(said["format"]) < FORMAT
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _words(self, state: WordState) -> WordIndex | None:
        """The index in a folder; None if it is damaged."""
        if self._open_words is None or self._open_words[0] != state.folder:
            try:
                self._open_words = state.folder, WordIndex(self._folder / state.folder)
            except (OSError, ValueError) as error:
                _LOG.warning("The word index is damaged and made anew: %s", error)
                return None
        return self._open_words[1]

    def _is_sound(self, state: VectorState) -> bool:
        if state.file not in self._sound_vectors:
            try:
                if sha256_of(self._folder / state.file) != state.sha256:
                    raise ValueError(f"{state.file} is not what was written")
            except (OSError, ValueError) as error:
                _LOG.warning("The vector index is damaged and made anew: %s", error)
                return False
            self._sound_vectors.add(state.file)
        return True

    def open_indexes(self, dimensions: int, before: OpenIndexes | None) -> OpenIndexes:
        """The newest state that can be searched.

        :param before: an older one, from which what is the same is taken.
        :raises LibraryBusy: the word index is being made by another process,
            or is on its way to a newer state for long.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            state = self.state()
            if state.words is not None:
                words = before.words if before and before.state.words == state.words else self._words_of(state.words)
                if words is not None:
                    return self._of(state.words.head, state, words, dimensions, before)
                if before is not None:  # what is on its way comes with the next question
                    return before
            elif self._store.counts()[1] <= _FRESH:
                return self.in_memory(dimensions, before)
            if time.monotonic() > deadline:
                raise LibraryBusy(
                    f"The word index of {self._folder} is being made by another process. Ask again in a moment."
                )
            time.sleep(_PAUSE_SECONDS)

    def in_memory(self, dimensions: int, before: OpenIndexes | None = None) -> OpenIndexes:
        """The newest state, with a word index that is written nowhere: for who may not write,
        or where none is there yet."""
        head, index = self._store.head(), WordIndex(None)
        index.update([], self._texts(self._store.added(-1)))
        return self._of(head, State(None, self.state().vectors), index.words(), dimensions, before)

    def _words_of(self, state: WordState) -> WordSearcher | None:
        """The words of that state; None while the folder holds a newer one that is not published yet,
        or where it is gone."""
        index = self._words(state)
        try:
            words = index.words() if index else None
            return words if index and index.stamp() == state.stamp else None
        except ValueError:
            # a newer one has taken its place meanwhile, or it is damaged, which opening it tells
            self._open_words = None
            return None

    def _of(
        self, head: Head, state: State, words: WordSearcher, dimensions: int, before: OpenIndexes | None
    ) -> OpenIndexes:
        if state.vectors is not None and state.vectors.head.generation > head.generation:
            state = State(state.words, None)
        is_like = before and before.state.vectors == state.vectors and before.head.generation <= head.generation
        if before and is_like and self._store.has_been(before.head):
            gone = passages_of(self._store.removed(before.head.generation, head.generation))
            newest = max(int(before.vectors.ids.max(initial=0)), state.vectors.last if state.vectors else 0)
            return OpenIndexes(
                head, state, before.vectors.with_changes(gone, *self._after(newest, dimensions, head)), words
            )
        return OpenIndexes(head, state, self._vectors(state.vectors, dimensions, head), words)

    def _vectors(self, state: VectorState | None, dimensions: int, head: Head) -> VectorIndex:
        if state is None:
            return VectorIndex(*self._after(0, dimensions, head))
        gone = passages_of(self._store.removed(state.head.generation, head.generation))
        base = Base.read(self._folder / state.file, state.nprobe, state.last)
        return VectorIndex(
            *self._after(state.last, dimensions, head), base, np.unique(gone[gone <= state.last]),
            lambda ids: self._store.vectors_of(ids.tolist(), dimensions),
        )  # fmt: skip

    def _after(self, passage: int, dimensions: int, head: Head) -> tuple[Ints, Halves]:
        parts = list(self._store.vectors(dimensions, head.generation, passage))
        ids = np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in parts)])
        return ids, np.concatenate([np.empty((0, dimensions), np.float16), *(matrix for _, matrix in parts)])

    # ---- following ----------------------------------------------------------------------------------------------

    def lag(self) -> bool:
        """Whether the word index has yet to be brought after the truth."""
        words = self.state().words
        return words is None or words.head != self._store.head()

    def follow(self, dimensions: int) -> None:
        """Bring both after the truth. Only for who holds the writing lock.

        :raises LibraryNotWritable: there is no room for them, or no leave; the truth is stored all the same.
        """
        try:
            self._follow(dimensions)
        except (OSError, IndexNotWritten) as error:
            raise LibraryNotWritable(
                f"The search index in {self._folder} cannot be written: {error}.{free_space(self._folder)} "
                "The articles are stored; what is searched is made anew from them as soon as it can be written."
            ) from error

    def _follow(self, dimensions: int) -> None:
        state = self.state()
        state = State(self._followed_words(state.words), state.vectors)
        self._publish(state)  # before the vectors' file, which may take minutes; the newest are searched without it
        vectors = self._followed_vectors(state.vectors, dimensions)
        if vectors != state.vectors:
            state = State(state.words, vectors)
            self._publish(state)
        self._clear(state)

    def _followed_words(self, state: WordState | None) -> WordState:
        head = self._store.head()
        if state is not None and state.head == head:
            return state
        index = self._words(state) if state else None
        if state is not None and index is not None:
            gone = [article.id for article in self._store.removed(state.head.generation, head.generation)]
            _, passages = self._store.counts()
            if not gone or (passages > _FRESH and index.deleted() < _STALE):
                index.update(gone, self._texts(self._store.added(state.head.generation)))
                return WordState(state.folder, head, index.stamp())
        folder = f"words-{head.generation}-{head.token[:8]}"
        shutil.rmtree(self._folder / folder, ignore_errors=True)
        index = WordIndex(self._folder / folder, new=True)
        index.update([], self._texts(self._store.added(-1)))
        self._open_words = folder, index
        return WordState(folder, head, index.stamp())

    def _texts(self, articles: list[Placed]) -> Iterator[tuple[int, int, str, list[str]]]:
        for article in articles:
            yield article.id, article.first, *self._store.texts(article)

    def _followed_vectors(self, state: VectorState | None, dimensions: int) -> VectorState | None:
        """A file where there are many passages, and a newer one where much came or went since."""
        head = self._store.head()
        _, count = self._store.counts()
        if count <= v.EXACT:
            return None
        gone = np.empty(0, np.int64)
        if state is not None:
            gone = passages_of(self._store.removed(state.head.generation, head.generation))
            gone = np.unique(gone[gone <= state.last])
            came = self._store.count_after(state.last)
            if came <= max(v.EXACT, _GROWTH * state.count) and len(gone) <= _STALE * state.count:
                return state
        sample = self._sample(count, dimensions, head)
        if state is not None and count < 2 * state.trained:
            index, last, trained = v.extended(self._folder / state.file, gone), state.last, state.trained
        else:
            index, last, trained = v.train(sample, count), 0, count
        for ids, matrix in self._store.vectors(dimensions, head.generation, last):
            v.add(index, ids, matrix)
            last = int(ids[-1])
        nprobe, recall = v.measured(index, v.queries(sample), self._store.vectors(dimensions, head.generation))
        file = f"vectors-{head.generation}-{head.token[:8]}.faiss"
        v.write(index, self._folder / file)
        _LOG.info(
            "Vector index of %d passages written: %d lists of %d read, recall@10 %.3f", index.ntotal, nprobe,
            index.nlist, recall,
        )  # fmt: skip
        return VectorState(file, head, sha256_of(self._folder / file), last, int(index.ntotal), trained, nprobe, recall)

    def _sample(self, count: int, dimensions: int, head: Head) -> Halves:
        """As many vectors as training takes, from all over the library, always the same."""
        wanted = v.training_size(count)
        rng = np.random.default_rng(0)
        parts = [
            m[rng.random(len(m)) < 1.02 * wanted / count] for _, m in self._store.vectors(dimensions, head.generation)
        ]
        return np.concatenate(parts)[:wanted]

    def _publish(self, state: State) -> None:
        said: dict[str, Any] = {"format": FORMAT} | asdict(state)
        said["sum"] = _summed(said)
        new = self._folder / f"{STATE}.new"
        new.write_text(json.dumps(said, indent=1) + "\n", "utf-8")
        os.replace(new, self._folder / STATE)

    def _clear(self, state: State) -> None:
        """Remove files that are no longer used; who still searches them keeps them open."""
        used = {state.words and state.words.folder, state.vectors and state.vectors.file}
        for path in self._folder.glob("words-*"):
            if path.name not in used:
                shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob("vectors-*.faiss"):
            if path.name not in used:
                with suppress(OSError):  # it is still read, on a system that minds; another time
                    path.unlink()


def _summed(said: dict[str, Any]) -> int:
    return checksum(json.dumps(said, sort_keys=True))


EMPTY = WordIndex(None).words()
"""The words of no articles."""


def passages_of(articles: Sequence[Placed]) -> Ints:
    """Ids of the articles' passages, shape (n,)."""
    return np.concatenate([np.empty(0, np.int64), *(np.arange(a.first, a.first + a.passages) for a in articles)])
