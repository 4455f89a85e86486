"""Speech that a question asks the speaker of: "Who said that the town cannot afford the repair?".

The reader knows what a speaker looks like, but hardly which one says it. The answer is the speaker of the sentence that
fits the question best, as far as the text names that speaker.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from quoth.index.records import Span
from quoth.index.text.speakers import speakers
from quoth.qa.question.understand import Question

from .evidence import Evidence
from .weights import READ

_SAYS = (
    r"(?:sa(?:id|ys?)|th(?:ought|inks?)|believ(?:es?|ed)|claim(?:s|ed)?|warn(?:s|ed)?|argu(?:es?|ed)|insist(?:s|ed)?"
    r"|complain(?:s|ed)?|fear(?:s|ed)?|doubt(?:s|ed)?|hop(?:es?|ed)|predict(?:s|ed)?|suggest(?:s|ed)?)\b"
)
_SAYS_THAT = (
    r"(?:t(?:old|ells?)|ask(?:s|ed)?|answer(?:s|ed)?|repl(?:ies|ied)|add(?:s|ed)|explain(?:s|ed)?|declar(?:es?|ed)"
    r"|stat(?:es?|ed)|promis(?:es?|ed)|announc(?:es?|ed)|admit(?:s|ted)?|wr(?:ote|ites)|remark(?:s|ed)?|not(?:es|ed))\b"
    r".*?\b(?:that|whether|if|how|why|what)\b"
)
"""Verbs that are about speech only with a clause: "Who added that ...", but not "Who added the tower?"."""
_ASKS_WHO_SAYS = re.compile(
    r"^\W*(?:who|whom|which\s+(?:\w+\s+){1,3}?)\s*(?:has|had|have|(?:is|was)\s+it\s+(?:that|who)|else|also)?"
    rf"\s*(?:{_SAYS}|{_SAYS_THAT})"
    r"|\baccording\s+to\s+(?:whom|who)\b|^\W*(?:who|whom)\s+(?:is|was)\s+quoted\b|^\W*whose\s+words\b",
    re.IGNORECASE,
)


def asks_who_says(question: Question) -> bool:
    """Whether a question asks who says, asks or thinks something; English only."""
    return bool(_ASKS_WHO_SAYS.search(question.own))


def speaker_in(text: str, span: Span) -> Span | None:
    """The place of the name of who speaks in a span; None if nobody does, several do, or the text does not say who."""
    found = speakers(text)
    first = max(bisect(found, span[0], key=lambda speech: speech.span[0]) - 1, 0)
    names = set()
    for speech in found[first:]:
        if speech.span[0] >= span[1]:
            break
        if speech.span[1] > span[0]:
            names.add(speech.name)
    return names.pop() if len(names) == 1 else None


def with_speech_raised(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Give the speech of each article that has most of the question's words the highest margin of the article's speech,
    if the question asks who says it."""
    if not asks_who_says(question):
        return list(evidence)
    spoken: defaultdict[int, list[int]] = defaultdict(list)
    for number, e in enumerate(evidence):
        if speaker_in(e.article.text, e.span):
            spoken[e.article.id].append(number)
    raised = list(evidence)
    for numbers in spoken.values():
        highest = max(evidence[number].margin for number in numbers)
        best = max(numbers, key=lambda number: evidence[number].unit.score)
        e = evidence[best]
        raised[best] = replace(e, margin=highest, score=e.score + READ * (highest - e.margin))
    return raised
