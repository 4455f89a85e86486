"""Any question is safe: it is answered, or refused with a reason."""

from __future__ import annotations

import random
import time

import pytest

from quoth import Answer, Library, ask
from quoth.index.errors import BadQuestion
from tests.proof import Proof

WORDS = (
    "truce", "China", "rare earth", "When", "who", "how many", "90", "2025", "the", "and it", "Trump", "Xi", "tariffs",
    "percent", "U.S.", "isn't",
)  # fmt: skip
ODD = (
    "\x00", "\x1b[31m", "\ud800", "\udfff", "\u202e", "\u2066", "\ufeff", "\u200d", "\ufffe", "\x85", "\u2028", "\r\n",
    "\t", "a\u0301" * 40, "Z̡̛̖̹͎͐ͣ͗" * 9, "👩‍👩‍👧‍👦", "ﷺ", "한국어", "中国的稀土", "العربية", "ไทย", "ﬁ", "ı", "İ", "ß",
    "½", "²", "١٢٣", "\U0001f600", "\U0010ffff", "<script>alert(1)</script>", "${1+1}", "{{x}}",
    '{"path": "/etc/passwd"}', "../../etc", "' OR 1=1 --", '"', "*:*", "AND OR NOT", "title:x^3~2", "(((", "[a TO z]",
    "/re.*/", "field:", "\\", "%s%n", "?" * 50, "-" * 50,
)  # fmt: skip


def question(rng: random.Random) -> str:
    """A question of words and odd characters, or of random characters, of any length."""
    kind = rng.random()
    if kind < 0.02:
        return rng.choice(("word ", "中", "a\u0301", "é", "\x00", "1 ", "who ")) * rng.choice(
            (1_000, 100_000, 1_000_000 // 5)
        )
    if kind < 0.1:
        return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randrange(60)))
    parts = [rng.choice(ODD if rng.random() < 0.4 else WORDS) for _ in range(rng.randrange(1, 14))]
    return rng.choice((" ", "", "  ")).join(parts) + rng.choice(("", "?", "!"))


@pytest.mark.model
@pytest.mark.promise("Any question is safe")
def test_questions_of_any_kind(seed_library: Library, proof: Proof) -> None:
    rng = random.Random(0)
    history: list[Answer] = []
    slowest = 0.0
    for number in proof.times(short=75, long=10_000):
        text = question(rng)
        start = time.monotonic()
        try:
            answer = ask(text, library=seed_library, history=history)
        except BadQuestion:
            pass
        except Exception as error:  # no other error is allowed
            proof.holds(False, f"try {number}, {text[:80]!r}: {type(error).__name__}: {error}")
        else:
            proof.holds(
                all(q.text == q.article.text[q.start : q.end] for q in answer.quotes),
                f"try {number}, {text[:80]!r}: not verbatim",
            )
            history = [*history[-2:], answer] if rng.random() < 0.5 else []
        slowest = max(slowest, time.monotonic() - start)
    if proof.is_long:
        proof.holds(slowest < 2, f"the slowest took {slowest:.1f} s")
        proof.what += f" (slowest {1000 * slowest:.0f} ms)"
