"""A page of a PDF as a picture, and where on it some of the text stands.

PDFium is not safe from several threads: one lock for all of it. A place is only given where the page's own characters
there are those of the text, one by one; else the page has no mark.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from ctypes import c_double
from pathlib import Path
from typing import NamedTuple

from pypdfium2 import raw

from quoth.index.reading.document import GlyphRun, OcrWord, Span
from quoth.index.reading.layout.paragraphs import HYPHEN

from .pdf import opened, page_characters

_LOCK = threading.Lock()
_LEAST_POINTS = 0.5
_MAX_PIXELS = 3_000
"""Of a picture's longer side."""


class Box(NamedTuple):
    """A rectangle on a page, as shares of its width and height from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


def boxes(
    file: Path, text: str, runs: Sequence[GlyphRun], span: Span, page: int, words: Sequence[OcrWord] = ()
) -> list[Box] | None:
    """Where the part of a text that stands on one page stands there, line by line;
    None where the map does not give it back.

    :param runs: the text's.
    :param page: counted from 0.
    :param words: those of the text that were read by OCR; they are where they were read.
    """
    wanted = [run for run in runs if run.page == page and run.start < span[1] and span[0] < run.end]
    if not wanted:
        return []
    if read := [word for word in words if word.page == page]:
        return _of_words(read, wanted, span)
    with _LOCK:
        document = opened(file.read_bytes())
        try:
            text_page = document[page].get_textpage()
            width, height = document.get_page_size(page)
            characters = page_characters(text_page)
            found: list[Box] = []
            left, bottom, right, top = (c_double() for _ in range(4))
            for run in wanted:
                start, end = max(run.start, span[0]), min(run.end, span[1])
                first = run.first + start - run.start
                if not _same(characters[first : first + end - start], text[start:end]):
                    return None
                for i in range(raw.FPDFText_CountRects(text_page, first, end - start)):
                    raw.FPDFText_GetRect(text_page, i, left, top, right, bottom)
                    if top.value - bottom.value < _LEAST_POINTS:  # a blank
                        continue
                    found.append(
                        Box(
                            left.value / width, 1 - top.value / height, (right.value - left.value) / width,
                            (top.value - bottom.value) / height,
                        )
                    )  # fmt: skip
            return found
        finally:
            document.close()


def _of_words(words: Sequence[OcrWord], runs: Sequence[GlyphRun], span: Span) -> list[Box]:
    found = []
    for run in runs:
        first = run.first + max(run.start, span[0]) - run.start
        end = run.first + min(run.end, span[1]) - run.start
        found += [Box(*word[3:]) for word in words if word.first < end and first < word.end]
    return found


def picture(file: Path, page: int, marks: Sequence[Box] = (), scale: float = 2.0) -> bytes:
    """The page as a PNG, with what is marked on yellow.

    :param scale: pixels for each point; 2 is 144 to the inch.
    """
    from PIL import Image, ImageChops, ImageDraw

    with _LOCK:
        document = opened(file.read_bytes())
        try:
            longest = max(document.get_page_size(page))
            image = document[page].render(scale=min(scale, _MAX_PIXELS / longest)).to_pil().convert("RGB")
        finally:
            document.close()
    if marks:
        paper = Image.new("RGB", image.size, "white")
        pen = ImageDraw.Draw(paper)
        for box in marks:
            x, y = box.left * image.width, box.top * image.height
            pen.rectangle((x, y, x + box.width * image.width, y + box.height * image.height), fill="#ffe58a")
        image = ImageChops.multiply(image, paper)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=4)
    return out.getvalue()


def _same(page: str, text: str) -> bool:
    return page.replace(HYPHEN, "-") == text
