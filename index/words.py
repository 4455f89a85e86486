"""BM25 over the passages' words, with their title and heading. The only module that imports tantivy.

Words are compared by their stems, without case, accents and English stop words. The index lives in memory and is made
from the store when a library is opened (about 20,000 passages a second), so it cannot disagree with it.

    BM25(q, p) = sum over the stems t of q of  idf(t) * f(t, p) * (k1 + 1) / (f(t, p) + k1 * (1 - b + b * |p| / mean |p|))
    idf(t)     = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)),  k1 = 1.2, b = 0.75        (Robertson and Zaragoza 2009)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import tantivy

from .records import Ints

_ANALYZER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(80))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .filter(tantivy.Filter.stopword("english"))
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
# Scripts written without spaces: every character stands for itself, or a whole sentence would be one word.
_UNSPACED = re.compile(r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_HEAP_BYTES = 64 * 2**20


def stems(text: str) -> list[str]:
    """The text's words as they are compared, in order, without stop words."""
    found: list[str] = _ANALYZER.analyze(_UNSPACED.sub(r" \1 ", text))
    return found


class WordIndex:
    """Passages by word."""

    def __init__(self, ids: Ints, texts: Sequence[str]) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", indexed=False, fast=True)
        schema.add_text_field("text", stored=False, tokenizer_name="stems", index_option="freq")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("stems", _ANALYZER)
        self._add(ids, texts)

    def _add(self, ids: Ints, texts: Sequence[str]) -> None:
        if len(ids):
            writer = self._index.writer(_HEAP_BYTES, 1)
            for id_, text in zip(ids.tolist(), texts, strict=True):
                document = tantivy.Document()
                document.add_integer("id", id_)
                document.add_text("text", _UNSPACED.sub(r" \1 ", text))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def with_added(self, ids: Ints, texts: Sequence[str]) -> WordIndex:
        """An index with further passages; this one goes on to answer without them."""
        newer = WordIndex.__new__(WordIndex)
        newer._schema, newer._index = self._schema, self._index
        newer._add(ids, texts)
        return newer

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, k: int) -> dict[int, float]:
        """The k best passages' ids with their BM25, best first. Operators have no meaning: words are words."""
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", stem, "freq"))
            for stem in sorted(set(stems(text)))
        ]
        if not terms or not len(self):
            return {}
        hits = self._searcher.search(tantivy.Query.boolean_query(terms), k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return {int(i): float(score) for i, (score, _) in zip(ids, hits, strict=True)}

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """idf of these stems: 0 for one that stands everywhere, highest for one that stands nowhere."""
        total = len(self)
        counts = {stem: self._searcher.doc_freq("text", stem) for stem in set(words)}
        return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}
