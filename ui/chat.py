"""The Gradio page: questions in, quotation cards out, the article beside them, the library below. The only module that
imports gradio.

The page asks nothing of any other host. Articles reach it as escaped HTML in a pre-wrapped box, so their text stays text.
A conversation is its list of questions, kept in the browser; its answers are made from it and cached for the session.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index import Article, Changes, Library
from index.errors import QuothError
from index.records import Progress, Span
from qa import Answer, ask
from qa.only import EVERYTHING, Only

from . import export
from .render import answer_html, day, title_of, turn_html
from .shelf import changes_html, error_html, known_html, shelf_html
from .source import saved_as, sheet_of, source_html
from .tools import Tools

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
_KEYS = '<p class="quoth-note quoth-keys"><kbd>/</kbd> ask · <kbd>j</kbd> <kbd>k</kbd> next and previous quote · <kbd>Esc</kbd> back to the question</p>'


@dataclass(frozen=True, slots=True)
class Settings:
    """How the page answers and what it allows."""

    min_confidence: float
    cross_encoder: str | None = None
    changeable: bool = True
    """Whether articles can be added and removed from the page."""
    log_questions: bool = False


@dataclass(frozen=True, slots=True)
class _Turn:
    question: str
    only: Only
    answer: Answer | None
    error: str = ""


class _Page:
    """What the page's events do."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    def converse(self, questions: Sequence[str] | None, known: list[_Turn], only: Only = EVERYTHING) -> tuple[str, list[_Turn]]:
        """The answers to a conversation's questions, newest first; those that are known already are not asked again.

        :param only: the articles that the others are asked of.
        """
        asked = [str(q) for q in (questions or [])][-_MAX_TURNS:]
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
        return f'<p class="quoth-note">Asked only: {escape(", ".join(p for p in parts if p))}</p>'

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
        return source_html(article, *span, passage, blocks=self.library.layout(article.id).blocks, sheet=sheet)

    def opened(self, request: gr.Request) -> str:
        """The article that the page's address names, if it names one."""
        asked = dict(request.query_params) if request else {}
        if "source" not in asked:
            return _NO_SOURCE
        article = self.library.article_from(asked["source"])
        if article is None:
            return error_html(f"The library holds no article from {asked['source']}.")
        start, end = (int(asked[key]) if asked.get(key, "").isdigit() else 0 for key in ("start", "end"))
        return self._source(article, (start, end))

    def shelf(self) -> str:
        return shelf_html(self.library.catalogue(), self.library.outdated(), self.settings.changeable)

    def exported(self, form: str, turns: list[_Turn]) -> list[str]:
        answers = [t.answer for t in turns if t.answer]
        return ["quotes.html", export.html(answers)] if form == "html" else ["quotes.md", export.markdown(answers)]

    def act(self, action: dict[str, Any], removed: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
        """Remove an article, undo that, or bring the folders up to date."""
        if not self.settings.changeable:
            return self.shelf(), error_html("This page may only read the library."), []
        try:
            if action["do"] == "remove":
                changes, removed = self._remove(int(action["article"]))
            elif action["do"] == "undo":
                changes, removed = self._restore(removed), []
            elif action["do"] in ("replace", "both"):
                changes = self._settle(replacing=action["do"] == "replace")
            else:
                forget = action["do"] == "forget"
                changes, removed = _together([self.library.rebuild(f, forget_missing=forget) for f in self.library.folders()]), []
        except QuothError as error:
            return self.shelf(), error_html(str(error)), removed
        _LOG.info("library changed: %d added, %d changed, %d removed", len(changes.added), len(changes.changed), len(changes.removed))
        return self.shelf(), changes_html(changes), removed

    def _remove(self, id_: int) -> tuple[Changes, list[tuple[str, str]]]:
        article = self.library.article(id_)
        if article is None:
            return Changes(), []
        file = self.library.file_of(article)
        return self.library.remove(article.source), [(str(file) if file else article.source, article.text)]

    def _restore(self, removed: list[tuple[str, str]]) -> Changes:
        """Take in again what was removed, from its file, or from what was known of it where that is gone."""
        def file(source: str, text: str) -> str | Path:
            return source if Path(source).is_file() else self._kept(saved_as(source), text.encode())

        return _together([self.library.add(file(source, text)) for source, text in removed])

    def take(self, files: list[str] | None, progress: gr.Progress) -> tuple[str, str, None]:
        """Copy files beside the library and take them in."""
        if not self.settings.changeable:
            return self.shelf(), error_html("This page may only read the library."), None
        if not files:
            return self.shelf(), "", None

        def report(now: Progress) -> None:
            progress((now.bytes, max(now.all_bytes, 1)), desc=f"{now.passages} passages embedded", unit="bytes")

        given = [Path(file) for file in files]
        known = [file for file in given if self._is_another(file)]
        for file in known:
            self._pending.mkdir(parents=True, exist_ok=True)
            (self._pending / file.name).write_bytes(file.read_bytes())
        try:
            kept = [self._kept(file.name, file.read_bytes()) for file in given if file not in known]
            changes = self.library.add(kept, progress=report) if kept else Changes()
        except QuothError as error:
            return self.shelf(), error_html(str(error)), None
        _LOG.info("library changed: %d added, %d changed, %d rejected", len(changes.added), len(changes.changed), len(changes.rejected))
        for rejected in changes.rejected:
            Path(rejected.source).unlink(missing_ok=True)
        said = changes_html(changes) if kept else ""
        return self.shelf(), said + known_html([file.name for file in known]), None

    @property
    def _pending(self) -> Path:
        """Where files wait of which it is asked whether they replace others."""
        return self.library.folder / "added" / ".pending"

    def _is_another(self, file: Path) -> bool:
        """Whether a file of this name was added before, with other content."""
        known = self.library.folder / "added" / file.name
        return known.is_file() and known.read_bytes() != file.read_bytes()

    def _settle(self, *, replacing: bool) -> Changes:
        """Take in the files that wait, in place of those of their names or beside them; what cannot be taken replaces nothing."""
        before: dict[str, bytes] = {}
        for file in sorted(self._pending.glob("*")):
            if replacing:
                known = self.library.folder / "added" / file.name
                before[str(known)] = known.read_bytes()
                file.replace(known)
            else:
                before[str(self._kept(file.name, file.read_bytes()))] = b""
                file.unlink()
        changes = self.library.add([*before]) if before else Changes()
        for rejected in changes.rejected:
            if old := before.get(rejected.source):
                Path(rejected.source).write_bytes(old)
            else:
                Path(rejected.source).unlink(missing_ok=True)
        return changes

    def _kept(self, name: str, content: bytes) -> Path:
        """A file of this name beside the library; another of the same name is left alone."""
        folder = self.library.folder / "added"
        folder.mkdir(exist_ok=True)
        path = folder / name
        for number in range(2, 1000):
            if not path.exists() or path.read_bytes() == content:
                break
            path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        path.write_bytes(content)
        return path


def page(library: Library, settings: Settings) -> gr.Blocks:
    """The chat about one library."""
    on = _Page(library, settings)
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State([])
        removed = gr.State([])
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
            if settings.changeable:
                files = gr.File(label="Add articles (.txt, .md)", file_count="multiple", file_types=[".txt", ".md"], elem_id="quoth-add", height=140)
            shelf = gr.HTML()
        gr.HTML(_KEYS)
        with gr.Row(elem_id="quoth-hidden"):
            talk, place, action, form, made = (gr.JSON(visible="hidden") for _ in range(5))
            opener, replay = gr.Button("Open", elem_id="quoth-open"), gr.Button("Replay", elem_id="quoth-replay")
            actor, exporter = gr.Button("Act", elem_id="quoth-actor"), gr.Button("Export", elem_id="quoth-exporter")

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
        actor.click(on.act, [action, removed], [shelf, said, removed], js="() => [window.quoth.act, null]", **quiet).then(**choosing)
        if settings.changeable:

            def take(given: list[str] | None, progress: gr.Progress = gr.Progress()) -> tuple[str, str, None]:  # noqa: B008
                return on.take(given, progress)

            files.upload(take, files, [shelf, said, files], show_progress_on=said, api_visibility="private").then(**choosing)
        blocks.load(on.opened, None, article, **quiet).then(**scrolled)
        blocks.load(lambda: (on.converse([], [])[0], on.shelf()), None, [answers, shelf], **quiet).then(
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


def _together(all_changes: Sequence[Changes]) -> Changes:
    fields = ("added", "changed", "unchanged", "removed", "moved", "missing", "rejected", "ignored")
    joined = {name: tuple(item for changes in all_changes for item in getattr(changes, name)) for name in fields}
    return Changes(**joined, embedded=sum(changes.embedded for changes in all_changes))


class _NoProxy:
    """Refuses the route by which Gradio would fetch any address on a visitor's behalf."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and re.search(r"/file=\s*\w+:/", scope["path"]):
            await PlainTextResponse("Quoth fetches nothing from elsewhere.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def serve(
    library: Library, settings: Settings, host: str, port: int, ready: Callable[[str], Any], *,
    auth: tuple[str, str] | None = None, mcp: bool = False,
) -> None:  # fmt: skip
    """Show the page until it is interrupted.

    :param auth: name and password that whoever opens the page must give.
    :param mcp: serve the tools by the Model Context Protocol as well, at /gradio_api/mcp/.
    """
    blocks = page(library, settings).queue(default_concurrency_limit=4)
    blocks._queue.sleep_when_free = _LOOKS_SECONDS
    _, url, _ = blocks.launch(
        server_name=host, server_port=port or None, share=False, quiet=True, prevent_thread_lock=True, show_error=False,
        allowed_paths=[], enable_monitoring=False, strict_cors=True, max_file_size="50mb", footer_links=[], auth=auth, mcp_server=mcp,
        app_kwargs={"middleware": [Middleware(_NoProxy)]},
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=(_HERE / "chat.css").read_text("utf-8"), head=f"<script>{(_HERE / 'chat.js').read_text('utf-8')}</script>",
    )  # fmt: skip
    ready(url)
    blocks.block_thread()
