"""The terms of the passages that an engine holds, with their counts, and the generation that it holds.

The tables are created when an engine is first filled. A step that brings the engine up to date changes them and its
generation in one transaction. If a process dies before that, the step is repeated: the engine's points are written
again, and the counts are as if it had been done once. The counts of the generation before stay known for some seconds,
for the questions that are still answered from it.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple, TypeVar

from quoth.index.errors import LibraryBusy

from .database import Connection
from .rows import Head
from .schema import TERM_TABLES
from .store import Store
from .writing import STAYS_SECONDS

KINDS = ("text", "spelled", "abbreviations", "total")
"""Stems, spellings, abbreviations, and the numbers of passages and stems."""
PASSAGES, STEMS = "passages", "stems"
"""The terms of the kind "total"."""
Terms = Mapping[str, Mapping[str, int]]
"""Number of passages by kind and term."""
_STATE = "term_state"
_AT_ONCE = 400
_NEWEST = 2**62
_Value = TypeVar("_Value", str, int)
_PUT_STATE = f"INSERT INTO {_STATE} (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state"
_ADD = (
    "INSERT INTO terms (kind, term, count) VALUES (?, ?, ?) "
    "ON CONFLICT (kind, term) DO UPDATE SET count = terms.count + excluded.count"
)


class Applied(NamedTuple):
    """What an engine holds."""

    collection: str
    head: Head
    """The generation; before the first, -1."""
    complete: bool
    """Whether it may be searched: false until it was filled for the first time."""
    steps: tuple[tuple[int, float], ...] = ()
    """Generation and time, in seconds since 1970, of the last steps."""


def applied(store: Store) -> Applied | None:
    """What the engine of a library holds; None if it has none."""
    with store.database.reading() as connection:
        if _STATE not in store.database.tables():
            return None
        row = connection.execute(f"SELECT state FROM {_STATE}").fetchone()
    if row is None:
        return None
    collection, head, complete, steps = json.loads(row[0])
    return Applied(collection, Head(*head), complete, tuple((generation, at) for generation, at in steps))


def settled(store: Store, state: Applied) -> int:
    """The newest generation before which no question is answered any more; -1 if there is none."""
    with store.database.reading():
        before = store.database.now() - STAYS_SECONDS
    return max((generation for generation, at in state.steps if at < before), default=-1)


def origin(store: Store) -> str:
    """The token of a library's first generation, which its copies share."""
    with store.database.reading() as connection:
        (token,) = connection.execute("SELECT token FROM generations ORDER BY generation LIMIT 1").fetchone()
    return str(token)


def generations(store: Store, since: int, until: int) -> tuple[dict[int, int], dict[int, list[int]]]:
    """The generation of each article that was added after a generation, up to another, by id; and the ids of the
    articles that were removed, by generation."""
    between = "generation > ? AND generation <= ?"
    removed: dict[int, list[int]] = {}
    with store.database.reading() as connection:
        query = f"SELECT id, generation FROM articles WHERE {between}"
        added: dict[int, int] = dict(connection.execute(query, (since, until)).fetchall())
        query = f"SELECT article_id, generation FROM removals WHERE {between} ORDER BY article_id"
        for id_, generation in connection.execute(query, (since, until)).fetchall():
            removed.setdefault(generation, []).append(id_)
    return added, removed


def held(store: Store, articles: Collection[int], at: int) -> set[int]:
    """Those of the articles, by id, that a generation holds."""
    found: set[int] = set()
    with store.database.reading() as connection:
        for some in _batches([*articles]):
            query = (
                "SELECT id FROM articles WHERE id = ANY(?) AND generation <= ? "
                "AND id NOT IN (SELECT article_id FROM sources WHERE removed <= ?)"
            )
            found.update(row[0] for row in connection.execute(query, [some, at, at]).fetchall())
    return found


def next_head(store: Store, since: int, passages: int) -> Head:
    """The generation to bring an engine to next: the newest, or an earlier one after so many added passages."""
    sums = (
        "SELECT generation, sum(passages) FROM articles WHERE generation > ? GROUP BY generation "
        "ORDER BY generation LIMIT ?"
    )
    with store.database.reading() as connection:
        rows = connection.execute(sums, (since, passages)).fetchall()
        totals = accumulate(int(count) for _, count in rows)
        full = next(
            (generation for (generation, _), total in zip(rows, totals, strict=True) if total >= passages), None
        )
        if full is None and len(rows) == passages:
            full = rows[-1][0]
        newest = "SELECT generation, token FROM generations WHERE generation <= ? ORDER BY generation DESC LIMIT 1"
        row = connection.execute(newest, (_NEWEST if full is None else full,)).fetchone()
    return Head(*row)


def begin(store: Store, collection: str) -> Applied:
    """Forget all terms, to fill a new collection."""
    state = Applied(collection, Head(-1, ""), complete=False)
    with store.database.writing() as connection:
        if _STATE not in store.database.tables():
            store.database.create(TERM_TABLES)
        for table in ("terms", "term_changes", "term_articles"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute(_PUT_STATE, (json.dumps(state),))
    return state


def advance(
    store: Store, before: Applied, head: Head, added: Mapping[int, Terms], removed: Sequence[int], *, complete: bool
) -> Applied:
    """Count the terms of articles that were added and removed, and note that the engine holds a newer generation.

    :param added: the terms of added articles, by id.
    :param removed: ids of removed articles. One that was never counted is ignored.
    :raises LibraryBusy: another process did so meanwhile.
    """
    old = settled(store, before)
    with store.database.writing() as connection:
        steps = (*(step for step in before.steps if step[0] >= old), (head.generation, store.database.now()))
        state = Applied(before.collection, head, complete, steps)
        row = connection.execute(f"SELECT state FROM {_STATE}").fetchone()
        if row is None or row[0] != json.dumps(before):
            raise LibraryBusy("Another process is filling the candidate engine. Try again in a moment.")
        changes: Counter[tuple[int, str]] = Counter()
        for terms in added.values():
            changes.update(_flat(terms))
        for some in _batches(removed):
            query = "SELECT terms FROM term_articles WHERE article_id = ANY(?)"
            for (packed,) in connection.execute(query, (some,)).fetchall():
                changes.subtract(_flat(_unpacked(packed)))
            connection.execute("DELETE FROM term_articles WHERE article_id = ANY(?)", (some,))
        rows = [(kind, term, change) for (kind, term), change in changes.items() if change]
        connection.executemany(_ADD, rows)
        connection.executemany(
            "DELETE FROM terms WHERE kind = ? AND term = ? AND count = 0",
            [(kind, term) for kind, term, change in rows if change < 0],
        )
        connection.executemany(
            "INSERT INTO term_articles (article_id, terms) VALUES (?, ?)",
            [(id_, _packed(terms)) for id_, terms in added.items()],
        )
        connection.execute("DELETE FROM term_changes WHERE generation <= ?", (old,))
        if before.complete:  # before that, no question is answered
            connection.executemany(
                "INSERT INTO term_changes (generation, kind, term, change) VALUES (?, ?, ?, ?)",
                [(head.generation, *row) for row in rows],
            )
        connection.execute(_PUT_STATE, (json.dumps(state),))
    return state


def counts(store: Store, kind: str, terms: Collection[str], at: int) -> dict[str, int]:
    """Numbers of passages by term, as of a generation."""
    found = dict.fromkeys(terms, 0)
    for some in _batches(list(found)):
        _read(store, kind, "term = ANY(?)", [some], at, found)
    return found


def beginning_with(store: Store, kind: str, keys: Collection[str], at: int) -> dict[str, int]:
    """Numbers of passages by term, as of a generation, of the terms that begin with one of the keys."""
    found: dict[str, int] = {}
    for some in _batches([*keys]):
        condition = " OR ".join(["term >= ? AND term < ?"] * len(some))
        _read(store, kind, f"({condition})", [end for key in some for end in (key, f"{key}\U0010ffff")], at, found)
    return {term: count for term, count in found.items() if count}


def _read(
    store: Store, kind: str, condition: str, values: Sequence[str | list[str]], at: int, found: dict[str, int]
) -> None:
    """Add the counts of the terms that match a condition to ``found``."""
    number = KINDS.index(kind)
    with store.database.reading() as connection:
        for term, count in _rows(connection, f"SELECT term, count FROM terms WHERE kind = ? AND {condition}",
                                 number, *values):  # fmt: skip
            found[term] = count
        for term, change in _rows(
            connection, f"SELECT term, change FROM term_changes WHERE generation > ? AND kind = ? AND {condition}",
            at, number, *values,
        ):  # fmt: skip
            found[term] = found.get(term, 0) - change


def _rows(connection: Connection, query: str, *values: str | int | list[str]) -> list[tuple[str, int]]:
    rows: list[tuple[str, int]] = connection.execute(query, values).fetchall()
    return rows


def _flat(terms: Terms) -> dict[tuple[int, str], int]:
    return {(KINDS.index(kind), term): n for kind, some in terms.items() for term, n in some.items()}


def _packed(terms: Terms) -> str:
    return base64.b85encode(zlib.compress(json.dumps(terms, separators=(",", ":")).encode())).decode()


def _unpacked(packed: str) -> Terms:
    terms: Terms = json.loads(zlib.decompress(base64.b85decode(packed)))
    return terms


def _batches(values: Sequence[_Value]) -> Iterator[list[_Value]]:
    rest = iter(values)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
