"""The Gradio page: a question in, quotation cards out, and the article beside them. The only module that imports gradio.

The page asks nothing of any other host. Articles reach it as escaped HTML in a pre-wrapped box, so their text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index import Library
from index.errors import QuothError
from qa import Answer, ask

from .render import answer_html, source_html

_HERE = Path(__file__).parent
_EXAMPLES = [
    "How long will China delay its new restrictions on rare earth exports?",
    "When was the 90-day tariff truce reached?",
    "What share of rare earth processing does China control?",
    "Was Taiwan discussed at the meeting?",
]
_WELCOME = (
    '<section class="quoth-welcome"><p>Ask your articles. Every answer is a quotation, word for word; '
    "click its source to read it in its place.</p></section>"
)
_NO_SOURCE = '<p class="quoth-note">Click a citation to read it in its article.</p>'


def page(library: Library, min_confidence: float, cross_encoder: str | None) -> gr.Blocks:
    """The chat about one library."""

    def respond(question: str, history: list[Answer], shown: str) -> tuple[str, list[Answer], str]:
        asked = f'<h2 class="quoth-question" dir="auto">{escape(question)}</h2>'
        try:
            answer = ask(question, library=library, history=tuple(history), min_confidence=min_confidence, cross_encoder=cross_encoder)
        except QuothError as error:
            return f'{asked}<p class="quoth-error" role="alert">{escape(str(error))}</p>{shown}', history, ""
        return asked + answer_html(answer) + shown, [*history, answer], ""

    def source(article_id: float, start: float, end: float) -> str:
        article = library.article(int(article_id))
        if article is None:
            return '<p class="quoth-error" role="alert">This article is no longer in the library; ask again.</p>'
        return source_html(article, int(start), int(end))

    with gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True) as blocks:
        history = gr.State([])
        shown = gr.State("")
        gr.HTML('<h1 class="quoth-title">Quoth</h1>')
        with gr.Row(elem_id="quoth-columns"):
            with gr.Column(scale=3, elem_id="quoth-talk"):
                with gr.Row():
                    question = gr.Textbox(
                        label="Your question", placeholder="What do you want to know?", scale=5, autofocus=True,
                        elem_id="quoth-ask", max_lines=3, submit_btn="Ask",
                    )  # fmt: skip
                gr.Examples(_EXAMPLES, question, label="For example")
                answers = gr.HTML(_WELCOME, elem_id="quoth-answers")
            with gr.Column(scale=2, elem_id="quoth-source"):
                article = gr.HTML(_NO_SOURCE, elem_id="quoth-article")
        with gr.Row(elem_id="quoth-hidden"):
            place = gr.JSON(visible="hidden")
            opener = gr.Button("Open", elem_id="quoth-open")
        opener.click(
            lambda spot: source(spot["article"], spot["start"], spot["end"]), place, article, queue=False,
            show_progress="hidden", api_visibility="private", js="() => window.quothPlace",
        ).then(None, js="() => window.quothScroll()", api_visibility="private")  # fmt: skip
        question.submit(
            respond, [question, history, shown], [answers, history, question], queue=False, api_visibility="private"
        ).then(lambda html: html, answers, shown, queue=False, show_progress="hidden", api_visibility="private")
    return blocks


class _NoProxy:
    """Refuses the route by which Gradio would fetch any address on a visitor's behalf."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and re.search(r"/file=\s*\w+:/", scope["path"]):
            await PlainTextResponse("Quoth fetches nothing from elsewhere.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def serve(library: Library, host: str, port: int, min_confidence: float, cross_encoder: str | None, ready: Callable[[str], Any]) -> None:
    """Show the page until it is interrupted."""
    library.prepare()
    blocks = page(library, min_confidence, cross_encoder)
    _, url, _ = blocks.launch(
        server_name=host, server_port=port or None, share=False, quiet=True, prevent_thread_lock=True, show_error=False,
        allowed_paths=[], enable_monitoring=False, strict_cors=True, max_file_size="1mb", footer_links=[],
        app_kwargs={"middleware": [Middleware(_NoProxy)]},
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=(_HERE / "chat.css").read_text("utf-8"), head=f"<script>{(_HERE / 'chat.js').read_text('utf-8')}</script>",
    )  # fmt: skip
    ready(url)
    blocks.block_thread()
