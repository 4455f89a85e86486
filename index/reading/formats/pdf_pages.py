"""A page of a PDF as an image, and the rectangles of a span of text on it.

PDFium is not thread-safe, so one lock covers all calls. Rectangles are only returned if the characters at that position
on the page equal those of the text one by one; otherwise the page is shown without marks.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Sequence
from ctypes import c_double
from pathlib import Path
from typing import NamedTuple

from pypdfium2 import raw

from quoth.index.reading.document import GlyphRun, OcrWord, Span
from quoth.index.reading.layout.paragraphs import HYPHEN

from .pdfium import open_pdf, page_characters

_LOCK = threading.Lock()
_MIN_HEIGHT = 0.5
"""Minimum height of a rectangle, in points. Those of spaces are lower."""
_MAX_PIXELS = 3_000
"""Maximum length of the image's longer side, in pixels."""


class Box(NamedTuple):
    """A rectangle on a page, as shares of its width and height from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


def boxes(
    file: Path, text: str, runs: Sequence[GlyphRun], span: Span, page: int, words: Sequence[OcrWord] = ()
) -> list[Box] | None:
    """Return the rectangles of a span on one page, line by line.

    :param runs: the runs of the text.
    :param page: index of the page, from 0.
    :param words: the words of the text that were read by OCR.
    :returns: None if the page has other characters at these positions than the text.
    """
    wanted = [run for run in runs if run.page == page and run.start < span[1] and span[0] < run.end]
    if not wanted:
        return []
    if ocr_words := [word for word in words if word.page == page]:
        return _word_boxes(ocr_words, wanted, span)
    with _LOCK:
        document = open_pdf(file.read_bytes())
        try:
            text_page = document[page].get_textpage()
            width, height = document.get_page_size(page)
            characters = page_characters(text_page)
            result: list[Box] = []
            left, bottom, right, top = (c_double() for _ in range(4))
            for run in wanted:
                start, end = max(run.start, span[0]), min(run.end, span[1])
                first = run.first + start - run.start
                if not _equal(characters[first : first + end - start], text[start:end]):
                    return None
                for i in range(raw.FPDFText_CountRects(text_page, first, end - start)):
                    raw.FPDFText_GetRect(text_page, i, left, top, right, bottom)
                    if top.value - bottom.value < _MIN_HEIGHT:
                        continue
                    result.append(
                        Box(
                            left.value / width, 1 - top.value / height, (right.value - left.value) / width,
                            (top.value - bottom.value) / height,
                        )
                    )  # fmt: skip
            return result
        finally:
            document.close()


def _word_boxes(words: Sequence[OcrWord], runs: Sequence[GlyphRun], span: Span) -> list[Box]:
    """Return the rectangles of the OCR words in a span."""
    result = []
    for run in runs:
        first = run.first + max(run.start, span[0]) - run.start
        end = run.first + min(run.end, span[1]) - run.start
        result += [Box(*word[3:]) for word in words if word.first < end and first < word.end]
    return result


def page_image(file: Path, page: int, marks: Sequence[Box] = (), scale: float = 2.0) -> bytes:
    """Return the page as a PNG.

    :param page: index of the page, from 0.
    :param marks: rectangles to mark in yellow.
    :param scale: pixels per point; 2 means 144 dots per inch.
    """
    from PIL import Image, ImageChops, ImageDraw

    with _LOCK:
        document = open_pdf(file.read_bytes())
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


def _equal(page: str, text: str) -> bool:
    """Whether characters are equal. The text has raised and lowered forms of some."""
    return _flat(page.replace(HYPHEN, "-")) == _flat(text)


def _flat(words: str) -> str:
    return unicodedata.normalize("NFKC", words).replace("−", "-")
