"""The Gradio page: how it is laid out and mounted, and what programs can call. The only module that imports gradio.

The page asks nothing of any other host. Its scripts fill its parts from the server (routes.py); articles reach it as
escaped HTML in a pre-wrapped box, so their text stays text. A conversation is its list of questions, kept in the
browser; its answers are made from it and kept for the page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from quoth.index.errors import QuothError
from quoth.index.library import Library
from quoth.ui.server.service import Settings
from quoth.ui.server.tools import Tools

__all__ = ["WEB", "mount"]
WEB = ("page.css", "words.css", "start.js", "chat.js", "panes.js", "shelf.js", "basket.js")
"""Files of our own that the page loads."""
_HEAD_LINKS = (
    '<link rel="stylesheet" href="page.css"><link rel="stylesheet" href="words.css">'
    '<script type="module" src="start.js"></script>'
)
"""Gradio puts these in by a script: several of ours would run in any order, so one loads the others. A style that it is
given as text it would rewrite."""
_LOOKS_SECONDS = 0.05
"""How often Gradio's queue looks for work: of itself a thousand times a second, for ever, which is a tenth of a core.
Nothing here goes through it."""


def page(library: Library, settings: Settings) -> gr.Blocks:
    """The articles, the conversation and the source, side by side; empty parts, which the page's scripts fill."""
    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Column(elem_id="quoth-shell"):
            _parts("quoth-head")
            with gr.Row(elem_id="quoth-panes"):
                with gr.Column(elem_id="quoth-library"):
                    _parts("quoth-library-head")
                    _parts("quoth-adding", "quoth-said", "quoth-list")
                with gr.Column(elem_id="quoth-talk"):
                    with gr.Column(elem_id="quoth-scroll"):
                        _parts("quoth-begin", "quoth-turns")
                    with gr.Column(elem_id="quoth-below"):
                        _parts("quoth-ways")
                        # One line that grows; Gradio's MultimodalTextbox does, too, but brings a button for files.
                        question = gr.Textbox(
                            label="Your question", autofocus=True, elem_id="quoth-ask", max_lines=8, submit_btn="Ask"
                        )
                        _parts("quoth-beneath")
                with gr.Column(elem_id="quoth-source"):
                    _parts("quoth-source-top")
                    _parts("quoth-article", "quoth-basket", "quoth-basket-foot")
        question.submit(
            None, question, question, js="(text) => window.quoth.entered(text)", queue=False, api_visibility="private"
        )
        tools = Tools(library, settings.min_confidence, settings.cross_encoder)
        for tool in (tools.ask, tools.retrieve, tools.search, tools.article, tools.page):
            gr.api(_with_errors(tool), api_name=tool.__name__, queue=False)
    return blocks


def _parts(*names: str) -> gr.HTML:
    """Elements of these names. (Gradio's Sidebar covers what it stands beside, and its edge cannot be dragged.)"""
    return gr.HTML("".join(f'<div id="{name}"></div>' for name in names), apply_default_css=False)


def _with_errors(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, whose errors for people reach who calls it."""

    @functools.wraps(tool)
    def called(*args: Any, **given: Any) -> str:
        try:
            return tool(*args, **given)
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return called


def mount(app: FastAPI, library: Library, settings: Settings, *, root_path: str, mcp: bool) -> Callable[[], None]:
    """Put the page into a server; what makes the connections of open pages end.

    :param mcp: serve the tools by the Model Context Protocol as well, at /gradio_api/mcp/.
    """
    blocks = page(library, settings).queue(default_concurrency_limit=4)
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
