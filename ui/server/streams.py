"""Work in the background that streams lines: progress while it runs, and the result in the last line."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import suppress

from fastapi.responses import StreamingResponse

AT_ONCE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second header keeps nginx from buffering."""
Work = Callable[[Callable[[str], None]], str]
"""Takes a function that sends a line, and returns the last line."""


def streamed(work: Work) -> StreamingResponse:
    """Start work, and return a response with its lines. The work ends also if the client goes away.

    Must be called in the server's event loop.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | Future[str]] = asyncio.Queue()
    last: Future[str] = Future()

    def put(line: str | Future[str]) -> None:
        with suppress(RuntimeError):  # the server has stopped, and its loop is closed
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def run() -> None:
        try:
            last.set_result(work(put))
        except BaseException as error:
            last.set_exception(error)
        put(last)

    async def body() -> AsyncIterator[str]:
        while isinstance(line := await lines.get(), str):
            yield f"{line}\n"
        yield f"{line.result()}\n"

    # The copied context holds the visitor's language.
    threading.Thread(target=contextvars.copy_context().run, args=(run,), name="quoth-change").start()
    return StreamingResponse(body(), media_type="application/x-ndjson", headers=AT_ONCE)
