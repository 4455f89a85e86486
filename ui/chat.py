"""The Gradio page: questions in, quotation cards out, the article beside them, the library below. The only module that
imports gradio.

The page asks nothing of any other host. Articles reach it as escaped HTML in a pre-wrapped box, so their text stays text.
A conversation is its list of questions, kept in the browser; its answers are made from it and cached for the session.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from index import Article, Changes, Library
from index.errors import QuothError
from index.records import Progress, Span
from qa import Answer, ask
from qa.only import EVERYTHING, Only
from qa.verify import Saved, verify

from . import export
from .guard import CHANGES
from .intake import Intake, Removed, together
from .render import answer_html, day, title_of, turn_html
from .shelf import changes_html, error_html, known_html, shelf_html
from .source import sheet_of, source_html, standing_html
from .tools import Tools
from .uploads import Uploads
from .verbatim import in_html

_HERE = Path(__file__).parent
_LOG = logging.getLogger("quoth")
_EXAMPLES = [
    "How long will China delay its new restrictions on rare earth exports?",
    "When was the 90-day tariff truce reached?",
    "What share of rare earth processing does China control?",
    "Was Taiwan discussed at the meeting?",
]
_MAX_TURNS = 50
_LOOKS_SECONDS = 0.05
"""How often Gradio's queue looks for work: of itself a thousand times a second, for ever, which is a tenth of a core.
Questions do not go through it."""
_NO_SOURCE = '<p class="quoth-note">Click a citation to read it in its article.</p>'
_HEAD = (
    '<header class="quoth-head"><h1 class="quoth-title">Quoth</h1><details class="quoth-menu"><summary>Conversations</summary><div>'
    '<button type="button" class="quoth-new">New conversation</button> '
    '<button type="button" class="quoth-export" data-format="markdown">Export as Markdown</button> '
    '<button type="button" class="quoth-export" data-format="html">Export as HTML</button>'
    '<ul id="quoth-conversations"></ul></div></details></header>'
    '<p id="quoth-status" class="quoth-hidden-text" role="status" aria-live="polite"></p>'
)
_READ_ONLY = error_html("From here the library may only be read.")
_ADDING = (
    '<label class="quoth-drop"><span>Add articles: drop files here, or choose them</span> '
    '<input type="file" multiple></label><ul id="quoth-refused" class="quoth-error"></ul>'
)
_KEYS = '<p class="quoth-note quoth-keys"><kbd>/</kbd> ask · <kbd>j</kbd> <kbd>k</kbd> next and previous quote · <kbd>Esc</kbd> back to the question</p>'


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers and what it allows."""

    min_confidence: float
    cross_encoder: str | None = None
    log_questions: bool = False


@dataclass(frozen=True, slots=True)
class _Turn:
    question: str
    only: Only
    answer: Answer | None
    error: str = ""


class _Page:
    """What the page's events do."""

    def __init__(self, library: Library, settings: Settings, uploads: Uploads) -> None:
        self.library = library
        self.settings = settings
        self._intake = Intake(library, uploads)

    def converse(self, questions: Sequence[str] | None, known: list[_Turn], only: Only = EVERYTHING) -> tuple[str, list[_Turn]]:
        """The answers to a conversation's questions, newest first; those that are known already are not asked again.

        :param only: the articles that the others are asked of.
        """
        asked = [_sound(str(q)) for q in (questions or [])][-_MAX_TURNS:]
        turns: list[_Turn] = []
        for i, question in enumerate(asked):
            same = i < len(known) and known[i].question == question and len(turns) == i
            if same and all(a.question == b.question for a, b in zip(known[:i], turns, strict=True)):
                turns.append(known[i])
            else:
                turns.append(self._answer(question, only, [t.answer for t in turns if t.answer]))
        return self._drawn(turns), turns

    def _answer(self, question: str, only: Only, history: list[Answer]) -> _Turn:
        start = time.perf_counter()
        settings = self.settings
        try:
            answer = ask(
                question, library=self.library, history=history, min_confidence=settings.min_confidence,
                cross_encoder=settings.cross_encoder, only=only,
            )  # fmt: skip
        except QuothError as error:
            _LOG.info("could not answer: %s", type(error).__name__)
            return _Turn(question, only, None, str(error))
        asked = f": {question!r}" if settings.log_questions else ""
        found = f"found, {len(answer.quotes)} quotes" if answer.found else "not found"
        _LOG.info("answered in %.0f ms, %s%s", 1000 * (time.perf_counter() - start), found, asked)
        return _Turn(question, only, answer)

    def _drawn(self, turns: list[_Turn]) -> str:
        if not turns:
            examples = "".join(f'<li><button type="button" class="quoth-example">{text}</button></li>' for text in _EXAMPLES)
            shown = f"<p>For example:</p><ul>{examples}</ul>" if self._is_about_the_examples() else ""
            return (
                '<section class="quoth-welcome"><p>Ask your articles. Every answer is a quotation, word for word; '
                f"click its source to read it in its place.</p>{shown}</section>"
            )
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

    def choices(self) -> tuple[Any, Any]:
        """The articles and authors that can be chosen."""
        articles = self.library.catalogue()
        authors = sorted({a.author for a in articles if a.author})
        return gr.update(choices=[(title_of(a), a.source) for a in articles]), gr.update(choices=["", *authors])

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

    def opened(self, request: gr.Request) -> str:
        """The article that the page's address names, if it names one."""
        asked = dict(request.query_params) if request else {}
        if "source" not in asked:
            return _NO_SOURCE
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

    def exported(self, form: str, turns: list[_Turn]) -> list[str]:
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

    def take(self, tokens: list[str] | None, may_change: bool, progress: gr.Progress) -> tuple[str, str, list[str]]:
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


def _may_change(request: gr.Request | None) -> bool:
    """Whether who sends a request may change the library; the guard has marked it."""
    return bool(request and request.request and request.request.scope.get(CHANGES))


def _sound(text: str) -> str:
    """A text without halves of characters, which cannot be sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def page(library: Library, settings: Settings, uploads: Uploads) -> gr.Blocks:
    """The chat about one library."""
    on = _Page(library, settings, uploads)
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State([])
        removed, pending = gr.State([]), gr.State([])
        gr.HTML(_HEAD)
        with gr.Row(elem_id="quoth-columns"):
            with gr.Column(scale=3, elem_id="quoth-talk"):
                question = gr.Textbox(
                    label="Your question", placeholder="What do you want to know?", autofocus=True, elem_id="quoth-ask",
                    max_lines=3, submit_btn="Ask",
                )  # fmt: skip
                with gr.Accordion("Ask only some articles", open=False, elem_id="quoth-only"):
                    sources = gr.Dropdown([], multiselect=True, label="Articles")
                    author = gr.Dropdown([""], value="", label="Author")
                    with gr.Row():
                        since = gr.DateTime(label="Published since", include_time=False, type="datetime")
                        until = gr.DateTime(label="Published until", include_time=False, type="datetime")
                answers = gr.HTML(elem_id="quoth-answers")
            with gr.Column(scale=2, elem_id="quoth-source"):
                article = gr.HTML(_NO_SOURCE, elem_id="quoth-article")
        with gr.Accordion("Library", open=False, elem_id="quoth-library"):
            said = gr.HTML(elem_id="quoth-said")
            adding = gr.HTML(elem_id="quoth-add")
            shelf = gr.HTML()
        gr.HTML(_KEYS)
        with gr.Row(elem_id="quoth-hidden"):
            talk, place, action, form, made, given = (gr.JSON(visible="hidden") for _ in range(6))
            opener, replay = gr.Button("Open", elem_id="quoth-open"), gr.Button("Replay", elem_id="quoth-replay")
            actor, exporter = gr.Button("Act", elem_id="quoth-actor"), gr.Button("Export", elem_id="quoth-exporter")
            taker = gr.Button("Take", elem_id="quoth-taker")

        def conversed(
            asked: list[str], known: list[_Turn], _typed: str, chosen: list[str] | None, by: str | None, first: dt.datetime | None, last: dt.datetime | None
        ) -> tuple[str, list[_Turn], str]:
            only = Only(frozenset(chosen or ()), by or None, first.date() if first else None, last.date() if last else None)
            return *on.converse(asked, known, only), ""

        done = {"fn": None, "js": "() => window.quoth.answered()", "api_visibility": "private"}
        question.submit(
            conversed, [talk, turns, question, sources, author, since, until], [answers, turns, question],
            js="(talk, turns, text, ...only) => [window.quoth.asked(text), null, text, ...only]", **quiet,
        ).then(**done)  # fmt: skip
        replay.click(on.converse, [talk, turns], [answers, turns], js="() => [window.quoth.questions, null]", **quiet).then(**done)
        scrolled = {"fn": None, "js": "() => window.quoth.scroll()", "api_visibility": "private"}
        opener.click(on.source, place, article, js="() => window.quoth.place", **quiet).then(**scrolled)
        exporter.click(on.exported, [form, turns], made, js="() => [window.quoth.format, null]", **quiet).then(
            None, made, js="(made) => window.quoth.download(made)", api_visibility="private"
        )
        choosing = {"fn": on.choices, "inputs": None, "outputs": [sources, author], **quiet}

        def act(wanted: dict[str, Any], before: list[Removed], waiting: list[str], request: gr.Request) -> tuple[str, str, list[Removed], list[str]]:
            return on.act(wanted, before, waiting, _may_change(request))

        actor.click(
            act, [action, removed, pending], [shelf, said, removed, pending], js="() => [window.quoth.act, null, null]", **quiet
        ).then(**choosing)  # fmt: skip

        def take(tokens: list[str] | None, request: gr.Request, progress: gr.Progress = gr.Progress()) -> tuple[str, str, list[str]]:  # noqa: B008
            return on.take(tokens, _may_change(request), progress)

        taker.click(
            take, given, [shelf, said, pending], js="() => [window.quoth.given]", show_progress_on=said, api_visibility="private"
        ).then(**choosing)  # fmt: skip

        def shown(request: gr.Request) -> tuple[str, str, str]:
            return on.converse([], [])[0], on.shelf(_may_change(request)), _ADDING if _may_change(request) else ""

        blocks.load(on.opened, None, article, **quiet).then(**scrolled)
        blocks.load(shown, None, [answers, shelf, adding], **quiet).then(
            None, js="() => window.quoth.start()", api_visibility="private"
        )
        blocks.load(**choosing)
        tools = Tools(library, settings.min_confidence, settings.cross_encoder)
        for tool in (tools.ask, tools.search, tools.article, tools.page):
            gr.api(_with_errors(tool), api_name=tool.__name__, queue=False)
    return blocks


def _with_errors(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, whose errors for people reach who calls it."""

    @functools.wraps(tool)
    def called(*args: Any, **given: Any) -> str:
        try:
            return tool(*args, **given)
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return called


def mount(app: FastAPI, library: Library, settings: Settings, uploads: Uploads, *, root_path: str, mcp: bool) -> Callable[[], None]:
    """Put the page into a server; what makes the connections of open pages end.

    :param mcp: serve the tools by the Model Context Protocol as well, at /gradio_api/mcp/.
    """
    blocks = page(library, settings, uploads).queue(default_concurrency_limit=4)
    blocks._queue.sleep_when_free = _LOOKS_SECONDS
    gr.mount_gradio_app(
        app, blocks, "/", root_path=root_path, show_error=False, enable_monitoring=False, footer_links=[], run_history=False,
        ssr_mode=False, pwa=False, mcp_server=mcp, max_file_size=0,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=(_HERE / "chat.css").read_text("utf-8"), head='<script src="chat.js"></script>',
    )  # fmt: skip
    mounted: Any = next(route.app for route in app.routes if isinstance(route, Mount))
    if mcp and blocks.mcp_server_obj is None:
        raise QuothError(blocks.mcp_error)

    def ending() -> None:
        mounted.stop_event.set()
        blocks.close()

    return ending
