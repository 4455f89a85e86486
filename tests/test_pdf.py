"""PDF files: reading order of columns, hyphenated words, and the position of every character on its page."""

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
from quoth.index.reading.formats.pdf_pages import boxes, page_image
from quoth.index.sync import sandbox
from tests.made import FERRY, QUAY, pdf, scan, write

LEFT = ["The northern ferry carried its", "last passengers in the autumn", "of 2019 after a long dispute."]
RIGHT = ["Four hundred people came to", "the quay to watch the last", "crossing of the old ship."]
COLUMNS = [[(x, 500 - 14 * i, words) for i in range(3) for x, words in ((30, LEFT[i]), (215, RIGHT[i]))]]
"""Two columns written row by row, as many programs do."""


def read_pdf_bytes(data: bytes) -> ParsedArticle:
    (article,) = read("a.pdf", data)
    return article


def test_two_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    assert read_pdf_bytes(pdf(COLUMNS)).text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_rows_of_figures_stay_rows() -> None:
    cells = [("North", "3.80"), ("Hook", "4.20"), ("Long", "5.00")]
    text = read_pdf_bytes(
        pdf([[(x, 500 - 14 * i, w) for i, row in enumerate(cells) for x, w in zip((30, 215), row, strict=True)]])
    ).text
    assert text == "--- | ---\nNorth | 3.80\nHook | 4.20\nLong | 5.00"


def test_a_word_split_at_a_line_end_is_joined_and_a_compound_keeps_its_hyphen() -> None:
    lines = ["It is driving cli-", "mate change, and the well-", "known price is well-known."]
    text = read_pdf_bytes(pdf([[(30, 500 - 14 * i, words) for i, words in enumerate(lines)]])).text
    assert text == "It is driving climate change, and the well-known price is well-known."


def test_a_dash_at_a_line_end_is_not_a_hyphen() -> None:
    lines = ["It was late -", "the boat had gone --", "and nobody came."]
    assert read_pdf_bytes(pdf([[(30, 500 - 14 * i, words) for i, words in enumerate(lines)]])).text == " ".join(lines)


def test_a_sentence_continues_after_a_page_break_and_running_heads_are_not_prose() -> None:
    first = [(30, 570, "Annual Report"), (30, 500, "The committee heard many witnesses before it was"), (190, 20, "12")]
    second = [(30, 570, "Annual Report"), (30, 500, "prepared to recommend that the ferry be closed."), (190, 20, "13")]
    article = read_pdf_bytes(pdf([first, second]))
    prose = [article.text[b.start : b.end] for b in article.blocks if b.kind == "prose"]
    assert prose == ["The committee heard many witnesses before it was prepared to recommend that the ferry be closed."]
    assert {article.text[b.start : b.end] for b in article.blocks if b.kind == "boilerplate"} == {
        "Annual Report",
        "12",
        "13",
    }


def test_the_page_of_an_offset_is_known(tmp_path: Path, library: Library) -> None:
    file = write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY)], [(30, 500, QUAY)]], title="The ferry"))
    library.add(file)
    (article,) = library.articles()
    assert article.title == "The ferry"
    assert [p.label for p in article.pages] == ["1", "2"]
    assert article.page_at(article.text.index("northern")) == 0
    assert article.page_at(article.text.index("hundred")) == 1


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_mark_covers_the_words(tmp_path: Path, scale: float) -> None:
    from io import BytesIO

    from PIL import Image

    file = write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY), (30, 300, QUAY)]]))
    article = read_pdf_bytes(file.read_bytes())
    start = article.text.index("autumn")
    marks = boxes(file, article.text, article.runs, (start, start + 6), 0)
    assert marks is not None
    (box,) = marks
    plain, marked = (Image.open(BytesIO(page_image(file, 0, each, scale))).convert("RGB") for each in ((), marks))
    inside = [(x, y) for x in range(plain.width) for y in range(plain.height)
              if box.left <= x / plain.width < box.left + box.width
              and box.top <= y / plain.height < box.top + box.height]  # fmt: skip
    assert any(sum(plain.getpixel(point)) < 300 for point in inside), "there is no ink under the mark"
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
def test_every_span_has_boxes_on_its_page_unless_it_is_blank(
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
        pdf([[(30, 520 - 11 * i, text) for i, text in enumerate([*lines, line])]], size=9),
    )
    article = read_pdf_bytes(file.read_bytes())
    assert article.text.split() == " ".join([*lines, line]).split()
    draw = random.Random(seed)
    start = draw.randrange(len(article.text))
    end = draw.randrange(start, len(article.text)) + 1
    span_boxes = boxes(file, article.text, article.runs, (start, end), 0)
    assert span_boxes is not None
    assert bool(span_boxes) == bool(article.text[start:end].strip())


def test_a_changed_page_has_no_marks(tmp_path: Path) -> None:
    article = read_pdf_bytes(pdf([[(30, 500, FERRY)]]))
    other = write(tmp_path, "a.pdf", pdf([[(30, 500, QUAY)]]))
    assert boxes(other, article.text, article.runs, (0, 20), 0) is None


def test_an_empty_and_a_damaged_file_are_rejected() -> None:
    with pytest.raises(UnreadableFile, match="contains no text"):
        read_pdf_bytes(pdf([[]]))
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_pdf_bytes(b"%PDF-1.4 nothing of the kind")


def test_a_scan_is_read_by_ocr_and_marked_as_scanned(tmp_path: Path, library: Library) -> None:
    pytest.importorskip("tesserocr", reason="the extra quoth[ocr] is not installed")
    file = write(tmp_path, "scan.pdf", scan([[(30, 500, FERRY), (30, 460, QUAY)]]))
    assert library.add(file).added == (str(file),)
    (article,) = library.articles()
    assert " ".join(article.text.split()) == f"{FERRY} {QUAY}"
    assert article.pages[0].scanned
    layout, start = library.layout(article.id), article.text.index("autumn")
    (box,) = boxes(file, article.text, layout.runs, (start, start + 6), 0, layout.words) or ()
    (printed,) = boxes(
        write(tmp_path, "a.pdf", pdf([[(30, 500, FERRY)]])), FERRY, read_pdf_bytes(pdf([[(30, 500, FERRY)]])).runs,
        (start, start + 6), 0,
    ) or ()  # fmt: skip
    assert abs(box.left - printed.left) < 0.01
    assert abs(box.left + box.width - printed.left - printed.width) < 0.01


def test_the_pages_of_a_scan_are_counted_while_they_are_read(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tesserocr", reason="the extra quoth[ocr] is not installed")
    file = write(tmp_path, "scan.pdf", scan([[(30, 500, FERRY)], [(30, 500, QUAY)], [(30, 500, FERRY)]]))
    seen: list[tuple[int, int]] = []
    library.add(file, progress=lambda now: seen.append((now.page, now.pages)))
    assert list(dict.fromkeys(seen))[:4] == [(0, 0), (1, 3), (2, 3), (3, 3)]
    library.remove(file)
    monkeypatch.setattr(sandbox, "_FILE_SECONDS", 0.001)  # for all pages together
    assert "the whole of it takes more than" in library.add(file).rejected[0].reason


def test_without_the_extra_a_scan_is_rejected_with_the_command_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "can_read", lambda: False)
    with pytest.raises(UnreadableFile, match="pip install 'quoth\\[ocr\\]'"):
        read_pdf_bytes(scan([[(30, 500, FERRY)]]))
