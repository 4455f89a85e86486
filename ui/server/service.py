"""What the page's events do: a conversation answered, an article opened, the library changed, quotes kept. Nothing here
knows how they come from the page or get back to it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.index.records import Article, Changes, Progress, Span
from quoth.index.storage.rows import Head
from quoth.qa.ask import ask
from quoth.qa.feedback import keep
from quoth.qa.filters import EVERYTHING
from quoth.qa.find import find
from quoth.qa.records import Answer
from quoth.qa.verify import Saved, verify
from quoth.ui.exports import conversation as export
from quoth.ui.language import grouped, in_english, say
from quoth.ui.page.answers import answer_html, matches_html, turn_html, widen_html
from quoth.ui.page.examples import examples
from quoth.ui.page.frame import adding_html, frame_html, no_source_html, welcome_html
from quoth.ui.page.library_pane import changes_html, error_html, known_html, shelf_html
from quoth.ui.page.source import sheet_of, source_html, standing_html

from .conversation import Conversation, Query, said_of
from .imports import Imports, together
from .sessions import Session, Turn
from .uploads import Uploads

_LOG = logging.getLogger("quoth")
_SUGGESTING, _SURE = 12, 0.5
"""Articles that suggest questions, and how surely these must be answered."""
_EXAMPLES = Path(__file__).resolve().parents[2] / "seeds"
"""Articles to try the program with; they lie beside the code, not in what is installed elsewhere."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers and what it allows."""

    min_confidence: float
    cross_encoder: str | None = None
    log_questions: bool = False


class PageService:
    """What the page's events do."""

    def __init__(self, library: Library, settings: Settings, uploads: Uploads) -> None:
        self.library = library
        self.settings = settings
        self._intake = Imports(library, uploads)
        self._examples: tuple[list[int], list[str]] = ([], [])

    # ---- the page as it opens ----

    def begin(self, address: Mapping[str, str], may_change: bool) -> dict[str, str]:
        """What stands where on a page that was just opened, as HTML by the elements' names.

        :param address: what the page's address asks for.
        """
        return frame_html() | {
            "quoth-begin": self.welcome(may_change, with_examples=False),
            "quoth-adding": adding_html() if may_change else "",
            "quoth-list": self.shelf(may_change),
            "quoth-article": self.named(address),
        }

    def welcome(self, may_change: bool, *, with_examples: bool = True) -> str:
        """What a conversation begins with.

        :param with_examples: find questions that the articles answer, which takes as long as asking them.
        """
        ids = [article.id for article in self.library.catalogue()]
        if with_examples and ids != self._examples[0]:
            first = [article for id_ in ids[:_SUGGESTING] if (article := self.library.article(id_))]
            self._examples = (ids, examples(first, self._is_answered))
        offered = self._examples[1] if ids == self._examples[0] else []
        return welcome_html(len(ids), offered, may_change, has_examples=_EXAMPLES.is_dir())

    def _is_answered(self, question: str) -> bool:
        try:
            return ask(question, library=self.library, min_confidence=_SURE).found
        except QuothError:
            return False

    # ---- the conversation ----

    def converse(self, talk: Conversation, session: Session) -> str:
        """What came of what the page does not show yet. What it shows is not asked again, and what is known otherwise
        only if the library has changed since."""
        turns: list[Turn] = []
        open_indexes = self.library.snapshot().open_indexes
        head, known = open_indexes.head if open_indexes else None, session.turns
        same = True  # so far; an answer leans on those before it
        for number, query in enumerate(talk.queries):
            same = same and number < len(known) and known[number].query == query
            same = same and (number < talk.shown or (known[number].answer is not None and known[number].head == head))
            turns.append(known[number] if same else self._turn(query, [t.answer for t in turns if t.answer], head))
        session.turns = [replace(turn, matches=None) if turn.matches else turn for turn in turns]  # they may be long
        return "".join(self._drawn(number, turn) for number, turn in enumerate(turns) if number >= talk.shown)

    def _turn(self, query: Query, history: list[Answer], head: Head | None) -> Turn:
        start = time.perf_counter()
        settings = self.settings
        try:
            if query.is_search:
                turn = Turn(query, head, matches=find(query.text, library=self.library, where=query.where))
            else:
                turn = Turn(query, head, ask(
                    query.text, library=self.library, history=history, min_confidence=settings.min_confidence,
                    cross_encoder=settings.cross_encoder, where=query.where,
                ))  # fmt: skip
        except QuothError as error:
            _LOG.info("could not answer: %s", type(error).__name__)
            return Turn(query, head, error=str(error))
        asked = f": {query.text!r}" if settings.log_questions else ""
        _LOG.info("answered in %.0f ms, %s%s", 1000 * (time.perf_counter() - start), _came_of(turn), asked)
        return turn

    def _drawn(self, number: int, turn: Turn) -> str:
        narrowed = turn.query.where != EVERYTHING
        if turn.answer:
            body = answer_html(turn.answer, number, narrowed=narrowed)
        elif turn.matches:
            body = matches_html(turn.matches)
        else:
            body = error_html(turn.error) + (
                widen_html(turn.query.text, number, is_search=turn.query.is_search) if narrowed else ""
            )
        return turn_html(number, turn.query.text, said_of(turn.query.where) + body, is_search=turn.query.is_search)

    def exported(self, form: str, session: Session) -> tuple[str, str]:
        """A conversation as a document: its name and what is in it."""
        answers = [turn.answer for turn in session.turns if turn.answer]
        with in_english():
            return ("quotes.html", export.html(answers)) if form == "html" else ("quotes.md", export.markdown(answers))

    def judge(self, number: int, quote: str, is_right: bool, session: Session) -> str:
        """Note what a person says of an answer; what to tell them.

        :param number: the turn's, from 0.
        :param quote: the quote that is meant; none where it is right that nothing was found.
        :raises LibraryNotWritable: it could not be noted.
        """
        turns = [turn for turn in session.turns[: number + 1] if turn.answer]
        if number >= len(session.turns) or not (answer := session.turns[number].answer):
            return say("This answer is no longer known here; ask again.")
        if turns[-1].query.where != EVERYTHING:
            return say("Only some articles were asked; what is noted speaks of all of them.")
        leans = answer.searched_for != answer.question and len(turns) > 1
        asked = [turn.query.text for turn in turns] if leans else [turns[-1].query.text]
        right, wrong = (quote, "") if is_right else ("", quote)
        file = keep(self.library.folder, asked, right=right, wrong=wrong)
        return say("Noted in {file}, which quoth eval reads. Nothing leaves this machine.", file=file)

    # ---- the source ----

    def source(self, id_: int, span: Span, passage: Span | None, page: int | None) -> str:
        """An article with a quote marked; of one that has pages, that on which the quote stands, or another."""
        article = self.library.article(id_)
        if article is None:
            return error_html(say("This article is no longer in the library; ask again."))
        return self._source(article, span, passage, page)

    def _source(self, article: Article, span: Span, passage: Span | None = None, page: int | None = None) -> str:
        sheet = sheet_of(self.library, article, span, page)
        blocks, file = self.library.layout(article.id).blocks, self.library.file_of(article)
        return source_html(article, *span, passage, blocks=blocks, sheet=sheet, file=file)

    def named(self, address: Mapping[str, str]) -> str:
        """The article that an address names, if it names one, and whether a quote still stands in it."""
        if "source" not in address:
            return no_source_html()
        start, end = (int(address[key]) if address.get(key, "").isdecimal() else 0 for key in ("start", "end"))
        text = address.get("quote", "")
        found = verify(Saved(text, address["source"], start, start + len(text)), self.library) if text else None
        article = found.article if found and found.article else self.library.article_from(address["source"])
        told = standing_html(found) if found else ""
        if article is None:
            missing = say("The library holds no article from {source}.", source=address["source"])
            return told + error_html(missing)
        if found is None:
            return self._source(article, (start, end))
        span = (found.start, found.end + max(end - start - len(text), 0) * (found.standing == "in place"))
        return told + self._source(article, span)

    # ---- the library ----

    def shelf(self, may_change: bool) -> str:
        """The articles."""
        return shelf_html(self.library.catalogue(), self.library.outdated(), may_change)

    def act(self, what: str, article: int, session: Session, report: Callable[[str, float], None]) -> str:
        """Remove an article, undo that, settle what becomes of files that wait, take in the examples, or bring the
        folders up to date; what to tell of it."""
        try:
            if what == "remove":
                changes, removed = self._intake.remove(article)
                session.removed = removed or session.removed
            elif what == "undo":
                changes = self._intake.restore(session.removed)
                session.removed = []
            elif what in ("replace", "both"):
                pending, session.pending = session.pending, []
                changes = self._intake.settle(pending, replacing=what == "replace")
            elif what == "examples":
                changes = self.library.add(_EXAMPLES, progress=_telling(report))
            else:
                forget, folders = what == "forget", self.library.folders()
                told = _telling(report)
                changes = together([self.library.rebuild(f, forget_missing=forget, progress=told) for f in folders])
                session.removed = []
        except QuothError as error:
            return error_html(str(error))
        self._log(changes)
        return changes_html(changes)

    def take(self, tokens: list[str], session: Session, report: Callable[[str, float], None]) -> str:
        """Take in files that were uploaded; what to tell of it, and to ask of those whose names are known.

        :param report: told in words how far it is, and as a share from 0 to 1.
        """
        try:
            changes, known = self._intake.take(tokens, _telling(report))
        except QuothError as error:
            return error_html(str(error))
        if changes is not None:
            self._log(changes)
        session.pending += [upload.token for upload in known]
        told = changes_html(changes) if changes is not None else ""
        return told + known_html(self._intake.names(session.pending))

    def _log(self, changes: Changes) -> None:
        counts = (len(changes.added), len(changes.changed), len(changes.removed), len(changes.rejected))
        _LOG.info("library changed: %d added, %d changed, %d removed, %d rejected", *counts)


def _came_of(turn: Turn) -> str:
    if turn.matches is not None:
        return f"{turn.matches.total} passages"
    return f"found, {len(turn.answer.quotes)} quotes" if turn.answer and turn.answer.found else "not found"


def _telling(report: Callable[[str, float], None]) -> Callable[[Progress], None]:
    """Reports how far adding is in words."""

    def told(now: Progress) -> None:
        if now.waiting:
            report(say("Waiting for another that changes the library"), 0.0)
            return
        done = say("{files} of {all} files, {passages} passages", files=grouped(now.files), all=grouped(now.all_files),
                   passages=grouped(now.passages))  # fmt: skip
        report(done, now.bytes / max(now.all_bytes, 1))

    return told
