"""BM25 over the passages' words, with their title, heading and table's header. The only module that imports tantivy.

Words are compared by their stems. Case, accents, stop words and the difference between British and American spelling
are ignored. Stems and stop words are those of the article's language, if there are any. Further fields hold the words
as they are spelled, and the abbreviations, as terms: they are added and removed with their passages.

    BM25(q, p) = sum over the stems t of q of
                 idf(t) * f(t, p) * (k1 + 1) / (f(t, p) + k1 * (1 - b + b * |p| / mean |p|))
    idf(t)     = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)),  k1 = 1.2, b = 0.75        (Robertson and Zaragoza 2009)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.text.analysis import stems

from .tantivy_files import TantivyFiles
from .words import Kind, Words, abbreviation_terms, spelled_terms

_HEAP_BYTES = 64 * 2**20


class WordSearcher(Words):
    """Passages by word, in one generation of the index."""

    def __init__(self, index: Any, schema: Any) -> None:
        self._schema = schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, text: str, k: int, articles: Sequence[int] | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> dict[int, float]:
        """BM25 of the k best passages, by id, best first. Search operators have no meaning: they are words.

        :param articles: ids of the articles to search; None searches all.
        :param languages: languages whose stems are searched.
        """
        query = tantivy.Query
        asked = sorted({stem for language in languages for stem in stems(text, language)})
        terms = [(tantivy.Occur.Should, query.term_query(self._schema, "text", stem, "freq")) for stem in asked]
        if not terms or not len(self):
            return {}
        hits = self._searcher.search(self._among(query.boolean_query(terms), articles), k, count=False).hits
        return self._by_id(hits)

    def holding(
        self, text: str, k: int, articles: Sequence[int] | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> tuple[dict[int, float], int]:
        """BM25 of the k best passages that hold all words of a text, by id, and the number of passages that hold them.

        Words are compared as ``search`` does; stop words may be missing.

        :param articles: ids of the articles to search; None searches all.
        :param languages: languages whose stems are searched.
        """
        query = tantivy.Query
        asked = {tuple(found) for language in languages if (found := stems(text, language))}
        if not asked or not len(self):
            return {}, 0
        wanted = query.boolean_query([
            (tantivy.Occur.Should, query.boolean_query([
                (tantivy.Occur.Must, query.term_query(self._schema, "text", stem, "freq")) for stem in found
            ])) for found in sorted(asked)
        ])  # fmt: skip
        results = self._searcher.search(self._among(wanted, articles), k, count=True)
        return self._by_id(results.hits), int(results.count)

    def _by_id(self, hits: list[tuple[float, Any]]) -> dict[int, float]:
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return {int(i): float(score) for i, (score, _) in zip(ids, hits, strict=True)}

    def _among(self, wanted: Any, articles: Sequence[int] | None) -> Any:
        """A query restricted to articles."""
        if articles is None:
            return wanted
        query = tantivy.Query
        among = query.const_score_query(query.term_set_query(self._schema, "article", list(articles)), 0.0)
        return query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, among)])

    def frequencies(self, words: Collection[str]) -> dict[str, int]:
        return {stem: self._searcher.doc_freq("text", stem) for stem in words}

    def terms(self, kind: Kind, keys: Collection[str], limit: int | None = None) -> dict[str, list[tuple[str, int]]]:
        return {key: self._searcher.terms_with_prefix(kind, key, limit=limit) for key in keys}


class IndexNotWritten(Exception):
    """The index could not be written completely and must be rebuilt."""


class WordIndex:
    """An index to write, in a folder or in memory.

    :param folder: its folder; None for memory.
    :param new: create the folder.
    :raises ValueError: the folder does not hold an intact index.
    """

    def __init__(self, folder: Path | None, *, new: bool = False) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", indexed=False, fast=True)
        schema.add_integer_field("article", indexed=True, fast=False)
        schema.add_text_field("text", stored=False, tokenizer_name="words", index_option="freq")
        schema.add_text_field("spelled", stored=False, tokenizer_name="words", index_option="basic")
        schema.add_text_field("abbreviations", stored=False, tokenizer_name="raw", index_option="basic")
        self._schema = schema.build()
        self._files = TantivyFiles(folder) if folder else None
        if folder and new:
            folder.mkdir()
        elif self._files:
            self._files.verify()
        self._index = tantivy.Index(self._schema, path=str(folder) if folder else None)
        self._index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())

    def update(self, removed: Iterable[int], added: Iterable[tuple[int, int, str, list[str]]]) -> None:
        """Remove and add articles. An article that was added before is replaced, so that an update may be repeated.

        :param removed: ids of articles.
        :param added: of each article, the id, the id of the first passage, the language, and the passages' texts.
        :raises IndexNotWritten: the index could not be written completely.
        """
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
            for article in removed:
                writer.delete_documents_by_term("article", article)
            for article, first, language, texts in added:
                writer.delete_documents_by_term("article", article)
                for id_, text in enumerate(texts, first):
                    writer.add_document(_document(id_, article, text, language))
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:  # tantivy reports every error as a ValueError
            raise IndexNotWritten(str(error)) from error

    def stamp(self) -> int:
        """The stamp of the last change; 0 in memory.

        :raises ValueError: the index cannot be read.
        """
        return self._files.stamp() if self._files else 0

    def words(self) -> WordSearcher:
        """The newest generation, verified.

        :raises ValueError: the index is damaged.
        """
        if self._files:
            self._files.verify()
        self._index.reload()
        return WordSearcher(self._index, self._schema)

    def deleted(self) -> float:
        """The share of removed passages, which still count in the statistics; 0 in memory."""
        return self._files.deleted() if self._files else 0.0


def _document(id_: int, article: int, text: str, language: str) -> Any:
    document = tantivy.Document()
    document.add_integer("id", id_)
    document.add_integer("article", article)
    document.add_text("text", " ".join(stems(text, language)))
    document.add_text("spelled", " ".join(spelled_terms(text)))
    for term in abbreviation_terms(text):
        document.add_text("abbreviations", term)
    return document
