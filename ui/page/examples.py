"""Example questions, made from the articles' sentences by a few fixed rules, not by a generative model. Only questions
that the articles answer are shown.

The rules know English. Nothing is shown for articles in other languages, or without a matching sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from quoth.index.records import Article

MOST = 4
_TRIED, _ARTICLES, _CHARS = 16, 12, 20_000
"""Maximum numbers of questions to try, of articles to use, and of characters to read from each article."""
_NAME = r"(?P<who>(?:[A-Z][\w.’'-]*[\w’']\s){0,2}[A-Z][\w’'-]*[a-z])"
_OBJECT = r"(?P<what>(?:the|a|an|its|his|her|their|new)\s(?:[\w’'-]+\s){0,3}?[\w’'-]+)"
_SAID = {
    "said": "say", "announced": "announce", "agreed": "agree to", "warned": "warn of", "promised": "promise",
    "proposed": "propose", "demanded": "demand", "suspended": "suspend", "imposed": "impose", "signed": "sign",
    "approved": "approve", "rejected": "reject", "won": "win", "lost": "lose", "opened": "open", "found": "find",
}  # fmt: skip
_DONE = r"(?:signed|held|reached|founded|built|opened|closed|launched|published|introduced|agreed|announced|imposed)"
_HAS = {"controls": "control", "holds": "hold", "produces": "produce", "supplies": "supply", "owns": "own"}
_LASTS = r"(?:truce|deal|pause|delay|ban|strike|treaty|contract|reprieve|moratorium|ceasefire|suspension)"
_MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            rf"\b{_NAME} (?P<has>{'|'.join(_HAS)}) (?:\w+ )?\d+(?:\.\d+)?(?:%| per ?cent) of "
            r"(?P<what>[a-z -]{4,30}[a-z])\b"
        ),
        lambda m: f"What share of {_noun(m['what'])} does {m['who']} {_HAS[m['has']]}?",
    ),
    (
        re.compile(
            rf"(?P<what>[Tt]he (?:[\w’'-]+ ){{1,4}}?)(?:was|were) (?P<done>{_DONE})\b[^.;]{{0,40}}? "
            rf"(?:in|on) (?:{_MONTHS}|\d{{4}})"
        ),
        lambda m: f"When was {_small(m['what'].strip())} {m['done']}?",
    ),
    (
        re.compile(rf"\b(?:\w+)-(?:day|week|month|year) (?P<what>(?:[a-z]+ )?{_LASTS})\b"),
        lambda m: f"How long is the {m['what']}?",
    ),
    (
        re.compile(
            rf"\b(?:{_NAME}|(?P<it>[Tt]he \w+)) (?P<did>{'|'.join(_SAID)}) "
            r"(?:that|to|on|a|an|the|he|she|it|they)\b"
        ),
        lambda m: f"What did {m['who'] or _small(m['it'])} {_SAID[m['did']]}?",
    ),
    (
        re.compile(rf"(?:^|[.!?]\s+)On (?P<day>{_MONTHS} \d{{1,2}}(?:, \d{{4}})?)", re.MULTILINE),
        lambda m: f"What happened on {m['day']}?",
    ),
    (
        re.compile(rf"\b{_NAME} will (?P<do>delay|suspend|resume|buy|build|lift|cut|raise|pay|open|close) {_OBJECT}"),
        lambda m: f"What will {m['who']} {m['do']}?",
    ),
)  # fmt: skip


def examples(articles: Sequence[Article], answers: Callable[[str], bool]) -> list[str]:
    """A few questions, from different articles and rules if possible.

    :param answers: returns whether the articles answer a question.
    """
    offers = [_questions(article) for article in articles[:_ARTICLES]]
    in_turn = (question for round_ in zip_longest(*offers) for question in round_ if question)
    tried = islice(dict.fromkeys(islice(in_turn, 4 * _TRIED)), _TRIED)
    return list(islice((question for question in tried if answers(question)), MOST))


def _questions(article: Article) -> Iterator[str]:
    """The question that each rule makes from its first match."""
    if article.language not in (None, "en"):
        return
    for pattern, made in _RULES:
        if match := pattern.search(article.text[:_CHARS]):
            yield " ".join(made(match).split())


def _noun(words: str) -> str:
    """The words before the next conjunction or preposition: "rare earth mining and around" -> "rare earth mining"."""
    return re.split(r" (?:and|or|in|of the|from|to|while|as|with|for|by|at)\b", words)[0]


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
