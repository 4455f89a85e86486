"""A PDF is read in the order of its columns, its broken words joined,
and every character knows its place on its page."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quoth import Library
from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.formats import ocr
from quoth.index.reading.formats.pdf_pages import boxes, picture
from tests.made import FERRY, QUAY, pdf, scan, write

LEFT = ["The northern ferry carried its", "last passengers in the autumn", "of 2019 after a long dispute."]
RIGHT = ["Four hundred people came to", "the quay to watch the last", "crossing of the old ship."]
COLUMNS = [[(x, 500 - 14 * i, words) for i in range(3) for x, words in ((30, LEFT[i]), (215, RIGHT[i]))]]
"""Written row by row, as many programs do."""


def only(data: bytes) -> ParsedArticle:
    (reading,) = read("a.pdf", data)
    return reading


def test_two_columns_that_were_written_row_by_row_are_read_one_behind_the_other() -> None:
    assert only(pdf(COLUMNS)).text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_rows_of_figures_are_left_in_rows() -> None:
    cells = [("North", "3.80"), ("Hook", "4.20"), ("Long", "5.00")]
    text = only(
        pdf([[(x, 500 - 14 * i, w) for i, row in enumerate(cells) for x, w in zip((30, 215), row, strict=True)]])
    ).text
    assert text.split() == [word for row in cells for word in row]


def test_a_word_parted_at_a_lines_end_is_joined_and_a_hyphened_one_keeps_its_hyphen() -> None:
    lines = ["It is driving cli-", "mate change, and the well-", "known price is well-known."]
    text = only(pdf([[(30, 500 - 14 * i, words) for i, words in enumerate(lines)]])).text
    assert text == "It is driving climate change, and the well-known price is well-known."


def test_a_dash_at_a_lines_end_is_no_hyphen() -> None:
    lines = ["It was late -", "the boat had gone --", "and nobody came."]
    assert only(pdf([[(30, 500 - 14 * i, words) for i, words in enumerate(lines)]])).text == " ".join(lines)


def test_a_sentence_goes_on_behind_a_page_break_and_running_heads_are_no_prose() -> None:
    first = [(30, 570, "Annual Report"), (30, 500, "The committee heard many witnesses before it was"), (190, 20, "12")]
    second = [(30, 570, "Annual Report"), (30, 500, "prepared to recommend that the ferry be closed."), (190, 20, "13")]
    reading = only(pdf([first, second]))
    said = [reading.text[b.start : b.end] for b in reading.blocks if b.kind == "prose"]
    assert said == ["The committee heard many witnesses before it was prepared to recommend that the ferry be closed."]
    assert {reading.text[b.start : b.end] for b in reading.blocks if b.kind == "boilerplate"} == {
        "Annual Report",
        "12",
        "13",
    }


def test_places_know_their_pages(tmp_path: Path, library: Library) -> None:
    file = write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY)], [(30, 500, QUAY)]], title="The ferry"))
    library.add(file)
    (article,) = library.articles()
    assert article.title == "The ferry"
    assert [p.label for p in article.pages] == ["1", "2"]
    assert article.page_at(article.text.index("northern")) == 0
    assert article.page_at(article.text.index("hundred")) == 1


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_mark_lies_on_the_words(tmp_path: Path, scale: float) -> None:
    from io import BytesIO

    from PIL import Image

    file = write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY), (30, 300, QUAY)]]))
    reading = only(file.read_bytes())
    start = reading.text.index("autumn")
    found = boxes(file, reading.text, reading.runs, (start, start + 6), 0)
    assert found is not None
    (box,) = found
    plain, marked = (Image.open(BytesIO(picture(file, 0, marks, scale))).convert("RGB") for marks in ((), found))
    inside = [(x, y) for x in range(plain.width) for y in range(plain.height)
              if box.left <= x / plain.width < box.left + box.width
              and box.top <= y / plain.height < box.top + box.height]  # fmt: skip
    assert any(sum(plain.getpixel(place)) < 300 for place in inside), "no ink under the mark"
    yellow = {
        (x, y)
        for x in range(plain.width)
        for y in range(plain.height)
        if marked.getpixel((x, y))[2] < plain.getpixel((x, y))[2]
    }
    assert yellow
    assert all(abs(x / plain.width - box.left - box.width / 2) <= box.width / 2 + 0.01 for x, _ in yellow)
    assert all(abs(y / plain.height - box.top - box.height / 2) <= box.height / 2 + 0.01 for _, y in yellow)


WORDS = st.lists(
    st.sampled_from(
        [
            "the", "ferry", "sails", "to", "Ærø", "at", "7.30", "—", "Émile’s", "“quay”", "costs", "£38",
            "(two-thirds)", "climate",
        ]
    ),
    min_size=4,
    max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(words=WORDS, width=st.integers(12, 50), seed=st.integers(0, 99))
def test_any_stretch_of_the_text_has_boxes_on_its_page_or_none(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], width: int, seed: int
) -> None:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    file = write(
        tmp_path_factory.mktemp("pdf"),
        "a.pdf",
        pdf([[(30, 520 - 11 * i, said) for i, said in enumerate([*lines, line])]], size=9),
    )
    reading = only(file.read_bytes())
    assert reading.text.split() == " ".join([*lines, line]).split()
    draw = random.Random(seed)
    start = draw.randrange(len(reading.text))
    end = draw.randrange(start, len(reading.text)) + 1
    found = boxes(file, reading.text, reading.runs, (start, end), 0)
    assert found is not None
    assert bool(found) == bool(reading.text[start:end].strip())


def test_a_page_that_changed_has_no_mark(tmp_path: Path) -> None:
    reading = only(pdf([[(30, 500, FERRY)]]))
    other = write(tmp_path, "a.pdf", pdf([[(30, 500, QUAY)]]))
    assert boxes(other, reading.text, reading.runs, (0, 20), 0) is None


def test_an_empty_and_a_broken_file_say_so() -> None:
    with pytest.raises(UnreadableFile, match="contains no text"):
        only(pdf([[]]))
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        only(b"%PDF-1.4 nothing of the kind")


def test_a_scan_is_read_by_ocr_and_says_so(tmp_path: Path, library: Library) -> None:
    pytest.importorskip("tesserocr", reason="the extra quoth[ocr] is not installed")
    file = write(tmp_path, "scan.pdf", scan([[(30, 500, FERRY), (30, 460, QUAY)]]))
    assert library.add(file).added == (str(file),)
    (article,) = library.articles()
    assert " ".join(article.text.split()) == f"{FERRY} {QUAY}"
    assert article.pages[0].scanned
    layout, start = library.layout(article.id), article.text.index("autumn")
    (box,) = boxes(file, article.text, layout.runs, (start, start + 6), 0, layout.words) or ()
    (printed,) = boxes(
        write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY)]])), FERRY, only(pdf([[(30, 500, FERRY)]])).runs,
        (start, start + 6), 0,
    ) or ()  # fmt: skip
    assert abs(box.left - printed.left) < 0.01
    assert abs(box.left + box.width - printed.left - printed.width) < 0.01


def test_without_the_extra_a_scan_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "can_read", lambda: False)
    with pytest.raises(UnreadableFile, match="pip install 'quoth\\[ocr\\]'"):
        only(scan([[(30, 500, FERRY)]]))
