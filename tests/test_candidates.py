"""The contract of a source of candidates: FAISS and tantivy, Qdrant's client in local mode, and Qdrant's own core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quoth import Library
from quoth.index.records import Article
from quoth.index.search import engine as engines
from quoth.index.search.candidates import Scored
from quoth.index.search.proposed import StoredWords
from quoth.index.storage import terms
from quoth.qa.filters import Filter
from tests.engines import CLIENTS, collection_of, engine_of, opened
from tests.made import write

pytestmark = pytest.mark.every_store

RIVERS = ("Elbe", "Rhine", "Danube", "Oder", "Weser", "Main", "Mosel", "Neckar", "Isar", "Spree", "Havel", "Saale")
QUESTION = "Which fish swims in the Danube?"


@pytest.fixture(params=["files", *CLIENTS])
def client(request: pytest.FixtureRequest) -> Any:
    """The client of an engine; None for files."""
    return CLIENTS[request.param]() if request.param in CLIENTS else None


@pytest.fixture(params=CLIENTS)
def engine_client(request: pytest.FixtureRequest) -> Any:
    return CLIENTS[request.param]()


@pytest.fixture
def rivers(tmp_path: Path) -> Path:
    """Twelve articles about rivers, of the same number of passages each."""
    (tmp_path / "rivers").mkdir()
    for n, river in enumerate(RIVERS):
        sentences = f"The {river} is {500 + 10 * n} kilometres long. A pike swims in the {river}, and {n} carps do."
        more = f"The bridge over the {river} is old. " * 30
        write(tmp_path / "rivers", f"{river}.txt", f"{sentences}\n\n{more}\n\nEuropean River Union (ERU) counts boats.")
    return tmp_path / "rivers"


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where a new library can be."""
    return str(tmp_path / "library")


def filled(place: str, folder: Path, client: Any) -> Library:
    library = opened(place, client)
    library.add(folder)
    return library


def found(library: Library, text: str = QUESTION, where: Filter | None = None) -> dict[str, tuple[float, float]]:
    """Source and start -> cosine and BM25 of the passages that are proposed."""
    snapshot = library.snapshot()
    within = where.placed(snapshot) if where else None
    scored = snapshot.search(text, snapshot.encode(text), 10, within)
    return {f"{c.article.source}:{c.stored.passage.start}": scores(c.scored) for c in snapshot.load(scored)}


def scores(scored: Scored) -> tuple[float, float]:
    return round(scored.cosine, 4), round(scored.bm25, 4)


def article(library: Library, name: str) -> Article:
    return next(article for article in library.articles() if name in article.source)


def test_all_sources_propose_the_same_passages_with_the_same_scores(
    place: str, rivers: Path, engine_client: Any
) -> None:
    other = filled(place, rivers, engine_client)
    files = opened(place)
    for text in (QUESTION, "How long is the Rhine?", "old bridges", "boats"):
        theirs, ours = found(other, text), found(files, text)
        best = sorted(ours, key=lambda place: ours[place])[-5:]
        assert {place: theirs[place] for place in best} == {place: ours[place] for place in best}
        assert [hit.passage for hit in other.retrieve(text, 5)] == [hit.passage for hit in files.retrieve(text, 5)]
    theirs, ours = (library.snapshot().holding("bridge Weser", 5) for library in (other, files))
    assert [(s.id, round(s.bm25, 4)) for s in theirs[0]] == [(s.id, round(s.bm25, 4)) for s in ours[0]]
    assert theirs[1] == ours[1]


def test_a_filter_is_kept(place: str, rivers: Path, client: Any) -> None:
    library = filled(place, rivers, client)
    only = str(rivers / "Oder.txt")
    assert {place.split(":")[0] for place in found(library, QUESTION, Filter(frozenset([only])))} == {only}
    assert {hit.article.source for hit in library.retrieve(QUESTION, 5, where=Filter(frozenset([only])))} == {only}
    assert library.find("pike", where=Filter(frozenset([only]))).total == 1


def test_all_passages_that_hold_the_words_are_counted(place: str, rivers: Path, client: Any) -> None:
    library = filled(place, rivers, client)
    assert library.find("pike swims").total == 12
    assert library.find("pike Danube").total == 1
    assert library.find("pike submarine").total == 0
    assert len(library.find("swimming").by_article) == 12  # another form of the word


def test_words_are_counted_spelled_and_completed(place: str, rivers: Path, client: Any) -> None:
    library = filled(place, rivers, client)
    words = library.snapshot().words
    passages = library.status().passages
    assert len(words) == passages
    assert words.frequencies(["pike", "danub", "shark"]) == {"pike": 12, "danub": passages // 12, "shark": 0}
    assert words.holds("pikes")
    assert not words.holds("sharks")
    assert (words.spelled("DANUBE"), words.spelled("shark"), words.nearest("Danubbe")) == ("Danube", None, "Danube")
    assert words.other_forms("ERU") == ["European River Union"]
    rare, common = (words.rarity([word])[word] for word in ("danub", "pike"))
    assert rare > common


def test_removed_and_changed_articles_never_appear(place: str, rivers: Path, client: Any) -> None:
    library = filled(place, rivers, client)
    library.remove(rivers / "Danube.txt")
    write(rivers, "Rhine.txt", "A shark was never seen in the Rhine.")
    library.add(rivers / "Rhine.txt")
    for text in (QUESTION, "Rhine", "Danube"):
        sources = {place.split(":")[0] for place in found(library, text)}
        assert str(rivers / "Danube.txt") not in sources
        hits = library.retrieve(text, 30)
        assert all("kilometres" not in hit.passage.text for hit in hits if hit.article.source.endswith("Rhine.txt"))
    assert library.find("Danube").total == 0
    assert library.find("shark").total == 1
    words = library.snapshot().words
    assert words.frequencies(["danub", "pike", "shark"]) == {"danub": 0, "pike": 10, "shark": 1}
    assert words.spelled("danube") is None
    assert len(words) == library.status().passages


def test_a_question_sees_one_state_while_the_library_changes(place: str, rivers: Path, engine_client: Any) -> None:
    library = filled(place, rivers, engine_client)
    snapshot = library.snapshot()
    encoded = snapshot.encode(QUESTION)

    def seen() -> tuple[object, ...]:
        scored = sorted((s.id, *scores(s)) for s in snapshot.search(QUESTION, encoded, 10))
        words = StoredWords(library._store, snapshot.candidates.head.generation)  # knows nothing from before
        counts = words.frequencies(["pike", "danub", "shark", "river"])
        return scored, counts, len(words), words.terms("spelled", [""]), snapshot.holding("pike", 20)

    before = seen()
    library.remove(rivers / "Danube.txt")
    assert seen() == before
    write(rivers, "sea.txt", "The shark swims in the sea, and so does the pike.")
    library.add(rivers / "sea.txt")
    assert seen() == before
    assert library.snapshot().words.frequencies(["pike", "shark"]) == {"pike": 12, "shark": 1}


def test_points_of_removed_articles_are_deleted_when_no_question_needs_them(
    place: str, rivers: Path, engine_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = filled(place, rivers, engine_client)
    gone = article(library, "Danube")
    first = library._store.matching(library._store.head().generation, sources=[gone.source])[0].first
    library.remove(rivers / "Danube.txt")
    assert engine_client.retrieve(collection_of(library), [first])
    monkeypatch.setattr("quoth.index.storage.terms.STAYS_SECONDS", -60.0)
    write(rivers, "sea.txt", "The shark swims in the sea.")
    library.add(rivers / "sea.txt")
    assert not engine_client.retrieve(collection_of(library), [first])
    with library._store.database.reading() as connection:
        rows = connection.execute("SELECT term FROM terms WHERE term LIKE '%anub%'").fetchall()
        rows += connection.execute("SELECT term FROM term_changes WHERE term LIKE '%anub%'").fetchall()
    assert rows == []  # deleted text must not stay


def test_an_engine_needs_no_index_files(place: str, rivers: Path, engine_client: Any) -> None:
    library = filled(place, rivers, engine_client)
    assert library.retrieve(QUESTION)
    assert [path.name for path in library.folder.iterdir() if path.suffix not in (".lock", ".sqlite")] == []


def test_how_far_the_engine_lags_is_reported(
    place: str, rivers: Path, engine_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = filled(place, rivers, engine_client)
    assert library.status().behind == 0
    assert library.status().candidates in (":memory:", "http://engine:6333")
    files = opened(place)
    assert (files.status().candidates, files.status().behind) == ("", 0)
    files.remove(rivers / "Danube.txt")  # a server that does not use the engine
    assert library.status().behind == 1
    assert library.find("Danube").total == 0
    assert library.status().behind == 0


def test_an_empty_library_can_be_asked(place: str, tmp_path: Path, client: Any) -> None:
    library = opened(place, client)
    assert library.snapshot().candidates is None
    write(tmp_path, "one.txt", "The pike swims.")
    library.add(tmp_path / "one.txt")
    library.remove(tmp_path / "one.txt")
    snapshot = library.snapshot()
    assert snapshot.search("pike", snapshot.encode("pike"), 5) == []
    assert snapshot.holding("pike", 5) == ([], 0)


@pytest.mark.parametrize("after", ["putting", "counting"])
def test_a_writer_that_was_killed_leaves_no_half_state(
    place: str, rivers: Path, engine_client: Any, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    library = filled(place, rivers, engine_client)
    snapshot, state = library.snapshot(), terms.applied(library._store)
    encoded = snapshot.encode(QUESTION)
    before = sorted((s.id, *scores(s)) for s in snapshot.search(QUESTION, encoded, 30))
    write(rivers, "sea.txt", "The shark swims in the sea, and so does the pike.")
    write(rivers, "lake.txt", "The eel swims in the lake, and so does the pike.")

    def dies(*given: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*((terms, "advance") if after == "putting" else (terms, "_packed")), dies)
        with pytest.raises(KeyboardInterrupt):
            library.add([rivers / "sea.txt", rivers / "lake.txt"])
    assert terms.applied(library._store) == state
    assert sorted((s.id, *scores(s)) for s in snapshot.search(QUESTION, encoded, 30)) == before
    words = StoredWords(library._store, snapshot.candidates.head.generation)
    assert words.frequencies(["pike", "shark"]) == {"pike": 12, "shark": 0}

    opened(place).remove(rivers / "lake.txt")  # by a server without the engine
    again = opened(place, engine_client)
    assert again.snapshot().words.frequencies(["pike", "shark", "eel"]) == {"pike": 13, "shark": 1, "eel": 0}
    assert not any("lake.txt" in place for place in found(again, "Which eel swims in the lake?"))
    assert again.find("pike").total == 13
    assert again.find("eel").total == 0


def test_a_large_library_is_filled_in_steps_and_not_searched_before_the_last(
    place: str, rivers: Path, engine_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = opened(place)
    for river in RIVERS:  # a generation each
        files.add(rivers / f"{river}.txt")
    monkeypatch.setattr(engines, "STEP_PASSAGES", 5)
    steps = []
    advance = terms.advance

    def dies(*given: Any, **named: Any) -> terms.Applied:
        steps.append(given)
        if len(steps) == 3:
            raise KeyboardInterrupt
        return advance(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(terms, "advance", dies)
        with pytest.raises(KeyboardInterrupt):
            opened(place, engine_client).find("pike")
    half = opened(place, engine_client)
    assert engine_of(half).state() is None
    assert half.status().behind == files.status().generation + 1
    (rivers / "Elbe.txt").unlink()
    files.remove(rivers / "Elbe.txt")  # it was put already
    assert half.find("pike").total == 11
    assert half.snapshot().words.frequencies(["pike", "elb"]) == {"pike": 11, "elb": 0}
    assert not any("Elbe" in place for place in found(half, "Which fish swims in the Elbe?"))
