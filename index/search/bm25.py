"""BM25 over the passages' words, with their title, heading and table's header. The only module that imports tantivy.

Words are compared by their stems. Case, accents, stop words and the difference between British and American spelling
are ignored. Stems and stop words are those of the article's language, if there are any. Further fields hold the words
as they are spelled, and the abbreviations, as terms: they are added and removed with their passages.

    BM25(q, p) = sum over the stems t of q of
                 idf(t) * f(t, p) * (k1 + 1) / (f(t, p) + k1 * (1 - b + b * |p| / mean |p|))
    idf(t)     = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)),  k1 = 1.2, b = 0.75        (Robertson and Zaragoza 2009)
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.text.analysis import stems
from quoth.index.text.vocabulary import Neighbours, abbreviations, plain_form, runs, spellings

from .tantivy_files import TantivyFiles

_PRIOR = 100
_HEAP_BYTES = 64 * 2**20
_SEPARATOR = "\x1f"
"""Splits a term into a key to look it up by and a value. No word contains it."""
_SHORT, _LONG = f"s{_SEPARATOR}", f"l{_SEPARATOR}"


class WordSearcher:
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

    def holds(self, word: str, language: str = ENGLISH) -> bool:
        """Whether the passages have all stems of a word."""
        return all(self._searcher.doc_freq("text", stem) for stem in stems(word, language))

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """idf of stems: lowest for a stem of every passage, highest for a stem of none.

        Smoothed, so that the name of the subject of a handful of articles keeps some weight: as if there were
        ``_PRIOR`` further passages, and every word occurred in one of a hundred of them.
        """
        total = len(self) + _PRIOR
        counts = {stem: self._searcher.doc_freq("text", stem) + _PRIOR / 100 for stem in set(words)}
        return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}

    def spelled(self, word: str) -> str | None:
        """The most frequent spelling of a word, which may differ in case, accents and hyphens; None if absent."""
        return next(iter(self._values("spelled", plain_form(word) + _SEPARATOR, 1)), None) if plain_form(word) else None

    def nearest(self, word: str) -> str | None:
        """The word that was meant, if typos explain the difference; None if no word is similar."""
        near = self._neighbours.nearest(word)
        return self.spelled(near) if near else None

    @cached_property
    def _neighbours(self) -> Neighbours:
        counts: dict[str, int] = {}
        for term, count in self._searcher.terms_with_prefix("spelled", ""):
            form = term.partition(_SEPARATOR)[0]
            counts[form] = counts.get(form, 0) + count
        return Neighbours(counts)

    def other_forms(self, text: str) -> list[str]:
        """The long forms of a text's abbreviations, and the abbreviations of its long forms."""
        words = {form for word in spellings(text) for form in (plain_form(word), plain_form(word).removesuffix("s"))}
        longs = {form for word in words for form in self._values("abbreviations", f"{_SHORT}{word}{_SEPARATOR}", 1)}
        asked = runs(stems(text))
        shorts = {form for run in asked for form in self._values("abbreviations", f"{_LONG}{run}{_SEPARATOR}", 1)}
        both = {
            form for long in longs for form in self._values("abbreviations", f"{_LONG}{_stemmed(long)}{_SEPARATOR}", 1)
        }
        return sorted(long for long in longs if _stemmed(long) not in asked) + sorted(shorts - both)

    def _values(self, field: str, key: str, limit: int) -> list[str]:
        """The values of the most frequent terms with a key."""
        return [term.rpartition(_SEPARATOR)[2] for term, _ in self._searcher.terms_with_prefix(field, key, limit=limit)]


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
    document.add_text("spelled", " ".join(f"{plain_form(word)}{_SEPARATOR}{word}" for word in spellings(text)))
    for short, long in abbreviations(text):
        document.add_text("abbreviations", f"{_SHORT}{plain_form(short)}{_SEPARATOR}{long}")
        document.add_text("abbreviations", f"{_LONG}{_stemmed(long)}{_SEPARATOR}{short}")
    return document


def _stemmed(text: str) -> str:
    return " ".join(stems(text))
