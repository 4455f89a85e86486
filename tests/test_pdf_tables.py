"""Tables by position in PDF files, tables of contents and lines with dot leaders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.formats.pdf_pages import boxes
from tests.made import FERRY, QUAY, pdf, write


def article_of(data: bytes | str, name: str = "a.pdf") -> ParsedArticle:
    (article,) = read(name, data.encode("utf-8") if isinstance(data, str) else data)
    assert isinstance(article, ParsedArticle)
    return article


def table(rows: Sequence[Sequence[str]], xs: Sequence[float]) -> str:
    """Return the text of a page with rows of words at some left edges; empty cells are left out."""
    lines = [(x, 500 - 14 * i, words) for i, row in enumerate(rows) for x, words in zip(xs, row, strict=True) if words]
    return article_of(pdf([lines])).text


def kinds(article: ParsedArticle) -> list[tuple[str, str]]:
    return [(block.kind, article.text[block.start : block.end]) for block in article.blocks]


def test_a_table_by_position_has_its_header_above_its_rows() -> None:
    rows = [("Year", "Ducks", "Geese"), ("2019", "120", "45"), ("2020", "135", "51"), ("2021", "128", "49")]
    assert table(rows, (30, 150, 250)) == (
        "Year | Ducks | Geese\n--- | --- | ---\n2019 | 120 | 45\n2020 | 135 | 51\n2021 | 128 | 49"
    )


def test_years_above_figures_are_the_header() -> None:
    rows = [("Bird", "2019", "2020"), ("Ducks", "120", "135"), ("Geese", "45", "51"), ("Swans", "7", "9")]
    assert table(rows, (30, 150, 250)).splitlines()[:3] == [
        "Bird | 2019 | 2020",
        "--- | --- | ---",
        "Ducks | 120 | 135",
    ]


def test_a_header_of_two_lines_is_joined_and_a_label_of_two_lines_is_one_cell() -> None:
    rows = [
        ("", "Freshwater", "Salt water"), ("Year", "ducks", "ducks"), ("2019 and", "", ""), ("earlier", "120", "45"),
        ("2020", "135", "51"), ("2021", "128", "49"),
    ]  # fmt: skip
    text = table(rows, (30, 150, 250))
    assert text.splitlines()[0] == "Year | Freshwater ducks | Salt water ducks"
    assert "2019 and earlier | 120 | 45" in text


def test_a_row_without_figures_below_the_header_is_not_a_part_of_it() -> None:
    rows = [("Name", "First", "Second"), ("Ann", "absent", "absent"), ("Bob", "12", "14"), ("Cal", "9", "11"),
            ("Dan", "10", "13"), ("Eve", "8", "12")]  # fmt: skip
    assert table(rows, (30, 150, 250)).splitlines()[:3] == [
        "Name | First | Second", "--- | --- | ---", "Ann | absent | absent",
    ]  # fmt: skip
    keys = [("Key", "Other key", "Effect"), ("G", "F1", "Opens the help"), ("X", "F2", "Leaves"),
            ("N", "—", "New text"), ("K", "—", "Cuts"), ("C", "—", "Copies"), ("U", "—", "Pastes")]  # fmt: skip
    assert table(keys, (30, 150, 250)).splitlines()[0] == "Key | Other key | Effect"


def test_a_name_over_the_middle_of_its_columns_is_the_name_of_each() -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    xs = (30, 120, 180, 260, 320)
    lines = [(x, 480 - 14 * i, w) for i, row in enumerate(
        [("Bird", "male", "total", "male", "total"), ("Ducks", "61", "120", "70", "135"),
         ("Geese", "20", "45", "25", "51"), ("Swans", "3", "7", "4", "9")]
    ) for x, w in zip(xs, row, strict=True)]  # fmt: skip
    for year, left, right in (("2019", 120, 180), ("2020", 260, 320)):
        middle = (left + right + stringWidth("total", "Helvetica", 11)) / 2
        lines.append((middle - stringWidth(year, "Helvetica", 11) / 2, 494, year))
    assert article_of(pdf([lines])).text.splitlines()[0] == "Bird | 2019 male | 2019 total | 2020 male | 2020 total"


def test_a_column_of_several_figures_each_is_a_table_and_a_line_of_the_first_column_is_a_section() -> None:
    rows = [
        ("", "All keepers (n = 61)"), ("Age (mean (SD))", "46.6 (11.3)"), ("Married (n (%))", "28 (45.9)"),
        ("Did the keeper ever leave the service for more than a year?", ""), ("Yes", "5 (8.2)"), ("No", "56 (91.8)"),
    ]  # fmt: skip
    text = table(rows, (30, 300))
    assert text == (
        " | All keepers (n = 61)\n--- | ---\nAge (mean (SD)) | 46.6 (11.3)\nMarried (n (%)) | 28 (45.9)\n"
        "Did the keeper ever leave the service for more than a year?\nYes | 5 (8.2)\nNo | 56 (91.8)"
    )


def test_two_columns_of_short_lines_of_prose_are_not_a_table() -> None:
    left = ["the old harbour", "was filled in with", "rubble and earth", "from the new road"]
    right = ["and the boats had", "to move to the bay", "beyond the point", "where it is deep"]
    lines = [(x, 500 - 14 * i, w) for i, row in enumerate(zip(left, right, strict=True))
             for x, w in zip((30, 215), row, strict=True)]  # fmt: skip
    assert "|" not in article_of(pdf([lines])).text


def test_a_list_with_numbers_is_not_a_table() -> None:
    rows = [("1.", "Open the valve."), ("2.", "Wait for the bell."), ("3.", "Close the valve.")]
    assert "|" not in table(rows, (30, 60))


def test_the_cells_of_a_row_are_marked_where_they_stand(tmp_path: Path) -> None:
    rows = [("Year", "Ducks", "Geese"), ("2019", "120", "45"), ("2020", "135", "51")]
    data = pdf([[(x, 500 - 14 * i, w) for i, row in enumerate(rows) for x, w in zip((40, 160, 260), row, strict=True)]])
    article = article_of(data)
    start = article.text.index("135")
    (box,) = boxes(write(tmp_path, "a.pdf", data), article.text, article.runs, (start, start + 3), 0) or ()
    assert box.left * 400 == pytest.approx(160, abs=2)


CONTENTS = ["1 Introduction . . . . . . 3", "2 Basic usage . . . . . . 4", "3 Advanced usage ........ 12"]
FIGURES = ["Ducks ........ 1,234", "Geese ........ 87", "Swans ........ 12.5"]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf"])
def test_contents_are_never_quoted_and_figures_after_dots_are_rows(name: str) -> None:
    lines = [FERRY, *CONTENTS, QUAY, *FIGURES]
    if name == "a.pdf":
        article = article_of(pdf([[(30, 560 - 30 * i, line) for i, line in enumerate(lines)]]))
    elif name == "a.html":
        article = article_of(
            "<html><body><article>" + "".join(f"<p>{x}</p>" for x in lines) + "</article></body></html>", name
        )
    else:
        article = article_of("\n\n".join(lines), name)
    by_line = dict((words, kind) for kind, words in kinds(article))
    quotable = "\n".join(words for words, kind in by_line.items() if kind != "boilerplate")
    assert "usage" not in quotable
    assert by_line[FERRY] == by_line[QUAY] == "prose"
    assert [kind for words, kind in by_line.items() if words.startswith(("Ducks", "Geese", "Swans"))] == ["row"] * 3


def test_contents_in_joined_lines_are_not_a_sentence() -> None:
    article = article_of("Contents\n" + "\n".join(CONTENTS) + "\n\n" + FERRY, "a.txt")
    assert [words for kind, words in kinds(article) if kind == "prose"] == [FERRY]


def test_prose_with_four_dots_is_a_sentence() -> None:
    words = "He waited on the quay for an hour.... and then the ferry came out of the fog."
    assert kinds(article_of(words, "a.txt")) == [("prose", words)]


def test_a_paragraph_that_ends_in_dots_and_a_figure_is_prose() -> None:
    words = f"{FERRY} {QUAY} " * 2 + "What was left of the fund went to the lights on the pier ........ $587"
    assert kinds(article_of(words, "a.txt")) == [("prose", words)]


def test_a_heading_with_many_blanks_takes_no_time() -> None:
    from quoth.index.reading.layout.blocks import classify

    words = "= a" + " " * 200_000
    assert classify(words, (0, len(words))).kind in ("heading", "prose", "boilerplate")
