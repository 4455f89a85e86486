"""What the tests of retrievers and of ``quote`` share: articles of several formats, and documents of frameworks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from quoth.index.records import Encoded
from tests.made import pdf, write
from tests.words import WordEncoder

PIERS = "The pier has three lamps. It was built by Ada Quill in 1911."
TIDES = "High water was at noon on that day."


def write_articles(folder: Path) -> list[Path]:
    """Five articles: Markdown with all metadata, pages, a web page, characters of several bytes, a table."""
    ferry = (
        "---\ntitle: The ferry\nauthor: Ann Lee\ndate: 2025-05-03\nurl: https://example.org/ferry\n"
        "language: en\ntags: boats\n---\n\n"
        "# The ferry\n\nThe ferry sails at nine.\n\n## Crossing\n\nThe crossing takes fifty minutes.\n"
    )
    page = f"<html><head><title>Piers</title></head><body><h1>Piers</h1><p>{PIERS}</p></body></html>"
    odd = "🙂 The café “Léon” by the lake opens at ten.\r\n\r\nThe ferry — old as it is — stops there twice a day.\r\n"
    tides = pdf([[], [(50, 500, TIDES)]], title="Tides of the bay")
    return [
        write(folder, "ferry.md", ferry), write(folder, "tides.pdf", tides),
        write(folder, "piers.html", page), write(folder, "lake.txt", odd),
        write(folder, "fares.csv", "route,fare\nnorth ferry,12 crowns\nsouth ferry,9 crowns\n"),
    ]  # fmt: skip


class WaitingEncoder(WordEncoder):
    """Waits, once told to, until somebody lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = threading.Event(), threading.Event()
        self.go.set()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        self.asked.set()
        if not self.go.wait(20):
            raise TimeoutError("nobody let the encoder go on: the event loop stood still")
        return super().encode(texts)


def while_the_loop_goes_on(encoder: WaitingEncoder, ask: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """The result of a question that waits for its encoder until another task of the event loop lets it go on."""

    async def both() -> Any:
        encoder.asked.clear()
        encoder.go.clear()
        asking = asyncio.create_task(ask())
        await asyncio.to_thread(encoder.asked.wait, 20)
        encoder.go.set()
        return await asking

    return asyncio.run(both())
