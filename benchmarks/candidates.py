"""How often an engine's candidates give the same results as FAISS and tantivy, and how long a question takes.

    python -m benchmarks.candidates squad-dev.json                     # its paragraphs
    python -m benchmarks.candidates squad-dev.json --passages 20000    # passages made of its sentences

Both search the same library: all of it, some of its articles, and all of it after every tenth article was removed,
before and after the word index is built again.
"local" is the client's local mode, "core" is Qdrant's own core in this process (qdrant-edge-py), with its graph built.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.synthetic import articles_of, sentences_of
from quoth import Filter, Library
from quoth.index.embedding.encoder import load_encoder
from quoth.index.search.address import Address
from quoth.index.search.manifest import MANIFEST_FILE
from quoth.index.search.qdrant import Qdrant
from quoth.qa.retrieve import retrieve
from tests.edge import EdgeClient

_FIRST = 10
_AT_ONCE = 200


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path, help="questions and paragraphs in SQuAD's format")
    parser.add_argument("--passages", type=int, default=0, help="number of synthetic passages; 0 for the paragraphs")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--engines", nargs="+", default=["local", "core"], choices=["local", "core"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "library"
        with Library(folder) as library:
            _fill(library, given.squad, given.passages, Path(scratch) / "paragraphs")
            # built again in one go: tantivy orders passages with equal scores by the parts that its index grew in
            (folder / MANIFEST_FILE).unlink()
        for engine in given.engines:
            print(f"{engine}\tsame first ten\tin common\tms, FAISS + tantivy\tms, engine")
            copy = Path(scratch) / engine
            shutil.copytree(folder, copy)
            _measure(copy, engine, _questions(given.squad, given.questions))


def _fill(library: Library, squad: Path, passages: int, scratch: Path) -> None:
    if not passages:
        scratch.mkdir()
        for number, article in enumerate(json.loads(squad.read_text("utf-8"))["data"]):
            text = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
            (scratch / f"{number:03}.txt").write_text(f"{article['title'].replace('_', ' ')}\n\n{text}\n", "utf-8")
        library.add(scratch)
        return
    encoder = load_encoder()
    sentences = sentences_of(squad)
    articles = articles_of(sentences, encoder.encode(sentences), 0)
    library._writer.remember_settings()
    while library.status().passages < passages:
        library._store.replace(islice(articles, _AT_ONCE))
    with library.changing():
        library._writer.update_indexes()


def _questions(squad: Path, number: int) -> list[str]:
    """Questions from all over a file."""
    data = json.loads(squad.read_text("utf-8"))["data"]
    asked = [qa["question"] for article in data for paragraph in article["paragraphs"] for qa in paragraph["qas"]]
    return asked[:: max(1, len(asked) // number)][:number]


def _measure(folder: Path, engine: str, questions: list[str]) -> None:
    client = EdgeClient() if engine == "core" else None
    with Library(folder) as files, Library(folder, candidates=":memory:") as other:
        assert other._engine is not None
        if client:
            other._engine.address = Address("http://core:6333")
            other._engine._connection = Qdrant(other._engine.address, client)
        start = time.perf_counter()
        other._writer.update_indexes()
        filled = time.perf_counter() - start
        passages = other.status().passages
        print(f"{passages:,} passages put at {passages / filled:,.0f} a second")
        if client:
            client.optimize()
        sources = [article.source for article in files.catalogue()]
        _compare("all", files, other, questions, Filter())
        _compare("filtered", files, other, questions, Filter(frozenset(sources[::3])))
        gone = [article.id for article in files.catalogue()][::10]
        files.remove_articles(gone)
        other._writer.update_indexes()
        if client:
            client.optimize()
        _compare("after removing", files, other, questions, Filter())
        (folder / MANIFEST_FILE).unlink()  # tantivy counts the words of removed passages until it is built again
        with Library(folder) as built:
            _compare("and built again", built, other, questions, Filter())


def _compare(name: str, files: Library, other: Library, questions: list[str], where: Filter) -> None:
    same, common = [], []
    times: tuple[list[float], list[float]] = [], []
    for question in questions:
        found = []
        for library, taken in zip((files, other), times, strict=True):
            start = time.perf_counter()
            found.append([hit.passage.id for hit in retrieve(question, _FIRST, library=library, where=where)])
            taken.append(1000 * (time.perf_counter() - start))
        same.append(found[0] == found[1])
        common.append(len({*found[0]} & {*found[1]}) / max(1, len(found[0])))
    medians = "\t".join(f"{statistics.median(taken):.1f}" for taken in times)
    print(f"{name}\t{statistics.mean(same):.3f}\t{statistics.mean(common):.4f}\t{medians}", flush=True)


if __name__ == "__main__":
    main()
