"""The words of a text as they are compared: stems without case, accents, stop words and British spelling.

Stems and stop words are those of the article's language where tantivy knows it, else English ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import tantivy

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Span

from .normalize import normalised

LANGUAGES = {
    "ar": "arabic", "da": "danish", "nl": "dutch", ENGLISH: "english", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hu": "hungarian", "it": "italian", "no": "norwegian", "nb": "norwegian", "nn": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "es": "spanish", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
"""Languages whose stems and stop words tantivy knows, by their ISO 639-1 codes."""


@lru_cache
def _analyzer(language: str) -> Any:
    """Accents go before English words are stemmed, and after those of other languages, whose stemmers know them."""
    fold = tantivy.Filter.ascii_fold()
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.lowercase())
    )
    builder = builder.filter(fold) if language == ENGLISH else builder
    builder = builder.filter(tantivy.Filter.stopword(LANGUAGES[language])).filter(
        tantivy.Filter.stemmer(LANGUAGES[language])
    )
    return (builder if language == ENGLISH else builder.filter(fold)).build()


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


def stems(text: str, language: str = ENGLISH) -> list[str]:
    """The text's words as they are compared, in order, without stop words; U.S. is the word US.

    :param language: an ISO 639-1 code; one that is not known is taken for English.
    """
    known = language if language in LANGUAGES else ENGLISH
    return [stem for word in _WORD.findall(normalised(text)[0]) if word for stem in _stems(word, known)]


@lru_cache(100_000)
def stems_of(word: str, language: str = ENGLISH) -> frozenset[str]:
    """The stems of one word, for who asks of many words one by one."""
    return frozenset(stems(word, language))


def words(text: str) -> list[Span]:
    """Where the words stand that are compared, stop words included."""
    copy, places = normalised(text)
    found = [match.span(1) for match in _WORD.finditer(copy) if match.group(1)]
    return found if places is None else [(int(places[a]), int(places[b])) for a, b in found]


@lru_cache(100_000)
def _stems(word: str, language: str) -> tuple[str, ...]:
    """The stem of one word; none of a stop word."""
    plain = word.lower().replace(".", "")
    if language == ENGLISH:
        for pattern, american in _SPELLINGS:
            plain = pattern.sub(american, plain)
    return tuple(_analyzer(language).analyze(plain))
