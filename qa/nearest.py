"""nearest(): the sentences of the articles that are most similar to a given text, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, islice
from typing import ClassVar, Literal

from rapidfuzz import fuzz

from quoth.index.errors import BadQuestion, no_text
from quoth.index.library import Library
from quoth.index.records import Article, Record, Span
from quoth.index.search.snapshot import Candidate, Snapshot
from quoth.index.sync.boundaries import sentence_spans
from quoth.index.text.analysis import word_spans
from quoth.index.text.normalize import typed

MAX_CHARS = 2000
"""Maximum length of a given text."""
ALIKE = 0.55
"""Minimum similarity: sentences that have nothing to do with each other share up to half of their letters."""
_SEARCHED = 50
"""Number of passages that each search proposes."""
_SEARCHES = 8
"""Maximum number of sentences of the given text that are searched for one by one."""
_COMPARED = 8
"""Number of passages whose surroundings are compared sentence by sentence."""
_ALIGNED, _ALIGNED_WORDS = 8, 2000
"""Maximum number of runs of sentences that are compared word by word, and of the given text's words in all of them. A
comparison of many equal words takes seconds."""
_GRAM = 4
"""Texts are first compared by their sequences of so many characters."""
_UNLIKE = 0.5
"""What a sequence that the given text lacks takes from the score of a sentence, where one that it has adds 1."""
_GAP = 0.5
"""What a letter between two common runs of words takes from their score, where a common letter adds 1."""
_WITHIN_WORDS = frozenset(".,:'’-‐‑/")
"""Marks that join the words on both sides of them: "5,000", "10:30", "twenty-five"."""

Kind = Literal["replaced", "missing", "added"]


@dataclass(frozen=True, slots=True)
class Difference(Record):
    """Words in which a given text and an article differ."""

    kind: Kind
    """"missing": the article has words that the given text lacks; "added": the given text has words that the article
    lacks."""
    given: str
    """The words of the given text; empty if they are missing."""
    there: str
    """The words of the article; empty if the given text added some."""
    given_span: Span
    """Offsets into the given text."""
    there_span: Span
    """Offsets into ``article.text``."""


@dataclass(frozen=True, slots=True)
class Nearest(Record):
    """The sentences that are most similar to a given text."""

    derived: ClassVar[tuple[str, ...]] = ("text", "part_text", "status")

    given: str
    article: Article
    start: int
    end: int
    """One sentence, or several that follow each other: ``article.text[start:end]``."""
    part: Span
    """What stands for the given text in these sentences, as offsets into ``article.text``: all of them, unless the
    given text begins or ends within a sentence."""
    similarity: float
    """Share of the letters that the given text and the part have in common, from 0 to 1. Case and white space do not
    count."""
    differences: tuple[Difference, ...]
    """In the order of the text; letters, case and marks count, white space does not."""

    @property
    def text(self) -> str:
        """The sentences, letter for letter."""
        return self.article.text[self.start : self.end]

    @property
    def part_text(self) -> str:
        """The part, letter for letter."""
        return self.article.text[slice(*self.part)]

    @property
    def status(self) -> Literal["similar"]:
        """Distinguishes the record from a place where the text occurs (see ``Verified``)."""
        return "similar"


def nearest(sentence: str, library: Library) -> Nearest | None:
    """Return the sentence of the articles, or the run of sentences, that is most similar to a given one.

    Passages are proposed by the search, by words and by meaning, for the whole text and for each of its sentences; so a
    large library takes no longer. None if no sentence is at least ``ALIKE``.

    :raises BadQuestion: the text is longer than 2,000 characters, or has half of a surrogate pair.
    """
    try:
        sentence.encode()
    except UnicodeEncodeError as error:
        raise no_text(error) from error
    if len(sentence) > MAX_CHARS:
        raise BadQuestion(
            f"The text has {len(sentence):,} characters; what is nearest to it is looked for up to {MAX_CHARS:,}. "
            "Check one sentence at a time, or a few."
        )
    if not word_spans(sentence):
        return None
    grams = _grams(sentence)
    proposed = sorted(
        _proposed(sentence, library.snapshot()), key=lambda c: (-_common(grams, c.stored.passage.text)[0], c.place)
    )
    closest = proposed[:_COMPARED]
    sentences = {c.article.id: library.sentences(c.article.id) for c in closest}
    runs = {
        (candidate.article.source, *run): (score, candidate.article)
        for candidate in closest
        for score, run in _runs(grams, candidate, len(sentence), sentences[candidate.article.id])
    }
    best = sorted(runs.items(), key=lambda found: (-found[1][0], found[0]))[: _aligned(sentence)]
    compared = [_compare(sentence, article, run, sentences[article.id]) for (_, *run), (_, article) in best]
    found = max(compared, key=lambda one: (one.similarity, -len(one.differences)), default=None)
    return found if found and found.similarity >= ALIKE else None


def _proposed(text: str, snapshot: Snapshot) -> list[Candidate]:
    """Return the passages that the search finds for a text and for each of its sentences."""
    sentences = [text[a:b] for a, b in sentence_spans(text, snapshot.language_of(text)) if word_spans(text[a:b])]
    queries = [text, *(islice(sentences, _SEARCHES) if len(sentences) > 1 else ())]
    scored = {s.id: s for query in queries for s in snapshot.search(query, snapshot.encode(query), _SEARCHED)}
    return snapshot.load([*scored.values()])


def _aligned(given: str) -> int:
    """Return the number of runs that are compared word by word with a text."""
    return max(1, min(_ALIGNED, _ALIGNED_WORDS // len(_tokens(given, (0, len(given))))))


def _grams(text: str) -> frozenset[str]:
    plain = f" {typed(text).casefold()} "
    return frozenset(plain[i : i + _GRAM] for i in range(len(plain) - _GRAM + 1))


def _common(grams: frozenset[str], text: str) -> tuple[int, int]:
    """Return how many sequences of a text are among those of the given text, and how many are not."""
    its = _grams(text)
    return len(its & grams), len(its - grams)


def _runs(
    grams: frozenset[str], candidate: Candidate, reach: int, sentences: Sequence[Span]
) -> Iterator[tuple[float, Span]]:
    """Yield the runs of sentences about a passage, each with its score.

    A sentence of which the given text may be a part loses little by the rest of it.

    :param reach: how many characters before and after the passage are looked at.
    :param sentences: the sentences of the passage's article.
    """
    passage, text = candidate.stored.passage, candidate.article.text
    within = [(a, b) for a, b in sentences if a < passage.end + reach and b > passage.start - reach]
    counts = [_common(grams, text[a:b]) for a, b in within]
    scores = [common - _UNLIKE * min(unlike, len(grams)) for common, unlike in counts]
    for first, (a, _) in enumerate(within):
        for (_, b), score in zip(within[first:], accumulate(scores[first:]), strict=True):
            yield score, (a, b)


def _compare(given: str, article: Article, run: Sequence[int], sentences: Sequence[Span]) -> Nearest:
    """Compare a text with a run of sentences, word by word; sentences that have no part in it are left out."""
    start, end = run
    ours, theirs = _tokens(given, (0, len(given))), _tokens(article.text, (start, end))
    words = [given[a:b] for a, b in ours]
    plain = [word.casefold() for word in words]
    first, last = _part(plain, [article.text[a:b].casefold() for a, b in theirs])
    theirs = theirs[first:last]
    part = theirs[0][0], theirs[-1][1]
    matcher = SequenceMatcher(None, words, [article.text[a:b] for a, b in theirs], autojunk=False)
    differences = tuple(
        _difference(given, article.text, _extent(ours, i, j, 0), _extent(theirs, k, m, part[0]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    )
    similarity = fuzz.ratio(_letters(given), _letters(article.text[slice(*part)])) / 100
    start = max((a for a, _ in sentences if start <= a <= part[0]), default=start)
    end = min((b for _, b in sentences if part[1] <= b <= end), default=end)
    return Nearest(given, article, start, end, part, similarity, differences)


def _part(words: Sequence[str], theirs: Sequence[str]) -> Span:
    """Return which words of some sentences stand for the words of the given text.

    They begin and end with common words, and with as many others as the given text has before and after those. Common
    words far from the others are left out.
    """
    blocks = SequenceMatcher(None, words, theirs, autojunk=False).get_matching_blocks()[:-1]
    best, score, first = (0.0, 0, len(theirs)), 0.0, 0
    for number, (i, k, size) in enumerate(blocks):
        if number:
            before = blocks[number - 1]
            gap = sum(map(len, theirs[before.b + before.size : k])) - sum(map(len, words[before.a + before.size : i]))
            score -= _GAP * max(0, gap)
        if score <= 0:
            score, first = 0.0, max(0, k - i)
        score += sum(map(len, theirs[k : k + size]))
        best = max(best, (score, first, min(len(theirs), k + len(words) - i)), key=lambda found: found[0])
    return best[1:]


def _difference(given: str, text: str, ours: Span, theirs: Span) -> Difference:
    kind: Kind = "replaced"
    if ours[0] == ours[1]:
        kind = "missing"
    elif theirs[0] == theirs[1]:
        kind = "added"
    return Difference(kind, given[slice(*ours)], text[slice(*theirs)], ours, theirs)


def _extent(tokens: Sequence[Span], first: int, last: int, start: int) -> Span:
    """Return the span of the words from ``first`` to before ``last``; an empty one after the word before."""
    if first < last:
        return tokens[first][0], tokens[last - 1][1]
    at = tokens[first - 1][1] if first else start
    return at, at


def _tokens(text: str, span: Span) -> list[Span]:
    """Return the spans of the words and marks in a part of a text."""
    start, end = span
    tokens: list[Span] = []
    at = start
    for a, b in [*((a + start, b + start) for a, b in word_spans(text[start:end])), (end, end)]:
        between = text[at:a]
        if tokens and at == tokens[-1][1] and len(between) == 1 and between in _WITHIN_WORDS and a < b:
            tokens[-1] = tokens[-1][0], b
        else:
            tokens += [(i, i + 1) for i in range(at, a) if not text[i].isspace()]
            tokens += [(a, b)] if a < b else []
        at = b
    return tokens


def _letters(text: str) -> str:
    return "".join(text.casefold().split())
