"""Stems of words for comparison, without case, accents, stop words and British spelling.

Stems are those of the article's language if tantivy has them; stop words are tantivy's, else those of stopwordsiso.
A language without stems is matched word by word.
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
"""ISO 639-1 code -> tantivy's name, for the languages whose stems tantivy supports."""
_WITHOUT_STOP_WORDS = frozenset(("ar", "el", "ro", "ta", "tr"))
"""Languages among them for which tantivy has no stop words."""
_LETTERS = {"tr": str.maketrans("I", "ı"), "az": str.maketrans("I", "ı"), "ro": str.maketrans("șțȘȚ", "şţŞŢ")}
"""Letters as stemmers and stop words spell them: small letters without a dot, and Romanian ones with a cedilla."""
_LONG_WORD_BYTES = 80
"""Words of this many bytes in UTF-8 or more have no stem."""
_CACHED_WORDS = 100_000


@lru_cache(None)
def _analyzer(language: str) -> Any:
    """Return tantivy's analyzer for a language.

    Accents are removed before stemming in English, and after it in other languages, whose stemmers use them.
    """
    fold = tantivy.Filter.ascii_fold()
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.remove_long(_LONG_WORD_BYTES))
        .filter(tantivy.Filter.lowercase())
    )
    builder = builder.filter(fold) if language == ENGLISH else builder
    if language in LANGUAGES and language not in _WITHOUT_STOP_WORDS:
        builder = builder.filter(tantivy.Filter.stopword(LANGUAGES[language]))
    elif words := _stop_words(language):
        builder = builder.filter(tantivy.Filter.custom_stopword(words))
    if language in LANGUAGES:
        builder = builder.filter(tantivy.Filter.stemmer(LANGUAGES[language]))
    return (builder if language == ENGLISH else builder.filter(fold)).build()


def _stop_words(language: str) -> list[str]:
    """Return the stop words of stopwordsiso, without single characters of scripts without spaces, which are parts of
    words."""
    import stopwordsiso  # reads 200 kB

    found = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else set()
    return [word for word in sorted(found) if not re.fullmatch(f"[{_UNSPACED}]", word)]


# In scripts without spaces every character is a word of its own; otherwise a whole sentence would be one word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
SIGNS = r"\u0900-\u0963\u0970-\u09e3\u09f0-\u0a65\u0a70-\u0ae3\u0af0-\u0b65\u0b70-\u0dff"
"""The scripts of India: their vowel signs are no letters to Python, but parts of words."""
_WORD = re.compile(
    rf"[’']s\b|((?:[A-Za-z]\.){{2,}}[A-Za-z]?\b|(?:[A-Za-z]\.){{2,}}|[{_UNSPACED}]"
    rf"|[^\W_{_UNSPACED}]+(?:[{SIGNS}][^\W_{_UNSPACED}]*)*)"
)
# British to American by rules, not a dictionary: a word that a rule changes wrongly is changed alike everywhere.
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
    """Return the stems of a text's words in order, without stop words; "U.S." is the word "US".

    :param language: an ISO 639-1 code.
    """
    return [stem for word in _WORD.findall(normalised(text)[0]) if word for stem in _stems(word, language)]


@lru_cache(_CACHED_WORDS)
def stems_of(word: str, language: str = ENGLISH) -> frozenset[str]:
    """Return the stems of one word; cached for callers that compare many words one by one."""
    return frozenset(stems(word, language))


def word_spans(text: str) -> list[Span]:
    """Return the spans of the words that are compared, including stop words."""
    copy, offsets = normalised(text)
    spans = [match.span(1) for match in _WORD.finditer(copy) if match.group(1)]
    return spans if offsets is None else [(int(offsets[a]), int(offsets[b])) for a, b in spans]


@lru_cache(_CACHED_WORDS)
def _stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of one word: usually one, none for a stop word."""
    plain = word.translate(_LETTERS.get(language, {})).lower().replace("i\u0307", "i").replace(".", "")
    if language == ENGLISH:
        for pattern, american in _SPELLINGS:
            plain = pattern.sub(american, plain)
    return tuple(_analyzer(language).analyze(plain))
