"""The Gradio page: its parts, which events come from them, and how it is mounted. The only module that imports gradio.

The page asks nothing of any other host. Articles reach it as escaped HTML in a pre-wrapped box, so their text stays text.
A conversation is its list of questions, kept in the browser; its answers are made from it and cached for the session.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from index import Library
from index.errors import QuothError
from qa.only import Only

from .events import Events, Settings, Turn
from .frame import ADDING, HEAD, KEYS, NO_SOURCE
from .guard import CHANGES
from .intake import Removed
from .tools import Tools
from .uploads import Uploads

__all__ = ["Settings", "mount"]
_HERE = Path(__file__).parent
_LOOKS_SECONDS = 0.05
"""How often Gradio's queue looks for work: of itself a thousand times a second, for ever, which is a tenth of a core.
Questions do not go through it."""


def _may_change(request: gr.Request | None) -> bool:
    """Whether who sends a request may change the library; the guard has marked it."""
    return bool(request and request.request and request.request.scope.get(CHANGES))


def page(library: Library, settings: Settings, uploads: Uploads) -> gr.Blocks:
    """The chat about one library."""
    on = Events(library, settings, uploads)
    quiet: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        turns = gr.State([])
        removed, pending = gr.State([]), gr.State([])
        gr.HTML(HEAD)
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
                article = gr.HTML(NO_SOURCE, elem_id="quoth-article")
        with gr.Accordion("Library", open=False, elem_id="quoth-library"):
            said = gr.HTML(elem_id="quoth-said")
            adding = gr.HTML(elem_id="quoth-add")
            shelf = gr.HTML()
        gr.HTML(KEYS)
        with gr.Row(elem_id="quoth-hidden"):
            talk, place, action, form, made, given = (gr.JSON(visible="hidden") for _ in range(6))
            opener, replay = gr.Button("Open", elem_id="quoth-open"), gr.Button("Replay", elem_id="quoth-replay")
            actor, exporter = gr.Button("Act", elem_id="quoth-actor"), gr.Button("Export", elem_id="quoth-exporter")
            taker = gr.Button("Take", elem_id="quoth-taker")

        def conversed(
            asked: list[str], known: list[Turn], _typed: str, chosen: list[str] | None, by: str | None, first: dt.datetime | None, last: dt.datetime | None
        ) -> tuple[str, list[Turn], str]:
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
        

        def choices() -> tuple[Any, Any]:
            articles, authors = on.choices()
            return gr.update(choices=articles), gr.update(choices=authors)

        choosing = {"fn": choices, "inputs": None, "outputs": [sources, author], **quiet}

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
            return on.converse([], [])[0], on.shelf(_may_change(request)), ADDING if _may_change(request) else ""

        def opened(request: gr.Request) -> str:
            return on.opened(dict(request.query_params) if request else {})

        blocks.load(opened, None, article, **quiet).then(**scrolled)
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
