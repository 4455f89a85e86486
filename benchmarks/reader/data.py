"""The reader's examples for training and for measuring.

Every draw cuts the windows and makes the unanswerable questions again. Passages have up to five sentences on each side
of the answer, or of the words that look like one, so that their length does not show whether they contain it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from . import unanswerable
from .examples import Example, Source, sources, window, with_another
from .forms import tables, varied, yes_or_no

SIMILAR, ELSEWHERE, WITHOUT, OTHER, WORD = 0.5, 0.15, 0.15, 0.15, 0.25
"""Numbers of such unanswerable questions per answerable one."""
SINGLY = 0.4
"""Share of these numbers in the set of single sentences."""
YES_OR_NO, TABLES = 2_500, 2_500
WITH_ANOTHER = 0.12
"""Share of the questions that are followed by another question in brackets."""


class Data:
    """The questions, with everything that is the same in each draw."""

    def __init__(self, folder: Path, squad: Path, seed: int, held_out: bool = False) -> None:
        self._draw = random.Random(seed)
        self._held_out = held_out
        self._sources = sources(folder, squad, held_out, self._draw)
        made = yes_or_no([s for s in self._sources if s.group not in ("policy", "qamr")])
        count = YES_OR_NO // 10 if held_out else YES_OR_NO
        self._sources += self._draw.sample(made, min(count, len(made)))
        self._answerable = [s for s in self._sources if s.answer and s.group != "policy"]
        self._passages = unanswerable.Passages(self._answerable)

    def examples(self) -> list[Example]:
        """The next draw, shuffled."""
        draw = self._draw
        asked = with_another(self._sources, WITH_ANOTHER, draw)
        found = [window(s, draw) for s in asked]
        found += [window(s, draw) for s in self._passages.similar(self._some(SIMILAR), elsewhere=False)]
        found += [window(s, draw) for s in self._passages.similar(self._some(ELSEWHERE), elsewhere=True)]
        long = [s for s in self._answerable if s.group != "qamr"]
        found += [e for s in self._some(WITHOUT) if s.group != "qamr" and (e := unanswerable.without(s, draw))]
        found += [window(s, draw) for s in unanswerable.other(long, draw) if draw.random() < OTHER]
        found += [window(s, draw) for s in unanswerable.word(self._some(WORD), self._answerable, draw)]
        if not self._held_out:
            found = [varied(e, draw) for e in found]
        found += tables(self._answerable, TABLES // 10 if self._held_out else TABLES, draw)
        draw.shuffle(found)
        return found

    def _some(self, share: float) -> Sequence[Source]:
        draw = self._draw
        return [s for s in self._answerable if draw.random() < share * (SINGLY if s.group == "qamr" else 1.0)]
