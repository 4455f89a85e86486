"""The Gradio page: its layout, its mounting, and the tools that programs can call. The only module that imports gradio.

The page requests nothing from other hosts. Its scripts fill its parts from the server (routes.py). Articles arrive as
escaped HTML in a pre-wrapped box, so their text stays text. The browser stores a conversation as its list of questions;
the server answers them and keeps the answers for the open page.
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
WEB = ("page.css", "words.css", "start.js", "chat.js", "panes.js", "shelf.js", "basket.js", "citing.js")
"""The page's own static files."""
_HEAD_LINKS = (
    '<link rel="stylesheet" href="page.css"><link rel="stylesheet" href="words.css">'
    '<script type="module" src="start.js"></script>'
)
"""A script of Gradio inserts these links. Several scripts would run in any order, so start.js loads the others. Gradio
would rewrite styles that are passed as text."""
_LOOKS_SECONDS = 0.05
"""Interval at which Gradio's queue polls for work. Its default, a thousand times a second, uses a tenth of a core; the
page does not use the queue."""


def page(library: Library, settings: Settings) -> gr.Blocks:
    """The library pane, the conversation and the source, side by side; the page's scripts fill the empty parts."""
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
                        # A line that grows. Gradio's MultimodalTextbox grows as well, but has a button for files.
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
    """Elements with these ids. (Gradio's Sidebar covers its neighbour, and its edge cannot be dragged.)"""
    return gr.HTML("".join(f'<div id="{name}"></div>' for name in names), apply_default_css=False)


def _with_errors(tool: Callable[..., str]) -> Callable[..., str]:
    """The tool, with errors that Gradio shows to the caller."""

    @functools.wraps(tool)
    def called(*args: Any, **given: Any) -> str:
        try:
            return tool(*args, **given)
        except QuothError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return called


def mount(app: FastAPI, library: Library, settings: Settings, *, root_path: str) -> Callable[[], None]:
    """Mount the page on a server.

    :return: a function that closes the connections of open pages.
    """
    blocks = page(library, settings).queue(default_concurrency_limit=4)
    blocks._queue.sleep_when_free = blocks._queue.progress_update_sleep_when_free = _LOOKS_SECONDS
    gr.mount_gradio_app(
        app, blocks, "/", root_path=root_path, show_error=False, enable_monitoring=False, footer_links=[],
        run_history=False, ssr_mode=False, pwa=False, mcp_server=False, max_file_size=0,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=_HEAD_LINKS,
    )  # fmt: skip
    mounted: Any = next(route.app for route in app.routes if isinstance(route, Mount) and not route.path)

    def ending() -> None:
        mounted.stop_event.set()
        blocks.close()

    return ending
