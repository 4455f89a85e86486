"""Ranked passages -> the sentences worth quoting, and the words in them that answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.records import Span
from index.words import stems

from .highlight import highlights
from .records import Quote
from .retrieve import Ranked, max_sim

PASSAGE_SHARE = 0.2
SENTENCE_WEIGHT = 30.0
"""A sentence's score is 30 MaxSim(q, s) + 0.2 times its passage's score, found together with the passage's weights."""
MAX_QUOTES = 3
MAX_QUOTE_CHARS = 400
SAME = 0.8
"""Sentences that share this much of their words (Jaccard) say the same."""

_LEANING = re.compile(r"(?:it|its|this|these|those|that|he|she|they|his|her|their|such)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Scored:
    span: Span
    index: int
    ranked: Ranked
    evidence: float
    score: float


def choose(question: str, ranked: list[Ranked]) -> tuple[float, tuple[Quote, ...]]:
    """The evidence that the articles answer at all (the best sentence's MaxSim), and up to three quotes, best first."""
    scored = sorted((s for r in ranked for s in _sentences(r)), key=lambda s: (-s.score, s.span))
    evidence = max((s.evidence for s in scored), default=0.0)
    quotes: list[Quote] = []
    for sentence in scored:
        quote = _quote(question, sentence)
        same = next((i for i, q in enumerate(quotes) if _says_same(q.text, quote.text)), None)
        if same is not None:
            known = (quotes[same], *quotes[same].also)
            if len(quotes[same].also) < MAX_QUOTES and all(q.article.id != quote.article.id for q in known):
                quotes[same] = replace(quotes[same], also=(*quotes[same].also, quote))
        elif len(quotes) < MAX_QUOTES and not any(_overlap(q, quote) for q in quotes):
            quotes.append(quote)
        if len(quotes) == MAX_QUOTES and sentence.score < 0.6 * scored[0].score:
            break
    return evidence, tuple(quotes)


def _sentences(ranked: Ranked) -> list[_Scored]:
    """A passage's sentences with their scores; lead-ins and fragments only where there is nothing else."""
    stored, text = ranked.candidate.stored, ranked.candidate.article.text
    starts = stored.tokens.spans[:, 0]
    placed = stored.tokens.spans[:, 1] > starts
    whole = [i for i, (a, b) in enumerate(stored.sentences) if _stands_alone(text[a:b])]
    found = []
    for i in whole or range(len(stored.sentences)):
        start, end = stored.sentences[i]
        evidence = max_sim(ranked.weights, ranked.similarities[:, placed & (starts >= start) & (starts < end)])
        score = SENTENCE_WEIGHT * evidence + PASSAGE_SHARE * ranked.score
        found.append(_Scored((start, end), i, ranked, evidence, score))
    return found


def _stands_alone(sentence: str) -> bool:
    return len(_WORD.findall(sentence)) >= 4 and not sentence.endswith(":")


def _quote(question: str, sentence: _Scored) -> Quote:
    """The sentence, with the one before it where it leans on that ("It", "This", "He")."""
    stored, article = sentence.ranked.candidate.stored, sentence.ranked.candidate.article
    start, end = sentence.span
    if sentence.index and _LEANING.match(article.text, start):
        before = stored.sentences[sentence.index - 1][0]
        if end - before <= MAX_QUOTE_CHARS:
            start = before
    marks = tuple((a + start, b + start) for a, b in highlights(question, article.text[start:end]))
    return Quote(article.text[start:end], start, end, article, stored.passage, sentence.score, marks)


def _overlap(a: Quote, b: Quote) -> bool:
    return a.article.id == b.article.id and a.start < b.end and b.start < a.end


def _says_same(a: str, b: str) -> bool:
    first, second = set(stems(a)), set(stems(b))
    return bool(first) and len(first & second) >= SAME * len(first | second)
