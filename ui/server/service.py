"""The conversation pane, and the page as it opens. Knows nothing about HTTP; see routes.py."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.index.storage.rows import Head
from quoth.qa.ask import ask
from quoth.qa.feedback import record_judgement
from quoth.qa.filters import EVERYTHING
from quoth.qa.find import find
from quoth.qa.records import Answer
from quoth.ui.cli.format import as_json_text
from quoth.ui.exports import conversation as export
from quoth.ui.language import in_english, say
from quoth.ui.page.answers import answer_html, matches_html, turn_html, widen_html
from quoth.ui.page.examples import examples
from quoth.ui.page.frame import adding_html, frame_html, welcome_html
from quoth.ui.page.library_pane import error_html

from .article_view import ArticleView
from .conversation import Conversation, Query, filter_note
from .library_admin import EXAMPLES, LibraryAdmin
from .sessions import Session, Turn
from .uploads import Uploads

_LOG = logging.getLogger("quoth")
_EXAMPLE_ARTICLES, _EXAMPLE_CONFIDENCE = 12, 0.5
"""Number of articles that example questions are made from, and the minimum confidence of their answers."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers, and what it logs."""

    min_confidence: float
    cross_encoder: str | None = None
    log_questions: bool = False
    allow_changes: bool = False
    """Whether assistants may change the library where the page may."""


class PageService:
    """Answers conversations. The other two panes are ``articles`` and ``admin``."""

    def __init__(self, library: Library, settings: Settings, uploads: Uploads) -> None:
        self.library = library
        self.settings = settings
        self.articles = ArticleView(library)
        self.admin = LibraryAdmin(library, uploads)
        self._examples: tuple[list[int], list[str]] = ([], [])

    def begin(self, address: Mapping[str, str], may_change: bool) -> dict[str, str]:
        """Return the HTML of a page that was just opened, by element id.

        :param address: the parameters of the page's address.
        """
        return frame_html() | {
            "quoth-begin": self.welcome(may_change, with_examples=False),
            "quoth-adding": adding_html() if may_change else "",
            "quoth-list": self.admin.shelf(may_change),
            "quoth-article": self.articles.by_address(address),
        }

    def welcome(self, may_change: bool, *, with_examples: bool = True) -> str:
        """Return the HTML that a new conversation begins with.

        :param with_examples: find example questions that the articles answer, which takes as long as asking them.
        """
        ids = [article.id for article in self.library.catalogue()]
        if with_examples and ids != self._examples[0]:
            first = [article for id_ in ids[:_EXAMPLE_ARTICLES] if (article := self.library.article(id_))]
            self._examples = (ids, examples(first, self._is_answered))
        offered = self._examples[1] if ids == self._examples[0] else []
        return welcome_html(len(ids), offered, may_change, has_examples=EXAMPLES.is_dir())

    def _is_answered(self, question: str) -> bool:
        try:
            return ask(question, library=self.library, min_confidence=_EXAMPLE_CONFIDENCE).found
        except QuothError:
            return False

    def converse(self, conversation: Conversation, session: Session) -> str:
        """Answer a conversation, and return the HTML of the turns that the page does not show yet.

        Turns that the page shows are not answered again. Other turns that the session remembers are answered again
        only if the library has changed since.
        """
        turns: list[Turn] = []
        head, known = self.library.snapshot().head, session.turns
        same = True  # as long as all turns so far are reused: an answer can depend on earlier ones
        for number, query in enumerate(conversation.queries):
            same = same and number < len(known) and known[number].query == query
            same = same and (
                number < conversation.shown or (known[number].answer is not None and known[number].head == head)
            )
            turns.append(known[number] if same else self._turn(query, [t.answer for t in turns if t.answer], head))
        session.turns = [replace(turn, matches=None) if turn.matches else turn for turn in turns]
        return "".join(self._drawn(number, turn) for number, turn in enumerate(turns) if number >= conversation.shown)

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
        question = f": {query.text!r}" if settings.log_questions else ""
        _LOG.info("answered in %.0f ms, %s%s", 1000 * (time.perf_counter() - start), _summary(turn), question)
        return turn

    def _drawn(self, number: int, turn: Turn) -> str:
        filtered = turn.query.where != EVERYTHING
        if turn.answer:
            body = answer_html(turn.answer, number, filtered=filtered)
        elif turn.matches:
            body = matches_html(turn.matches)
        else:
            body = error_html(turn.error) + (
                widen_html(turn.query.text, number, is_search=turn.query.is_search) if filtered else ""
            )
        return turn_html(number, turn.query.text, filter_note(turn.query.where) + body, is_search=turn.query.is_search)

    def exported(self, form: str, session: Session) -> tuple[str, str]:
        """Return the conversation as a document: its file name and its text.

        :param form: "html" or "markdown".
        """
        answers = [turn.answer for turn in session.turns if turn.answer]
        with in_english():
            return ("quotes.html", export.html(answers)) if form == "html" else ("quotes.md", export.markdown(answers))

    def as_json(self, number: int, session: Session) -> dict[str, str]:
        """Return an answer as ``quoth ask --json`` prints it; or why that is not possible.

        :param number: the turn, from 0.
        """
        answer = session.turns[number].answer if number < len(session.turns) else None
        return {"text": as_json_text(answer)} if answer else {"said": say("This answer has expired; ask again.")}

    def judge(self, number: int, quote: str, is_right: bool, session: Session) -> str:
        """Record a visitor's judgement of an answer, and return a confirmation.

        :param number: the turn, from 0.
        :param quote: the quote that is judged; empty if "not found" is right.
        :raises LibraryNotWritable: the judgement could not be recorded.
        """
        turns = [turn for turn in session.turns[: number + 1] if turn.answer]
        if number >= len(session.turns) or not (answer := session.turns[number].answer):
            return say("This answer has expired; ask again.")
        if turns[-1].query.where != EVERYTHING:
            return say("Not recorded: a filter was active, but judgements apply to all articles.")
        is_follow_up = answer.searched_for != answer.question and len(turns) > 1
        questions = [turn.query.text for turn in turns] if is_follow_up else [turns[-1].query.text]
        right, wrong = (quote, "") if is_right else ("", quote)
        file = record_judgement(self.library.folder, questions, right=right, wrong=wrong)
        return say("Recorded in {file}, which quoth eval reads. Nothing leaves this machine.", file=file)


def _summary(turn: Turn) -> str:
    if turn.matches is not None:
        return f"{turn.matches.total} passages"
    return f"found, {len(turn.answer.quotes)} quotes" if turn.answer and turn.answer.found else "not found"
