"""What the page's events do: a conversation answered, an article opened, the library changed. Nothing here knows how
they come from the page or get back to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index import Article, Changes, Library
from index.errors import QuothError
from index.records import Progress, Span
from qa import Answer, ask
from qa.only import EVERYTHING, Only
from qa.verify import Saved, verify

from . import export
from .answers import answer_html, turn_html, widen_html
from .examples import examples
from .frame import NO_SOURCE, welcome_html
from .intake import Intake, Removed, together
from .shelf import changes_html, error_html, known_html, shelf_html
from .source import sheet_of, source_html, standing_html
from .talk import Talk, said_of
from .uploads import Uploads

_LOG = logging.getLogger("quoth")
_SUGGESTING, _SURE = 12, 0.5
"""Articles that suggest questions, and how surely these must be answered."""
_READ_ONLY = error_html("From here the library may only be read.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers and what it allows."""

    min_confidence: float
    cross_encoder: str | None = None
    log_questions: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or why there is none."""

    question: str
    only: Only
    answer: Answer | None
    error: str = ""


class Events:
    """What the page's events do."""

    def __init__(self, library: Library, settings: Settings, uploads: Uploads) -> None:
        self.library = library
        self.settings = settings
        self._intake = Intake(library, uploads)
        self._examples: tuple[list[int], list[str]] = ([], [])

    def converse(self, talk: Talk, known: Sequence[Turn]) -> tuple[str, list[Turn]]:
        """The answers that the page does not show yet; those that are known already are not asked again."""
        turns: list[Turn] = []
        same = True  # so far; an answer leans on those before it
        for number, (question, only) in enumerate(talk.asked):
            same = same and number < len(known) and (known[number].question, known[number].only) == (question, only)
            history = [turn.answer for turn in turns if turn.answer]
            turns.append(known[number] if same else self._answer(question, only, history))
        return "".join(self._drawn(number, turn) for number, turn in enumerate(turns) if number >= talk.shown), turns

    def _answer(self, question: str, only: Only, history: list[Answer]) -> Turn:
        start = time.perf_counter()
        settings = self.settings
        try:
            answer = ask(
                question, library=self.library, history=history, min_confidence=settings.min_confidence,
                cross_encoder=settings.cross_encoder, only=only,
            )  # fmt: skip
        except QuothError as error:
            _LOG.info("could not answer: %s", type(error).__name__)
            return Turn(question, only, None, str(error))
        asked = f": {question!r}" if settings.log_questions else ""
        found = f"found, {len(answer.quotes)} quotes" if answer.found else "not found"
        _LOG.info("answered in %.0f ms, %s%s", 1000 * (time.perf_counter() - start), found, asked)
        return Turn(question, only, answer)

    def _drawn(self, number: int, turn: Turn) -> str:
        narrowed = turn.only != EVERYTHING
        if turn.answer:
            body = answer_html(turn.answer, number, narrowed=narrowed)
        else:
            body = error_html(turn.error) + (widen_html(turn.question, number) if narrowed else "")
        return turn_html(number, turn.question, said_of(turn.only) + body)

    def welcome(self, may_change: bool, *, with_examples: bool) -> str:
        """What a conversation begins with.

        :param with_examples: find questions that the articles answer, which takes as long as asking them.
        """
        ids = [article.id for article in self.library.catalogue()]
        if with_examples and ids != self._examples[0]:
            first = [article for id_ in ids[:_SUGGESTING] if (article := self.library.article(id_))]
            self._examples = (ids, examples(first, self._is_answered))
        return welcome_html(len(ids), self._examples[1] if ids == self._examples[0] else [], may_change)

    def _is_answered(self, question: str) -> bool:
        try:
            return ask(question, library=self.library, min_confidence=_SURE).found
        except QuothError:
            return False

    def source(self, place: dict[str, Any]) -> str:
        article = self.library.article(int(place["article"]))
        if article is None:
            return error_html("This article is no longer in the library; ask again.")
        return self._source(article, (int(place["start"]), int(place["end"])), place.get("passage"), place.get("page"))

    def _source(self, article: Article, span: Span, passage: Span | None = None, page: int | None = None) -> str:
        sheet = sheet_of(self.library, article, span, page)
        blocks, file = self.library.layout(article.id).blocks, self.library.file_of(article)
        return source_html(article, *span, passage, blocks=blocks, sheet=sheet, file=file)

    def opened(self, asked: Mapping[str, str]) -> str:
        """The article that the page's address names, if it names one."""
        if "source" not in asked:
            return NO_SOURCE
        start, end = (int(asked[key]) if asked.get(key, "").isdecimal() else 0 for key in ("start", "end"))
        text = asked.get("quote", "")
        found = verify(Saved(text, asked["source"], start, start + len(text)), self.library) if text else None
        article = found.article if found and found.article else self.library.article_from(asked["source"])
        told = standing_html(found) if found else ""
        if article is None:
            return told + error_html(f"The library holds no article from {asked['source']}.")
        if found is None:
            return self._source(article, (start, end))
        span = (found.start, found.end + max(end - start - len(text), 0) * (found.standing == "in place"))
        return told + self._source(article, span)

    def shelf(self, may_change: bool) -> str:
        return shelf_html(self.library.catalogue(), self.library.outdated(), may_change)

    def exported(self, form: str, turns: list[Turn]) -> list[str]:
        answers = [t.answer for t in turns if t.answer]
        return ["quotes.html", export.html(answers)] if form == "html" else ["quotes.md", export.markdown(answers)]

    def act(
        self, action: dict[str, Any], removed: list[Removed], pending: list[str], may_change: bool
    ) -> tuple[str, str, list[Removed], list[str]]:
        """Remove an article, undo that, settle what becomes of files that wait, or bring the folders up to date."""
        if not may_change:
            return self.shelf(False), _READ_ONLY, [], []
        try:
            if action["do"] == "remove":
                changes, removed = self._intake.remove(int(action["article"]))
            elif action["do"] == "undo":
                changes, removed = self._intake.restore(removed), []
            elif action["do"] in ("replace", "both"):
                changes, pending = self._intake.settle(pending, replacing=action["do"] == "replace"), []
            else:
                forget, folders = action["do"] == "forget", self.library.folders()
                changes = together([self.library.rebuild(folder, forget_missing=forget) for folder in folders])
                removed = []
        except QuothError as error:
            return self.shelf(True), error_html(str(error)), removed, pending
        self._log(changes)
        return self.shelf(True), changes_html(changes), removed, pending

    def take(
        self, tokens: list[str] | None, may_change: bool, progress: Callable[..., Any]
    ) -> tuple[str, str, list[str]]:
        """Take in files that were uploaded; the last are those of which it is asked whether they replace others."""
        if not may_change:
            return self.shelf(False), _READ_ONLY, []

        def report(now: Progress) -> None:
            if now.waiting:
                progress(0, desc="Waiting for another that changes the library")
                return
            progress((now.bytes, max(now.all_bytes, 1)), desc=f"{now.passages} passages embedded", unit="bytes")

        try:
            changes, known = self._intake.take([str(token) for token in tokens or []], report)
        except QuothError as error:
            return self.shelf(True), error_html(str(error)), []
        said = ""
        if changes is not None:
            self._log(changes)
            said = changes_html(changes)
        asked = known_html([upload.path.name for upload in known])
        return self.shelf(True), said + asked, [upload.token for upload in known]

    def _log(self, changes: Changes) -> None:
        counts = (len(changes.added), len(changes.changed), len(changes.removed), len(changes.rejected))
        _LOG.info("library changed: %d added, %d changed, %d removed, %d rejected", *counts)
