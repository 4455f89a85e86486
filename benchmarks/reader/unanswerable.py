"""Questions without an answer, made from questions with one.

similar    the question with the passage that is nearest to it, from the same article (from all sentences, in the
           sets of single sentences), and does not contain its answer
elsewhere  the question with the passage that is nearest to it in other articles of its set
without    the question with its own passage, from which the sentences with the answer are removed
other      one of its names or numbers is replaced by another of the same article
word       one of the words that it shares with the passage is replaced by a word of another question with the same
           ending
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from nupunkt import sent_spans

from quoth.index.embedding.encoder import load_encoder
from quoth.index.records import Floats

from .examples import AROUND, Example, Source, title_of

_NAME = re.compile(r"(?<!^)\b[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+)?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_ASKING = frozenset(
    [
        "what", "when", "where", "which", "whom", "whose", "does", "have", "been", "were", "with", "from", "that",
        "this", "many", "much", "about", "after", "before",
    ]
)  # fmt: skip


class Passages:
    """The passages of some questions with their vectors, computed once."""

    def __init__(self, found: Sequence[Source]) -> None:
        self._texts = list(dict.fromkeys((s.text, s.article, _set(s)) for s in found))
        encoder = load_encoder()
        self._vectors: Floats = np.stack([e.vector for e in encoder.encode([text for text, _, _ in self._texts])])
        questions = list(dict.fromkeys(s.question for s in found))
        self._asked = dict(zip(questions, (e.vector for e in encoder.encode(questions)), strict=True))
        self._articles = np.array([article for _, article, _ in self._texts])
        self._sets = np.array([name for _, _, name in self._texts])

    def similar(self, wanted: Sequence[Source], elsewhere: bool) -> list[Source]:
        """Each question with the nearest passage of its article (of another article of its set, if ``elsewhere``) that
        does not contain the words of its answer."""
        found = []
        for s in wanted:
            assert s.answer
            answer = s.text[slice(*s.answer)].lower()
            own = self._articles == s.article
            among = np.flatnonzero(~own & (self._sets == _set(s)) if elsewhere else own)
            for i in among[np.argsort(-(self._vectors[among] @ self._asked[s.question]))[:20]]:
                text = self._texts[i][0]
                if text != s.text and answer not in text.lower():
                    group = f"{'elsewhere' if elsewhere else 'similar'}-{s.group}"
                    found.append(replace(s, text=text, answer=None, near=None, group=group))
                    break
        return found


def _set(source: Source) -> str:
    return source.group.removeprefix("yesno-")


def without(source: Source, draw: random.Random) -> Example | None:
    """The passage without the sentences that contain the answer; None if too little is left."""
    assert source.answer
    answer = source.text[slice(*source.answer)].lower()
    kept = [source.text[a:b] for a, b in sent_spans(source.text) if answer not in source.text[a:b].lower()]
    at = draw.randrange(max(1, len(kept) - 2))
    text = "".join(kept[at : at + 1 + draw.randrange(2 * AROUND)]).strip()
    return (
        Example(source.question, title_of(source, draw), text, None, f"without-{source.group}")
        if len(text) > 60
        else None
    )


def other(sources: Sequence[Source], draw: random.Random) -> list[Source]:
    """The questions with one name or number replaced."""
    names: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, list[str]] = defaultdict(list)
    for s in sources:
        names[s.article] += _NAME.findall(s.question)
        numbers[s.article] += _NUMBER.findall(s.question)
    found = []
    for s in sources:
        for pattern, known in ((_NUMBER, numbers[s.article]), (_NAME, names[s.article])):
            if not (match := pattern.search(s.question)):
                continue
            others = [
                k
                for k in set(known)
                if k.lower() not in match.group().lower() and match.group().lower() not in k.lower()
            ]
            if others:
                question = s.question[: match.start()] + draw.choice(sorted(others)) + s.question[match.end() :]
                found.append(replace(s, question=question, answer=None, group=f"other-{s.group}"))
                break
    return found


def word(wanted: Sequence[Source], sources: Sequence[Source], draw: random.Random) -> list[Source]:
    """The questions with one word replaced that occurs in the passage, or whose first five letters do."""
    known: dict[tuple[str, str], list[str]] = defaultdict(list)
    for s in sources:
        for word in _WORD.findall(s.question):
            known[s.article, word[-2:]].append(word)
    found = []
    for s in wanted:
        text = s.text.lower()
        shared = [m for m in _WORD.finditer(s.question) if m.group() not in _ASKING and m.group()[:5] in text]
        if not shared:
            continue
        match = draw.choice(shared)
        others = [w for w in known[s.article, match.group()[-2:]] if w[:5] not in text and w not in _ASKING]
        if others:
            question = s.question[: match.start()] + draw.choice(others) + s.question[match.end() :]
            found.append(replace(s, question=question, answer=None, group=f"word-{s.group}"))
    return found
