"""What the page's events do: a conversation answered, an article opened, the library changed. Nothing here knows how they
come from the page or get back to it.
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
from .frame import NO_SOURCE, welcome_html
from .intake import Intake, Removed, together
from .render import answer_html, day, title_of, turn_html
from .shelf import changes_html, error_html, known_html, shelf_html
from .source import sheet_of, source_html, standing_html
from .uploads import Uploads
from .verbatim import in_html

_LOG = logging.getLogger("quoth")
_MAX_TURNS = 50
_READ_ONLY = error_html("From here the library may only be read.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers and what it allows."""

    min_confidence: float
    cross_encoder: str | None = None
    log_questions: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
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

    def converse(self, questions: Sequence[str] | None, known: list[Turn], only: Only = EVERYTHING) -> tuple[str, list[Turn]]:
        """The answers to a conversation's questions, newest first; those that are known already are not asked again.

        :param only: the articles that the others are asked of.
        """
        asked = [_sound(str(q)) for q in (questions or [])][-_MAX_TURNS:]
        turns: list[Turn] = []
        for i, question in enumerate(asked):
            same = i < len(known) and known[i].question == question and len(turns) == i
            if same and all(a.question == b.question for a, b in zip(known[:i], turns, strict=True)):
                turns.append(known[i])
            else:
                turns.append(self._answer(question, only, [t.answer for t in turns if t.answer]))
        return self._drawn(turns), turns

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

    def _drawn(self, turns: list[Turn]) -> str:
        if not turns:
            return welcome_html(about_the_examples=self._is_about_the_examples())
        drawn = [
            turn_html(i, t.question, self._said_of(t.only) + (answer_html(t.answer, i) if t.answer else error_html(t.error)))
            for i, t in enumerate(turns)
        ]
        return "".join(reversed(drawn))

    def _said_of(self, only: Only) -> str:
        """Which articles were asked, where not all were."""
        if only == EVERYTHING:
            return ""
        parts = [f"{len(only.sources)} chosen article{'' if len(only.sources) == 1 else 's'}" if only.sources else ""]
        parts += [f"by {only.author}" if only.author else "", f"since {day(only.since)}" if only.since else "", f"until {day(only.until)}" if only.until else ""]
        return f'<p class="quoth-note">Asked only: {in_html(", ".join(p for p in parts if p))}</p>'

    def choices(self) -> tuple[list[tuple[str, str]], list[str]]:
        """The articles and authors that can be chosen."""
        articles = self.library.catalogue()
        return [(title_of(a), a.source) for a in articles], ["", *sorted({a.author for a in articles if a.author})]

    def _is_about_the_examples(self) -> bool:
        return any("Rare Earth" in (a.title or "") for a in self.library.catalogue()[:20])

    def source(self, place: dict[str, Any]) -> str:
        article = self.library.article(int(place["article"]))
        if article is None:
            return error_html("This article is no longer in the library; ask again.")
        return self._source(article, (int(place["start"]), int(place["end"])), place.get("passage"), place.get("page"))

    def _source(self, article: Article, span: Span, passage: Span | None = None, page: int | None = None) -> str:
        sheet = sheet_of(self.library, article, span, page)
        return source_html(article, *span, passage, blocks=self.library.layout(article.id).blocks, sheet=sheet, file=self.library.file_of(article))

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

    def act(self, action: dict[str, Any], removed: list[Removed], pending: list[str], may_change: bool) -> tuple[str, str, list[Removed], list[str]]:
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
                forget = action["do"] == "forget"
                changes, removed = together([self.library.rebuild(f, forget_missing=forget) for f in self.library.folders()]), []
        except QuothError as error:
            return self.shelf(True), error_html(str(error)), removed, pending
        self._log(changes)
        return self.shelf(True), changes_html(changes), removed, pending

    def take(self, tokens: list[str] | None, may_change: bool, progress: Callable[..., Any]) -> tuple[str, str, list[str]]:
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
        return self.shelf(True), said + known_html([upload.path.name for upload in known]), [upload.token for upload in known]

    def _log(self, changes: Changes) -> None:
        counts = (len(changes.added), len(changes.changed), len(changes.removed), len(changes.rejected))
        _LOG.info("library changed: %d added, %d changed, %d removed, %d rejected", *counts)


def _sound(text: str) -> str:
    """A text without halves of characters, which cannot be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


