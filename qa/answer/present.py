"""The answer as it is presented: quotes, disagreements and explanation."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.qa.question.understand import Question
from quoth.qa.ranking.evidence import Evidence
from quoth.qa.records import Answer

from .confidence import log_odds
from .decide import Decision
from .explain import explain
from .headline import has_headline
from .quotes import choose


def present(question: Question, evidence: Sequence[Evidence], decision: Decision) -> Answer:
    """Compose the answer.

    :param evidence: single sentences, best first.
    """
    quotes = choose(question, evidence)
    return Answer(
        question.typed, question.searched_for, decision.found, decision.confidence, quotes,
        decision.comparison.disagreements, question.did_you_mean, decision.comparison.remark,
        explain(question, evidence, decision),
        decision.found and bool(quotes) and has_headline(question, evidence[0], quotes[0], log_odds(decision.features)),
    )  # fmt: skip
