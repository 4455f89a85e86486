"""BM25 over the passages' words, with their title and heading. The only module that imports tantivy.

Words are compared by their stems, without case, accents, stop words and the difference between British and American
spelling; stems and stop words are those of the article's language, where tantivy knows it, else English. Words as they
are spelled, and abbreviations, are kept as terms of further fields: they come and go with their passages.

    BM25(q, p) = sum over the stems t of q of
                 idf(t) * f(t, p) * (k1 + 1) / (f(t, p) + k1 * (1 - b + b * |p| / mean |p|))
    idf(t)     = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)),  k1 = 1.2, b = 0.75        (Robertson and Zaragoza 2009)
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.text.analysis import stems
from quoth.index.text.vocabulary import Neighbours, abbreviations, plain, runs, spellings

_PRIOR = 100
_HEAP_BYTES = 64 * 2**20
_BETWEEN = "\x1f"
"""Parts a term into what it is looked up by and what it says; no word has it."""
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
"""Of a segment, each a file."""
_SHORT, _LONG = f"s{_BETWEEN}", f"l{_BETWEEN}"


class WordSearcher:
    """Passages by word, in one state of the index."""

    def __init__(self, index: Any, schema: Any) -> None:
        self._schema = schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, text: str, k: int, articles: Sequence[int] | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> dict[int, float]:
        """The k best passages' ids with their BM25, best first. Operators have no meaning: words are words.

        :param articles: ids of the articles to search, if not all.
        :param languages: those whose stems are searched for.
        """
        query = tantivy.Query
        asked = sorted({stem for language in languages for stem in stems(text, language)})
        terms = [(tantivy.Occur.Should, query.term_query(self._schema, "text", stem, "freq")) for stem in asked]
        if not terms or not len(self):
            return {}
        hits = self._searcher.search(self._among(query.boolean_query(terms), articles), k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return {int(i): float(score) for i, (score, _) in zip(ids, hits, strict=True)}

    def holding(
        self, text: str, k: int, articles: Sequence[int] | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> tuple[dict[int, float], int]:
        """The k best of the passages that hold all of a text's words, by id with their BM25, and how many hold them.

        Words are compared as ``search`` does; stop words may be missing.
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
        found = self._searcher.search(self._among(wanted, articles), k, count=True)
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        return {int(i): float(score) for i, (score, _) in zip(ids, found.hits, strict=True)}, int(found.count)

    def _among(self, wanted: Any, articles: Sequence[int] | None) -> Any:
        """The same of some articles alone."""
        if articles is None:
            return wanted
        query = tantivy.Query
        among = query.const_score_query(query.term_set_query(self._schema, "article", list(articles)), 0.0)
        return query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, among)])

    def holds(self, word: str, language: str = ENGLISH) -> bool:
        """Whether the passages have all stems of a word."""
        return all(self._searcher.doc_freq("text", stem) for stem in stems(word, language))

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """idf of these stems: lowest for one that stands everywhere, highest for one that stands nowhere.

        Smoothed, so that a handful of articles on one subject do not make its name worthless: as if there were
        ``_PRIOR`` further passages, and every word stood in one of a hundred of them.
        """
        total = len(self) + _PRIOR
        counts = {stem: self._searcher.doc_freq("text", stem) + _PRIOR / 100 for stem in set(words)}
        return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}

    def spelled(self, word: str) -> str | None:
        """The word as most articles spell it, but for case, accents and hyphens; None if they do not have it."""
        return next(iter(self._said("spelled", plain(word) + _BETWEEN, 1)), None) if plain(word) else None

    def nearest(self, word: str) -> str | None:
        """The word that was meant, if slips explain the difference; None if there is none like it."""
        near = self._neighbours.nearest(word)
        return self.spelled(near) if near else None

    @cached_property
    def _neighbours(self) -> Neighbours:
        counts: dict[str, int] = {}
        for term, count in self._searcher.terms_with_prefix("spelled", ""):
            form = term.partition(_BETWEEN)[0]
            counts[form] = counts.get(form, 0) + count
        return Neighbours(counts)

    def other_forms(self, text: str) -> list[str]:
        """The long forms of the abbreviations that a text uses,
        and the abbreviations of the long forms that it uses."""
        words = {form for word in spellings(text) for form in (plain(word), plain(word).removesuffix("s"))}
        longs = {form for word in words for form in self._said("abbreviations", f"{_SHORT}{word}{_BETWEEN}", 1)}
        asked = stems(text)
        shorts = {form for run in runs(asked) for form in self._said("abbreviations", f"{_LONG}{run}{_BETWEEN}", 1)}
        both = {form for long in longs for form in self._said("abbreviations", f"{_LONG}{_stemmed(long)}{_BETWEEN}", 1)}
        return sorted(long for long in longs if _stemmed(long) not in runs(asked)) + sorted(shorts - both)

    def _said(self, field: str, looked_up: str, limit: int) -> list[str]:
        """What the most frequent terms say that are looked up by this."""
        return [
            term.rpartition(_BETWEEN)[2] for term, _ in self._searcher.terms_with_prefix(field, looked_up, limit=limit)
        ]


class IndexNotWritten(Exception):
    """The index could not be written to its end; it is to be made anew."""


class WordIndex:
    """The index that is written to, in a folder or in memory.

    :param folder: where it lies or is to lie; None for memory.
    :param new: make the folder.
    :raises ValueError: what lies there is not a whole index.
    """

    def __init__(self, folder: Path | None, *, new: bool = False) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", indexed=False, fast=True)
        schema.add_integer_field("article", indexed=True, fast=False)
        schema.add_text_field("text", stored=False, tokenizer_name="words", index_option="freq")
        schema.add_text_field("spelled", stored=False, tokenizer_name="words", index_option="basic")
        schema.add_text_field("abbreviations", stored=False, tokenizer_name="raw", index_option="basic")
        self._schema = schema.build()
        self._folder = folder
        self._sound: set[str] = set()
        if folder is not None:
            if new:
                folder.mkdir()
            else:
                self._check()
        self._index = tantivy.Index(self._schema, path=str(folder) if folder else None)
        self._index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())

    def update(self, gone: Iterable[int], new: Iterable[tuple[int, int, str, list[str]]]) -> None:
        """Take articles out and put articles in. What was put in before is put in anew, so this may be repeated.

        :param gone: ids of articles.
        :param new: articles' ids, the ids of their first passages, their languages, and their passages' texts.
        """
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
            for article in gone:
                writer.delete_documents_by_term("article", article)
            for article, first, language, texts in new:
                writer.delete_documents_by_term("article", article)
                for id_, text in enumerate(texts, first):
                    writer.add_document(_document(id_, article, text, language))
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:  # tantivy's own, of whatever kind, are ValueErrors
            raise IndexNotWritten(str(error)) from error

    def stamp(self) -> int:
        """Another after every change.

        :raises ValueError: there is no index.
        """
        return 0 if self._folder is None else int(self._noted()["opstamp"])

    def words(self) -> WordSearcher:
        """The newest state, seen to be undamaged.

        :raises ValueError: it is damaged.
        """
        if self._folder is not None:
            self._check()
        self._index.reload()
        return WordSearcher(self._index, self._schema)

    def deleted(self) -> float:
        """The share of its passages that were taken out, and still count in its statistics."""
        if self._folder is None:
            return 0.0
        segments = self._segments()
        documents = sum(s["max_doc"] for s in segments)
        return sum(s["deletes"]["num_deleted_docs"] for s in segments if s["deletes"]) / documents if documents else 0.0

    def _segments(self) -> list[dict[str, Any]]:
        """What the index is made of, as tantivy notes it down.

        :raises ValueError: it is not there, or no such note.
        """
        segments: list[dict[str, Any]] = self._noted()["segments"]
        return segments

    def _noted(self) -> dict[str, Any]:
        assert self._folder is not None
        try:
            noted: dict[str, Any] = json.loads((self._folder / "meta.json").read_text("utf-8"))
            return {key: noted[key] for key in ("segments", "opstamp")}
        except (OSError, KeyError, TypeError) as error:
            raise ValueError(f"{self._folder / 'meta.json'} cannot be read: {error}") from error

    def _check(self) -> None:
        """Compare the files that were not seen yet with the checksum that tantivy closes each with."""
        assert self._folder is not None
        segments = self._segments()
        try:
            self._check_segments(segments)
        except ValueError:
            if self._segments() == segments:
                raise
            self._check()  # some were merged into others meanwhile

    def _check_segments(self, segments: list[dict[str, Any]]) -> None:
        assert self._folder is not None
        for segment in segments:
            id_ = segment["segment_id"].replace("-", "")
            names = [f"{id_}.{part}" for part in _PARTS]
            if segment["deletes"]:
                names.append(f"{id_}.{segment['deletes']['opstamp']}.del")
            for name in names:
                if name not in self._sound:
                    _check_sum(self._folder / name)
                    self._sound.add(name)


def _check_sum(file: Path) -> None:
    """A file of tantivy's ends with JSON that says the CRC-32 of the rest, the length of that, and a magic number."""
    try:
        data = file.read_bytes()
        length = int.from_bytes(data[-8:-4], "little")
        said = json.loads(data[-8 - length : -8])["crc"]
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file} is cut off") from error
    if zlib.crc32(memoryview(data)[: -8 - length]) != said:
        raise ValueError(f"{file} is not what was written")


def _document(id_: int, article: int, text: str, language: str) -> Any:
    document = tantivy.Document()
    document.add_integer("id", id_)
    document.add_integer("article", article)
    document.add_text("text", " ".join(stems(text, language)))
    document.add_text("spelled", " ".join(f"{plain(word)}{_BETWEEN}{word}" for word in spellings(text)))
    for short, long in abbreviations(text):
        document.add_text("abbreviations", f"{_SHORT}{plain(short)}{_BETWEEN}{long}")
        document.add_text("abbreviations", f"{_LONG}{_stemmed(long)}{_BETWEEN}{short}")
    return document


def _stemmed(text: str) -> str:
    return " ".join(stems(text))
