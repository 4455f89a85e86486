"""The Gradio page: its parts, which events come from them, and how it is mounted. The only module that imports gradio.

The page asks nothing of any other host. Articles reach it as escaped HTML in a pre-wrapped box, so their text stays
text. A conversation is its list of questions, kept in the browser; its answers are made from it and cached for the
session.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from index import Library
from index.errors import QuothError

from .events import Events, Settings, Turn
from .frame import ADDING, BELOW, HEAD, MOVES, NO_SOURCE, TURNS, pane_head
from .guard import CHANGES
from .intake import Removed
from .talk import Talk
from .tools import Tools
from .uploads import Uploads

__all__ = ["WEB", "Settings", "mount"]
WEB = ("page.css", "words.css", "chat.js", "panes.js", "shelf.js")
"""Files of our own that the page loads, in this order. Gradio would rewrite a style that it is given as text."""
_HEAD_LINKS = "".join(
    f'<script src="{name}"></script>' if name.endswith(".js") else f'<link rel="stylesheet" href="{name}">'
    for name in WEB
)
_LOOKS_SECONDS = 0.05
"""How often Gradio's queue looks for work: of itself a thousand times a second, for ever, which is a tenth of a core.
Questions do not go through it."""


def _may_change(request: gr.Request | None) -> bool:
    """Whether who sends a request may change the library; the guard has marked it."""
    return bool(request and request.request and request.request.scope.get(CHANGES))


def page(library: Library, settings: Settings, uploads: Uploads) -> gr.Blocks:
    """The chat about one library: the articles, the conversation and the source, side by side."""
    on = Events(library, settings, uploads)
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    page_only: dict[str, Any] = {"fn": None, "api_visibility": "private"}
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        turns, removed, pending = gr.State([]), gr.State([]), gr.State([])
        with gr.Column(elem_id="quoth-shell"):
            _html(HEAD)
            with gr.Row(elem_id="quoth-panes"):
                with gr.Column(elem_id="quoth-library"):
                    _html(pane_head("library", "Articles", "Close the articles"))
                    adding = _html("", "quoth-add")
                    said = _html("", "quoth-said")
                    shelf = _html("", "quoth-list")
                with gr.Column(elem_id="quoth-talk"):
                    with gr.Column(elem_id="quoth-scroll"):
                        welcome = _html("", "quoth-begin")
                        _html(TURNS, "quoth-answers")
                    with gr.Column(elem_id="quoth-below"):
                        question = gr.Textbox(
                            label="Your question", placeholder="Ask your articles", autofocus=True,
                            elem_id="quoth-ask", max_lines=8, submit_btn="Ask",
                        )  # fmt: skip
                        _html(BELOW)
                with gr.Column(elem_id="quoth-source"):
                    _html(pane_head("source", "Source", "Close the source", MOVES))
                    article = _html(NO_SOURCE, "quoth-article")
        with gr.Row(elem_id="quoth-hidden"):
            talk, place, action, form, made, given = (gr.JSON(visible="hidden") for _ in range(6))
            drawn = gr.Textbox(visible="hidden", max_lines=1)
            opener, replay = gr.Button("Open", elem_id="quoth-open"), gr.Button("Replay", elem_id="quoth-replay")
            actor, exporter = gr.Button("Act", elem_id="quoth-actor"), gr.Button("Export", elem_id="quoth-exporter")
            taker = gr.Button("Take", elem_id="quoth-taker")

        def conversed(asked: dict[str, Any] | None, known: list[Turn]) -> tuple[str, list[Turn]]:
            wanted = Talk.of(asked)
            html, now = on.converse(wanted, known)
            return f"{wanted.number} {wanted.shown}\n{html}", now  # letters, which the page puts under the rest

        def asked(asked: dict[str, Any], known: list[Turn], _typed: str) -> tuple[str, list[Turn], str]:
            return *conversed(asked, known), ""

        drawing = {**page_only, "inputs": drawn, "js": "(drawn) => window.quoth.draw(drawn)"}
        question.submit(
            asked, [talk, turns, question], [drawn, turns, question],
            js="(talk, turns, text) => [window.quoth.asked(text), null, text]", **quiet,
        ).then(**drawing)  # fmt: skip
        replay.click(
            conversed, [talk, turns], [drawn, turns], js="() => [window.quoth.replayed(), null]", **quiet
        ).then(**drawing)  # fmt: skip
        scrolled = {**page_only, "js": "() => window.quoth.scroll()"}
        opener.click(on.source, place, article, js="() => window.quoth.place", **quiet).then(**scrolled)
        exporter.click(on.exported, [form, turns], made, js="() => [window.quoth.format, null]", **quiet).then(
            **page_only, inputs=made, js="(made) => window.quoth.download(made)"
        )

        def begun(request: gr.Request) -> str:
            return on.welcome(_may_change(request), with_examples=True)

        shelved = {**page_only, "js": "() => window.quoth.shelved()"}
        beginning = {"fn": begun, "inputs": None, "outputs": welcome, **quiet}

        def act(
            wanted: dict[str, Any], before: list[Removed], waiting: list[str], request: gr.Request
        ) -> tuple[str, str, list[Removed], list[str]]:
            return on.act(wanted, before, waiting, _may_change(request))

        actor.click(
            act, [action, removed, pending], [shelf, said, removed, pending],
            js="() => [window.quoth.act, null, null]", **quiet,
        ).then(**shelved).then(**beginning)  # fmt: skip

        def take(
            tokens: list[str] | None, request: gr.Request, progress: gr.Progress = gr.Progress()  # noqa: B008
        ) -> tuple[str, str, list[str]]:  # fmt: skip
            return on.take(tokens, _may_change(request), progress)

        taker.click(
            take, given, [shelf, said, pending], js="() => [window.quoth.given]", show_progress_on=said,
            api_visibility="private",
        ).then(**shelved).then(**beginning)  # fmt: skip

        def opened(request: gr.Request) -> str:
            return on.opened(dict(request.query_params) if request else {})

        def shown(request: gr.Request) -> tuple[str, str, str]:
            may = _may_change(request)
            return on.welcome(may, with_examples=False), on.shelf(may), ADDING if may else ""

        blocks.load(opened, None, article, **quiet).then(**scrolled)
        blocks.load(shown, None, [welcome, shelf, adding], **quiet).then(
            **page_only, js="() => window.quoth.start()"
        ).then(**beginning)  # fmt: skip
        tools = Tools(library, settings.min_confidence, settings.cross_encoder)
        for tool in (tools.ask, tools.search, tools.article, tools.page):
            gr.api(_with_errors(tool), api_name=tool.__name__, queue=False)
    return blocks


def _html(value: str, elem_id: str | None = None) -> gr.HTML:
    """HTML in the page's own style alone."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False)


def _with_errors(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, whose errors for people reach who calls it."""

    @functools.wraps(tool)
    def called(*args: Any, **given: Any) -> str:
        try:
            return tool(*args, **given)
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return called


def mount(
    app: FastAPI, library: Library, settings: Settings, uploads: Uploads, *, root_path: str, mcp: bool
) -> Callable[[], None]:
    """Put the page into a server; what makes the connections of open pages end.

    :param mcp: serve the tools by the Model Context Protocol as well, at /gradio_api/mcp/.
    """
    blocks = page(library, settings, uploads).queue(default_concurrency_limit=4)
    blocks._queue.sleep_when_free = blocks._queue.progress_update_sleep_when_free = _LOOKS_SECONDS
    gr.mount_gradio_app(
        app, blocks, "/", root_path=root_path, show_error=False, enable_monitoring=False, footer_links=[],
        run_history=False, ssr_mode=False, pwa=False, mcp_server=mcp, max_file_size=0,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=_HEAD_LINKS,
    )  # fmt: skip
    mounted: Any = next(route.app for route in app.routes if isinstance(route, Mount))
    if mcp and blocks.mcp_server_obj is None:
        raise QuothError(blocks.mcp_error)

    def ending() -> None:
        mounted.stop_event.set()
        blocks.close()

    return ending
