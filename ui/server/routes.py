"""What the page's scripts ask the server for, each answered with JSON: some 12 ms sooner than by Gradio's own events,
and without hidden parts of the page to carry what is sent and what comes back.
"""

from __future__ import annotations

import contextvars
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field, model_validator

from quoth.qa.verify import Saved, verify
from quoth.ui.exports.kept import Form, KeptQuote, document
from quoth.ui.language import spoken, translations
from quoth.ui.server.security.guard import CHANGES

from .conversation import Conversation
from .service import PageService
from .sessions import Session, Sessions

LONG = frozenset(("/page/begin", "/page/shelf", "/page/talk", "/page/source"))
"""Addresses whose answers may be long, as the list of ten thousand articles is."""
_Name = Annotated[str, Field(min_length=16, max_length=64)]
_Place = Annotated[int, Field(ge=0, le=2**53)]


class _Begin(BaseModel):
    address: dict[str, str] = {}


class _Asked(BaseModel):
    visit: _Name
    questions: list[Any]
    """Strings, which may hold halves of characters."""
    only: list[dict[str, Any] | int | None] = []
    searches: list[int] = []
    shown: int = 0


class _Opened(BaseModel):
    article: _Place = 0
    start: _Place = 0
    end: _Place = 0
    passage: tuple[_Place, _Place] | None = None
    page: int | None = None
    address: dict[str, str] | None = None
    """Names the article by its source, and the quote by its words, in place of all that."""


class _Exported(_Asked):
    format: Literal["markdown", "html"]


class _Judged(_Asked):
    turn: _Place
    quote: str = ""
    """None where it is right that nothing was found."""
    right: bool

    @model_validator(mode="after")
    def _says_what(self) -> _Judged:
        if not (self.quote or self.right):
            raise ValueError("which quote is wrong must be said")
        return self


class _Taken(BaseModel):
    visit: _Name
    files: list[str]


class _Acted(BaseModel):
    visit: _Name
    do: str
    article: _Place = 0


class _Item(BaseModel):
    text: str
    source: str
    start: _Place
    end: _Place
    note: str = ""


class _Basket(BaseModel):
    format: Form
    items: list[_Item]


def routes(on: PageService) -> APIRouter:
    """The page's addresses."""
    router = APIRouter()
    visits = Sessions()

    def conversed(given: _Asked) -> tuple[str, Session]:
        """What the page does not show yet, and the conversation, which is asked anew where it is no longer known."""
        visit = visits.of(given.visit)
        return on.converse(Conversation.of(given.model_dump()), visit), visit

    @router.get("/words.js")
    def words() -> Response:
        """The page's words for its scripts."""
        known = json.dumps(translations().get(spoken(), {}), ensure_ascii=False)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
        said = f"export const language = {json.dumps(spoken())};\nexport const words = {known};\n"
        return Response(said, media_type="text/javascript", headers=headers)

    @router.post("/page/begin")
    def begin(given: _Begin, request: Request) -> dict[str, str]:
        return on.begin(given.address, _may_change(request))

    @router.post("/page/welcome")
    def welcome(request: Request) -> dict[str, str]:
        return {"html": on.welcome(_may_change(request))}

    @router.post("/page/talk")
    def talk(given: _Asked) -> dict[str, str]:
        html, _ = conversed(given)
        return {"html": html}

    @router.post("/page/source")
    def source(given: _Opened) -> dict[str, str]:
        if given.address is not None:
            return {"html": on.named(given.address)}
        return {"html": on.source(given.article, (given.start, given.end), given.passage, given.page)}

    @router.post("/page/export")
    def export(given: _Exported) -> dict[str, str]:
        name, text = on.exported(given.format, conversed(given)[1])
        return {"name": name, "content": b64encode(text.encode()).decode()}

    @router.post("/page/basket")
    def basket(given: _Basket) -> dict[str, Any]:
        kept = [
            KeptQuote(verify(Saved(item.text, item.source, item.start, item.end), on.library), item.note)
            for item in given.items
        ]
        name, content = document(given.format, kept)
        return {"name": name, "content": b64encode(content).decode(), "standing": [one.found.standing for one in kept]}

    @router.post("/page/judge")
    def judge(given: _Judged) -> dict[str, str]:
        return {"said": on.judge(given.turn, given.quote, given.right, conversed(given)[1])}

    @router.post("/page/take")
    def take(given: _Taken) -> Response:
        visit = visits.of(given.visit)
        return _told(on, lambda report: on.take(given.files, visit, report))

    @router.post("/page/act")
    def act(given: _Acted) -> Response:
        visit = visits.of(given.visit)
        return _told(on, lambda report: on.act(given.do, given.article, visit, report))

    @router.post("/page/shelf")
    def shelf(request: Request) -> dict[str, str]:
        may = _may_change(request)
        return {"shelf": on.shelf(may), "begin": on.welcome(may, with_examples=False)}

    return router


def _may_change(request: Request) -> bool:
    """Whether who sends a request may change the library; the guard has marked it."""
    return bool(request.scope.get(CHANGES))


_AT_ONCE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""nginx hands on what it gets as it comes."""
_Report = Callable[[str, float], None]


def _told(on: PageService, change: Callable[[_Report], str]) -> Response:
    """A change to the library, as lines of JSON: how far it is while it goes on, and last what came of it."""

    def lines() -> Iterator[str]:
        told: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        with ThreadPoolExecutor(1) as beside:
            # In the language of who asked for it.
            running = beside.submit(
                contextvars.copy_context().run, change, lambda said, share: told.put({"doing": said, "share": share})
            )
            running.add_done_callback(lambda _: told.put(None))
            while (now := told.get()) is not None:
                yield json.dumps(now) + "\n"
            begin = on.welcome(True, with_examples=False)
            yield json.dumps({"said": running.result(), "shelf": on.shelf(True), "begin": begin}) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=_AT_ONCE)
