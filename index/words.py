"""BM25 over the passages' words, with their title and heading. The only module that imports tantivy.

Words are compared by their stems, without case, accents, English stop words and the difference between British and
American spelling. The index lives in memory and is made from the store when a library is opened, so it cannot disagree
with it.

    BM25(q, p) = sum over the stems t of q of  idf(t) * f(t, p) * (k1 + 1) / (f(t, p) + k1 * (1 - b + b * |p| / mean |p|))
    idf(t)     = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)),  k1 = 1.2, b = 0.75        (Robertson and Zaragoza 2009)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

import tantivy

from .records import Ints, Span
from .vocabulary import Vocabulary

_ANALYZER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(80))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .filter(tantivy.Filter.stopword("english"))
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
# In scripts written without spaces every character stands for itself, or a whole sentence would be one word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[’']s\b|((?:[A-Za-z]\.){{2,}}[A-Za-z]?\b|(?:[A-Za-z]\.){{2,}}|[{_UNSPACED}]|[^\W_{_UNSPACED}]+)")
# British into American, by rules rather than a dictionary: a word bent wrongly is bent alike everywhere.
_SPELLINGS = [
    (re.compile(pattern), american)
    for pattern, american in {
        r"(?<=\w{3})our(?=(?:s|ed|ings?|able|ful|al|ers?|y|ites?|less)?$)": "or",
        r"(?<=\w{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)": "iz",
        r"(?<=\w{2})ys(?=(?:e|ed|es|er|ers|ing)$)": "yz",
        r"(?<=\w[bt])re(?=s?$)": "er",
        r"^(def|off|lic)ence(?=s?$)": r"\1ense",
        r"(?<=\w{2}og)ue(?=s?$)": "",
        r"^(program)me(?=s?$)": r"\1",
        r"^grey": "gray",
        r"^sceptic": "skeptic",
        r"^aluminium$": "aluminum",
    }.items()
]
_PRIOR = 100
_HEAP_BYTES = 64 * 2**20


def stems(text: str) -> list[str]:
    """The text's words as they are compared, in order, without stop words; U.S. is the word US."""
    return [stem for word in _WORD.findall(text) if word for stem in _stems(word)]


def words(text: str) -> list[Span]:
    """Where the words stand that are compared, stop words included."""
    return [match.span(1) for match in _WORD.finditer(text) if match.group(1)]


@lru_cache(100_000)
def _stems(word: str) -> tuple[str, ...]:
    """The stem of one word; none of a stop word."""
    plain = word.lower().replace(".", "")
    for pattern, american in _SPELLINGS:
        plain = pattern.sub(american, plain)
    return tuple(_ANALYZER.analyze(plain))


class WordIndex:
    """Passages by word."""

    def __init__(self, ids: Ints, texts: Sequence[str]) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", indexed=False, fast=True)
        schema.add_text_field("text", stored=False, tokenizer_name="stems", index_option="freq")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("stems", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._add(ids, texts)
        self.vocabulary = Vocabulary(texts)

    def _add(self, ids: Ints, texts: Sequence[str]) -> None:
        if len(ids):
            writer = self._index.writer(_HEAP_BYTES, 1)
            for id_, text in zip(ids.tolist(), texts, strict=True):
                document = tantivy.Document()
                document.add_integer("id", id_)
                document.add_text("text", " ".join(stems(text)))
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
        newer.vocabulary = Vocabulary(texts, self.vocabulary)
        return newer

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, k: int, allowed: Ints | None = None) -> dict[int, float]:
        """The k best passages' ids with their BM25, best first. Operators have no meaning: words are words.

        :param allowed: shape (n,), ids of the passages to search, if not all.
        """
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", stem, "freq"))
            for stem in sorted(set(stems(text)))
        ]
        if not terms or not len(self):
            return {}
        limit = k if allowed is None else len(self)
        hits = self._searcher.search(tantivy.Query.boolean_query(terms), limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        found = ((int(i), float(score)) for i, (score, _) in zip(ids, hits, strict=True))
        kept = set(allowed.tolist()) if allowed is not None else None
        return dict(islice(((i, score) for i, score in found if kept is None or i in kept), k))

    def holds(self, word: str) -> bool:
        """Whether the passages have all stems of a word."""
        return all(self._searcher.doc_freq("text", stem) for stem in stems(word))

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """idf of these stems: lowest for one that stands everywhere, highest for one that stands nowhere.

        Smoothed, so that a handful of articles on one subject do not make its name worthless: as if there were
        ``_PRIOR`` further passages, and every word stood in one of a hundred of them.
        """
        total = len(self) + _PRIOR
        counts = {stem: self._searcher.doc_freq("text", stem) + _PRIOR / 100 for stem in set(words)}
        return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}
