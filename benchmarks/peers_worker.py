"""One system under test, in a process of its own (see peers.py). It reads orders and writes answers as lines of JSON.

Only the system "quoth" imports the project, because the others run in another environment.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

K = 10


class Quoth:
    """Cuts the articles itself; its results are places in articles."""

    def __init__(self, folder: Path, model: str) -> None:
        from quoth import Library

        self.library = Library(folder / "quoth")

    def build(self, passages: list[str], articles: str) -> None:
        self.library.add(articles)

    def search(self, question: str) -> list[Any]:
        from quoth import retrieve

        return [
            (Path(h.article.source).name, h.passage.start, h.passage.end)
            for h in retrieve(question, K, library=self.library)
        ]


class Txtai:
    """Hybrid search: vectors and BM25."""

    def __init__(self, folder: Path, model: str) -> None:
        from txtai import Embeddings

        self.folder = str(folder / "txtai")
        self.embeddings = Embeddings(path=model, hybrid=True, content=False)
        if Path(self.folder).exists():
            self.embeddings.load(self.folder)

    def build(self, passages: list[str], articles: str) -> None:
        self.embeddings.index(list(enumerate(passages)))
        self.embeddings.save(self.folder)

    def search(self, question: str) -> list[Any]:
        return [int(number) for number, _ in self.embeddings.search(question, K)]


class LangChain:
    """Its FAISS store: vectors only."""

    def __init__(self, folder: Path, model: str) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        self.folder, self.kind = str(folder / "langchain"), FAISS
        self.model = HuggingFaceEmbeddings(model_name=model)
        if Path(self.folder).exists():
            self.store = FAISS.load_local(self.folder, self.model, allow_dangerous_deserialization=True)

    def build(self, passages: list[str], articles: str) -> None:
        self.store = self.kind.from_texts(passages, self.model, [{"number": i} for i in range(len(passages))])
        self.store.save_local(self.folder)

    def search(self, question: str) -> list[Any]:
        return [found.metadata["number"] for found in self.store.similarity_search(question, k=K)]


class Haystack:
    """Its in-memory store: vectors from sentence-transformers and BM25, fused by reciprocal ranks."""

    def __init__(self, folder: Path, model: str) -> None:
        from haystack.components.joiners import DocumentJoiner
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from sentence_transformers import SentenceTransformer

        self.file = folder / "haystack.json"
        self.model = SentenceTransformer(model)
        self.joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K)
        self.kind = InMemoryDocumentStore
        if self.file.exists():
            self._open(InMemoryDocumentStore.load_from_disk(str(self.file)))

    def _open(self, store: Any) -> None:
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever

        self.near, self.worded = InMemoryEmbeddingRetriever(store, top_k=K), InMemoryBM25Retriever(store, top_k=K)

    def build(self, passages: list[str], articles: str) -> None:
        from haystack import Document

        store = self.kind(embedding_similarity_function="cosine")
        vectors = self.model.encode(passages, show_progress_bar=False).tolist()
        store.write_documents([
            Document(content=text, embedding=vector, meta={"number": i})
            for i, (text, vector) in enumerate(zip(passages, vectors, strict=True))
        ])  # fmt: skip
        store.save_to_disk(str(self.file))
        self._open(store)

    def search(self, question: str) -> list[Any]:
        vector = self.model.encode(question, show_progress_bar=False).tolist()
        lists = [self.near.run(query_embedding=vector)["documents"], self.worded.run(query=question)["documents"]]
        return [document.meta["number"] for document in self.joiner.run(documents=lists)["documents"]]


SYSTEMS: dict[str, Any] = {"quoth": Quoth, "txtai": Txtai, "langchain": LangChain, "haystack": Haystack}


def resident() -> float:
    """Resident memory of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    name, folder, model = sys.argv[1:4]
    answer, sys.stdout = sys.stdout, sys.stderr  # keeps what the systems print out of the answers
    system = SYSTEMS[name](Path(folder), model)
    if sys.argv[4:]:  # the first question to an index built before
        system.search(sys.argv[4])
        return
    print("{}", file=answer, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        start = time.perf_counter()
        if order["do"] == "build":
            system.build(order["passages"], order["articles"])
            result: dict[str, Any] = {"build_s": time.perf_counter() - start}
        else:
            took, found = [], []
            for question in order["questions"]:
                start = time.perf_counter()
                found.append(system.search(question))
                took.append(1000 * (time.perf_counter() - start))
            result = {"took_ms": took, "found": found, "rss_MB": resident()}
        print(json.dumps(result), file=answer, flush=True)


if __name__ == "__main__":
    main()
