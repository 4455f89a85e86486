"""The HTTP routes that the page's scripts call. All return JSON.

They answer about 12 ms sooner than Gradio's own events, and need no hidden elements in the page to carry the values.
"""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field, model_validator

from quoth.index.errors import QuothError
from quoth.qa.verify import Saved, verify
from quoth.ui.exports.kept import Form, KeptQuote, document
from quoth.ui.language import current_language, say, translations
from quoth.ui.page.library_pane import error_html
from quoth.ui.server.security.guard import CHANGES, HEALTH

from .conversation import Conversation
from .library_admin import Report
from .service import PageService
from .sessions import Session, Sessions
from .streams import streamed

_LOG = logging.getLogger("quoth")
LONG = frozenset(("/page/begin", "/page/json", "/page/shelf", "/page/talk", "/page/source"))
"""Routes whose answers can be long and are compressed, such as a list of ten thousand articles."""
_Name = Annotated[str, Field(min_length=16, max_length=64)]
_Number = Annotated[int, Field(ge=0, le=2**53)]


class _Begin(BaseModel):
    address: dict[str, str] = {}


class _Asked(BaseModel):
    """A conversation; see ``Conversation.of``."""

    visit: _Name
    """The page's session."""
    questions: list[Any]
    """Strings, which may contain lone surrogates."""
    only: list[dict[str, Any] | int | None] = []
    searches: list[int] = []
    shown: int = 0


class _Opened(BaseModel):
    article: _Number = 0
    start: _Number = 0
    end: _Number = 0
    passage: tuple[_Number, _Number] | None = None
    page: int | None = None
    address: dict[str, str] | None = None
    """Instead of the other fields: parameters of a link, with the article's source and the quote's text."""


class _Place(BaseModel):
    article: _Number
    start: _Number
    end: _Number


class _Cited(BaseModel):
    quotes: Annotated[list[_Place], Field(max_length=500)]


class _Told(_Asked):
    turn: _Number


class _Exported(_Asked):
    format: Literal["markdown", "html"]


class _Judged(_Asked):
    turn: _Number
    quote: str = ""
    """Empty if "not found" is right."""
    right: bool

    @model_validator(mode="after")
    def _says_what(self) -> _Judged:
        if not (self.quote or self.right):
            raise ValueError("a wrong answer needs the wrong quote")
        return self


class _Taken(BaseModel):
    visit: _Name
    files: list[str]


class _Acted(BaseModel):
    visit: _Name
    do: str
    article: _Number = 0


class _Item(BaseModel):
    text: str
    source: str
    start: _Number
    end: _Number
    note: str = ""


class _Basket(BaseModel):
    format: Form
    items: list[_Item]


def routes(service: PageService) -> APIRouter:
    """Return the page's routes."""
    router = APIRouter()
    sessions = Sessions()

    def converse(sent: _Asked) -> tuple[str, Session]:
        """Return the HTML of new turns, and the session. A conversation that was forgotten is answered again."""
        session = sessions.of(sent.visit)
        return service.converse(Conversation.of(sent.model_dump()), session), session

    @router.api_route(HEALTH, methods=["GET", "HEAD"])
    def health() -> Response:
        """Say whether questions can be answered now. The reason why not is in the log: it can name private paths."""
        headers = {"Cache-Control": "no-store"}
        try:
            service.library.snapshot()
            _ = service.library.encoder
        except QuothError as error:
            _LOG.warning("cannot answer now: %s", error)
            return PlainTextResponse("The library cannot be read now; the server's log says why.\n", 503, headers)
        return PlainTextResponse("The library can be read.\n", headers=headers)

    @router.get("/words.js")
    def words_js() -> Response:
        """Return the page's translations for its scripts."""
        words = json.dumps(translations().get(current_language(), {}), ensure_ascii=False)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
        script = f"export const language = {json.dumps(current_language())};\nexport const words = {words};\n"
        return Response(script, media_type="text/javascript", headers=headers)

    @router.post("/page/begin")
    def begin(sent: _Begin, request: Request) -> dict[str, str]:
        return service.begin(sent.address, _may_change(request))

    @router.post("/page/welcome")
    def welcome(request: Request) -> dict[str, str]:
        return {"html": service.welcome(_may_change(request))}

    @router.post("/page/talk")
    def talk(sent: _Asked) -> dict[str, str]:
        html, _ = converse(sent)
        return {"html": html}

    @router.post("/page/source")
    def source(sent: _Opened) -> dict[str, str]:
        if sent.address is not None:
            return {"html": service.articles.by_address(sent.address)}
        return {"html": service.articles.by_id(sent.article, (sent.start, sent.end), sent.passage, sent.page)}

    @router.post("/page/export")
    def export(sent: _Exported) -> dict[str, str]:
        name, text = service.exported(sent.format, converse(sent)[1])
        return {"name": name, "content": b64encode(text.encode()).decode()}

    @router.post("/page/basket")
    def basket(sent: _Basket) -> dict[str, Any]:
        kept = [
            KeptQuote(verify(Saved(item.text, item.source, item.start, item.end), service.library), item.note)
            for item in sent.items
        ]
        name, content = document(sent.format, kept)
        status = [quote.found.status for quote in kept]
        return {"name": name, "content": b64encode(content).decode(), "standing": status}

    @router.post("/page/cite")
    def cite(sent: _Cited) -> dict[str, str]:
        return {"html": service.articles.citing([(one.article, (one.start, one.end)) for one in sent.quotes])}

    @router.post("/page/json")
    def as_json(sent: _Told) -> dict[str, str]:
        return service.as_json(sent.turn, converse(sent)[1])

    @router.post("/page/judge")
    def judge(sent: _Judged) -> dict[str, str]:
        return {"said": service.judge(sent.turn, sent.quote, sent.right, converse(sent)[1])}

    @router.post("/page/take")
    async def take(sent: _Taken) -> Response:
        session = sessions.of(sent.visit)
        return _changing(service, lambda report: service.admin.add_uploads(sent.files, session, report))

    @router.post("/page/act")
    async def act(sent: _Acted) -> Response:
        session = sessions.of(sent.visit)
        return _changing(service, lambda report: service.admin.act(sent.do, sent.article, session, report))

    @router.post("/page/shelf")
    def shelf(request: Request) -> dict[str, str]:
        return _lists(service, _may_change(request))

    return router


def _may_change(request: Request) -> bool:
    """Whether this client may change the library, as the guard has marked the request."""
    return bool(request.scope.get(CHANGES))


def _lists(service: PageService, may_change: bool) -> dict[str, str]:
    """Return the HTML that depends on which articles there are."""
    return {"shelf": service.admin.shelf(may_change), "begin": service.welcome(may_change, with_examples=False)}


def _changed(service: PageService, said: str) -> dict[str, str]:
    """Return what the page shows after a change. Without the lists, if the library cannot be read any more."""
    try:
        return {"said": said, **_lists(service, True)}
    except QuothError:
        return {"said": said}


def _changing(service: PageService, change: Callable[[Report], str]) -> Response:
    """Change the library, and stream lines of JSON: progress while it runs, and the result in the last line."""

    def work(send: Callable[[str], None]) -> str:
        try:
            said = change(lambda sentence, share: send(json.dumps({"doing": sentence, "share": share})))
            return json.dumps(_changed(service, said))
        except Exception:  # the page must not wait for a last line in vain
            _LOG.exception("a change of the library failed")
            return json.dumps({"said": error_html(say("Something went wrong on the server. Its log has the details."))})

    return streamed(work)
