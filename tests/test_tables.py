"""The structure of tables: what is a header, which cell is in which column, and what is no table at all."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from quoth import Library, ask
from quoth.index.reading.dispatch import read
from quoth.index.reading.layout.grid import Cell, grid, grouped_header_rows, rows_as_shown
from quoth.index.reading.layout.writer import Writer
from quoth.index.records import Article
from quoth.index.text.tables import table_at, tables
from quoth.qa.extract.lists import lists
from quoth.ui.page.source import source_html
from tests.made import FERRY, QUAY, docx, epub, odt, paragraph, write


def shown(text: str) -> list[Any]:
    """The header's names and the cells of each row, None where the row is in no column, of a text's only table."""
    (table,) = tables(text)
    rows = [table.row_at(text, line) for line in table.lines]
    names = [text[slice(*column)] for column in table.columns]
    return [names, *([text[slice(*cell)] for cell in row.cells] if row and row.in_columns else None for row in rows)]


def page(table: str) -> str:
    """The text of a book's page with a table, all of which is the article."""
    (article,) = read("a.epub", epub([f"<h1>Figures</h1><p>{FERRY}</p>{table}<p>{QUAY}</p>"]))
    return article.text


@pytest.mark.parametrize(("text", "expected"), [
    ("| Port | 2021 | 2022 |\n|---|---|---|\n| Tarn |  | 911 |\n| Wick | 5 |\n", [
        ["Port", "2021", "2022"], ["Tarn", "", "911"], ["Wick", "5", ""]]),
    ("| Port | Eel \\| cod |\n| --- | --- |\n| Tarn | 7 \\| 9 |\n", [["Port", "Eel \\| cod"], ["Tarn", "7 \\| 9"]]),
    ("Port | Eels\n--- | ---\nTarn | 7 | 8\nWick | 9\n", [["Port", "Eels"], None, ["Wick", "9"]]),
    (" | Tarn | Wick\n--- | --- | ---\nDepth | 7|8 m | \n", [["", "Tarn", "Wick"], ["Depth", "7|8 m", ""]]),
    ("+------+----+\n| Port | No |\n+------+----+\n| Tarn | 12 |\n+------+----+\n", [["Port", "No"], ["Tarn", "12"]]),
    (" port | year\n------+------\n Tarn | 2021\n", [["port", "year"], ["Tarn", "2021"]]),
    ("Port\tEels\nTarn\t\nWick\t9\n", [["Port", "Eels"], ["Tarn", ""], ["Wick", "9"]]),
    ("Port\t\tEels\nTarn Harbour\t7\nWick\t\t9\n", [["Port", "Eels"], ["Tarn Harbour", "7"], ["Wick", "9"]]),
    ("Port | 2021 | 2022\nTarn | 804 | 911\n", [["Port", "2021", "2022"], ["Tarn", "804", "911"]]),
    ("Port | Since 1990\nTarn | 804\n", [["Port", "Since 1990"], ["Tarn", "804"]]),
    ("> | Port | Eels |\n> |---|---|\n> | Tarn | 7 |\n", [["Port", "Eels"], ["Tarn", "7"]]),
], ids=range(11))  # fmt: skip
def test_a_table_in_a_text_has_a_header_and_cells_in_columns(text: str, expected: list[Any]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("text", [
    "Depth | 11 metres\nLength | 40 metres\n", "--- | ---\nName | Kestrel\nDepth | 11 metres\n",
    "Anna Holm | treasurer\nBo Lind | secretary\n", "Tarn | 1990 | 2003\nWick | 1985 | 2010\n",
    "Opens: | 6:30\nCloses: | 21:00\n", "Votes | https://votes.example/1\n2019 votes | https://votes.example/2\n",
], ids=range(6))  # fmt: skip
def test_no_row_is_a_header_where_nothing_tells_it_from_the_others(text: str) -> None:
    (table,) = tables(text)
    assert table.head is None
    assert len(table.lines) == 2


@pytest.mark.parametrize("text", [
    "Home | News\n\nSport | Weather\n", "One | line\n", "Words\t\nWords\t\n", "a\tb\nc\td\te\n",
    "Title\n---\nText\n", "cat a | sort |\\\n uniq\n",
], ids=range(6))  # fmt: skip
def test_what_has_no_rows_of_equal_cells_is_no_table(text: str) -> None:
    assert tables(text) == ()


def test_a_line_across_a_table_is_the_section_of_the_rows_below() -> None:
    text = page(
        "<table><tr><th>Hut</th><th>Beds</th></tr><tr><td>Elk</td><td>3</td></tr><tr><th colspan=2>Winter</th></tr>"
        "<tr><td>Elk</td><td>2</td></tr></table>"
    )
    assert "Hut | Beds\n--- | ---\nElk | 3\nWinter\nElk | 2\n" in text
    (table,) = tables(text)
    sections = [row and row.section and text[slice(*row.section)] for row in map(table.row_at, [text] * 3, table.lines)]
    assert sections == [None, None, "Winter"]


@pytest.mark.parametrize(("table", "expected"), [
    ("<tr><th rowspan=2>Year<th colspan=2>Ducks<tr><th>male<th>female<tr><td>2019<td>5<td>6",
     "Year | Ducks male | Ducks female\n--- | --- | ---\n2019 | 5 | 6\n"),
    ("<thead><tr><th colspan=3>Tonnes of fish<tr><th>Port<th>2021<th>2022<tbody><tr><td>Tarn<td>8<td>9",
     "Tonnes of fish\n\nPort | 2021 | 2022\n--- | --- | ---\nTarn | 8 | 9\n"),
    ("<tr><td><th scope=col>Tarn<th scope=col>Wick<tr><th scope=row>Depth<td>8 m<td>9 m",
     " | Tarn | Wick\n--- | --- | ---\nDepth | 8 m | 9 m\n"),
    ("<tr><th>Depth<td>8 m<tr><th>Length<td>9 m", "--- | ---\nDepth | 8 m\nLength | 9 m\n"),
    ("<tr><td><b>Port</b><td><b>Keeper</b><tr><td>Tarn<td>Bo Lind", "Port | Keeper\n--- | ---\nTarn | Bo Lind\n"),
    ("<tr><th>Port<th>Eels<th>Cod<tr><td>Tarn<td>7<tr><td>Wick<td colspan=2>none",
     "Port | Eels | Cod\n--- | --- | ---\nTarn | 7 | \nWick | none | none\n"),
    ("<tr><th>Port<th>Eels<tbody><tr><td rowspan=9>Tarn<td>7<tbody><tr><td>Wick<td>8",
     "Port | Eels\n--- | ---\nTarn | 7\nWick | 8\n"),
    ("<tr><th>Port<th>Eels<tr><td>Tarn<td style='display:none'>3<td>7", "Port | Eels\n--- | ---\nTarn | 7\n"),
    ("<tr><th colspan=99>Port<th>Eels<tr><td colspan=99>Tarn<td>7", "Port | Eels\n--- | ---\nTarn | 7\n"),
    ("<tr><td>Anna Holm<td>treasurer<tr><td colspan=2>none<tr><td>Bo<td>clerk",
     "Anna Holm | treasurer\n\nnone\n\nBo | clerk\n"),
    ("<tr><td>Hut<td colspan=2>Guests<tr><td><td>bed<td>floor<tr><td>Elk<td>14<td>8",
     "Hut | Guests bed | Guests floor\n--- | --- | ---\nElk | 14 | 8\n"),
], ids=range(11))  # fmt: skip
def test_a_table_of_a_page_is_written_with_its_header(table: str, expected: str) -> None:
    assert f"\n\n{expected}\n" in page(f"<table>{table}</table>")


@pytest.mark.parametrize("table", [
    "<table role=presentation><tr><td>{0}</td><td>{1}</td></tr></table>",
    "<table><tr><td><table><tr><td>{0}</td></tr></table></td><td>{1}</td></tr></table>",
    "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr></table>",
], ids=range(3))  # fmt: skip
def test_a_table_that_lays_out_the_page_is_no_table(table: str) -> None:
    text = page(table.format("The pier was closed.", "It was raining."))
    assert "The pier was closed.\n\nIt was raining." in text


def test_a_table_of_a_word_file_is_read_with_merged_cells_and_its_header() -> None:
    def cell(words: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"

    def row(*cells: str, properties: str = "") -> str:
        return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"

    restart, more, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    header = "<w:tblHeader/>"
    table = (
        row(cell("Pool", restart), cell("Hours", wide), properties=header)
        + row(cell("", more), cell("open"), cell("close"), properties=header)
        + row(cell("Kestrel", restart), cell("6"), cell("21"))
        + f"<w:sdt><w:sdtContent>{row(cell('', more), cell('shut', wide))}</w:sdtContent></w:sdt>"
        + row(cell("gone"), cell("1"), cell("2"), properties="<w:del/>")
        + row(cell("Quarry"), cell("7"), properties='<w:gridAfter w:val="1"/>')
    )
    (article,) = read("a.docx", docx(f"{paragraph(FERRY)}<w:tbl>{table}</w:tbl>"))
    assert article.text.split("\n\n")[1] == (
        "Pool | Hours open | Hours close\n--- | --- | ---\nKestrel | 6 | 21\nKestrel | shut | shut\nQuarry | 7 | "
    )


@pytest.mark.parametrize(("rows", "expected"), [
    ([["Hut", 2, "Guests"], ["", "bed", "floor"], ["Elk", "14", "8"]], 2),
    ([["Hut", 2, "Guests"], ["", "2023", "2024"], ["Elk", "14 crowns", ""]], 2),
    ([[3, "Prices"], ["Hut", 2, "Guests"], ["", "bed", "floor"], ["Elk", "14", "8"]], 3),
    ([["Hut", 2, "Guests"], ["Elk", "14", "8"], ["Fox", "15", "9"]], None),
    ([["Anna", 2, "clerk"], ["Bo", "cook", "guard"], ["Cy", "smith", "tailor"]], None),
    ([["Hut", "bed", "floor"], ["Elk", "14", "8"], ["Fox", "15", "9"]], None),
], ids=range(6))  # fmt: skip
def test_names_of_groups_above_names_of_columns_are_a_header_of_two_rows(
    rows: list[list[str | int]], expected: int | None
) -> None:
    cells = []
    for row in rows:
        spans = [word if isinstance(word, int) else 1 for word in [1, *row]]
        cells.append([Cell(w, span) for w, span in zip(row, spans, strict=False) if isinstance(w, str)])
    assert grouped_header_rows(cells) == expected


def test_a_word_file_s_table_with_groups_of_columns_needs_no_style_for_its_header() -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(cells)}</w:tr>"

    def cell(words: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"

    table = row(cell("Hut"), cell("Guests", '<w:gridSpan w:val="2"/>')) + row(cell(""), cell("bed"), cell("floor"))
    (article,) = read("a.docx", docx(f"{paragraph(FERRY)}<w:tbl>{table}{row(*map(cell, ('Elk', '14', '8')))}</w:tbl>"))
    assert article.text.endswith("Hut | Guests bed | Guests floor\n--- | --- | ---\nElk | 14 | 8")


@pytest.mark.parametrize(("look", "style", "bold", "rule"), [
    ("04A0", "Grid Table 4", "", True), ("04A0", "Table Grid", "", False), ("0480", "Grid Table 4", "", False),
    ("", "", "<w:rPr><w:b/></w:rPr>", True), ("", "", '<w:rPr><w:b w:val="0"/></w:rPr>', False),
])  # fmt: skip
def test_the_first_row_of_a_word_file_s_table_is_the_header_if_it_looks_so(
    look: str, style: str, bold: str, rule: bool
) -> None:
    def row(words: tuple[str, str], run: str = "") -> str:
        cells = (f"<w:tc><w:p><w:r>{run}<w:t>{word}</w:t></w:r></w:p></w:tc>" for word in words)
        return f"<w:tr>{''.join(cells)}</w:tr>"

    properties = f'<w:tblPr><w:tblStyle w:val="s"/><w:tblLook w:val="{look}"/></w:tblPr>'
    table = f"<w:tbl>{properties}{row(('Name', 'Role'), bold)}{row(('Bo', 'clerk'))}</w:tbl>"
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:styleId="s">'
        f'<w:name w:val="{style}"/></w:style></w:styles>'
    )
    (article,) = read("a.docx", docx(paragraph(FERRY) + table, word__styles=styles))
    assert ("Name | Role\n--- | ---\nBo | clerk" in article.text) == rule


def test_a_table_of_an_opendocument_text_is_read_with_spans_and_its_header() -> None:
    def cell(words: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}><text:p>{words}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    table = (
        "<table:table-header-rows><table:table-row>" + cell("Pool") + cell("Season") + cell("Opens")
        + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell("Kestrel", 'table:number-rows-spanned="2"') + cell("Summer") + cell("6:30")
        + f"</table:table-row><table:table-row>{covered}"
        + cell("shut", 'table:number-columns-spanned="2"') + covered
        + "</table:table-row><table:table-row>" + cell("Quarry")
        + cell("all", 'table:number-columns-repeated="2"') + "</table:table-row>"
    )  # fmt: skip
    (article,) = read("a.odt", odt(f"<text:p>{FERRY}</text:p><table:table>{table}</table:table>"))
    assert article.text.split("\n\n")[1] == (
        "Pool | Season | Opens\n--- | --- | ---\nKestrel | Summer | 6:30\nKestrel | shut | shut\nQuarry | all | all"
    )


def test_tables_within_tables_of_office_files_are_read_one_by_one() -> None:
    inner = "".join(f"<w:tc>{paragraph(words)}</w:tc>" for words in ("Depth", "8 m"))
    outer = f"<w:tbl><w:tr><w:tc>{paragraph(QUAY)}<w:tbl><w:tr>{inner}</w:tr></w:tbl></w:tc></w:tr></w:tbl>"
    (article,) = read("a.docx", docx(paragraph(FERRY) + outer))
    assert article.text == f"{FERRY}\n\n{QUAY}\n\nDepth | 8 m"


def test_columns_in_which_no_cell_begins_and_empty_columns_are_left_out() -> None:
    rows = [[Cell("Port", 2), Cell(""), Cell("Eels")], [Cell("Tarn", 2), Cell(""), Cell("7")], [Cell("Wick", 4)]]
    assert grid(rows) == [["Port", "Eels"], ["Tarn", "7"], ["Wick"]]


def test_words_across_columns_are_repeated_only_below_names() -> None:
    named = [
        [Cell("Port"), Cell("2021"), Cell("2022")],
        [Cell("Tarn"), Cell("7"), Cell("8")],
        [Cell("Wick"), Cell("9", 2)],
    ]
    plain = [[Cell("Name"), Cell("", 2)], [Cell("Day", 2), Cell("Place")], [Cell("a"), Cell("b"), Cell("c")]]
    assert rows_as_shown(named, has_header=None)[2] == ["Wick", "9", "9"]
    assert rows_as_shown(plain, has_header=None)[1] == ["Day", "Place", ""]


def test_a_row_is_no_date_line_of_the_article() -> None:
    text = "# Fairs\n\n| Fair | Day |\n|---|---|\n| Spring fair | 4 May 2021 |\n"
    (article,) = read("a.md", text.encode())
    assert article.published is None
    assert [b.kind for b in article.blocks] == ["boilerplate", "row", "row"]


def test_the_rows_of_a_plain_text_are_not_joined_as_wrapped_lines() -> None:
    rows = "Stall\tArea\tRent\tTenant\nNorth corner\t12 m²\t210 crowns\tA. Moe\nFountain\t9 m²\t260 crowns\tB. Rask"
    (article,) = read("a.txt", f"Rent\n\nThe council lets its stalls by the month.\n\n{rows}\n".encode())
    assert [article.text[b.start : b.end] for b in article.blocks if b.kind == "row"] == rows.split("\n")


def test_the_source_shows_a_table_without_its_rule_but_keeps_every_character() -> None:
    writer = Writer()
    writer.table([["", "Tarn"], ["Depth", "8 m"]], header_rows=1, group=1)
    writer.table([["Length", "9 m"], ["Width", ""]], header_rows=0, group=2)
    html = source_html(
        Article(1, "a.html", None, None, None, "", writer.text), 0, 0, (0, 0), blocks=tuple(writer.blocks)
    )
    body = html.split('aria-label="The article">')[1].removesuffix("</div>")
    assert unescape(re.sub(r"<[^>]*>", "", body)) == writer.text
    assert "---" not in re.sub(r'<span class="quoth-bar">.*?</span>', "", body, flags=re.DOTALL)
    assert body.count('role="cell"') == 8


def test_a_row_far_from_its_header_is_quoted_with_it_and_with_its_section(tmp_path: Path, library: Library) -> None:
    rows = "".join(f"<tr><td>Hut {n}</td><td>{n + 100} crowns</td></tr>" for n in range(40))
    table = (
        f"<table><tr><th>Hut</th><th>Fee</th></tr><tr><th colspan=2>Summer</th></tr>{rows}"
        "<tr><th colspan=2>Winter</th></tr><tr><td>Hut 7</td><td>9 crowns</td></tr></table>"
    )
    write(tmp_path, "huts.html", f"<html><body><article><p>{FERRY}</p>{table}<p>{QUAY}</p></article></body></html>")
    library.add(tmp_path / "huts.html")
    quote = ask("What is the fee of hut 7 in winter?", library=library, min_confidence=0).quotes[0]
    assert quote.text == "Winter\nHut 7 | 9 crowns"
    assert quote.head is not None
    assert quote.article.text[slice(*quote.head)] == "Hut | Fee"
    assert [quote.article.text[a:b] for a, b in quote.highlights] == ["9 crowns"]


def test_the_passages_of_a_table_are_found_by_its_header(tmp_path: Path, library: Library) -> None:
    rows = "".join(f"Hut {n} | {n + 100}\n" for n in range(200))
    write(tmp_path, "huts.txt", f"{FERRY}\n\nHut | Wardens\n--- | ---\nCarnival\n{rows}\n{QUAY}\n")
    library.add(tmp_path / "huts.txt")
    snapshot = library.snapshot()
    everything, named, under = (snapshot.words.search(word, 100) for word in ("hut", "wardens", "carnival"))
    assert len(everything) > 3
    assert named.keys() == everything.keys()
    assert under.keys() == everything.keys() - {min(everything)}  # the first passage ends with the header


def test_a_list_below_a_table_has_no_row_as_its_lead_in() -> None:
    text = "Hut | Speaker at the opening\n--- | ---\nElk | Ida Brandt of the county\n\n- Tea at four\n- Songs at five\n"
    (listed,) = lists(text)
    assert text[listed.start :].startswith("- Tea")


def test_rows_of_two_cells_answer_also_if_they_begin_with_a_number(tmp_path: Path, library: Library) -> None:
    write(tmp_path, "ducks.md", "# Ducks\n\n| Year | Ducks |\n|---|---|\n| 2019 | 120 |\n| 2020 | 135 |\n")
    library.add(tmp_path / "ducks.md")
    quote = ask("How many ducks were there in 2020?", library=library, min_confidence=0).quotes[0]
    assert [quote.article.text[a:b] for a, b in quote.highlights] == ["135"]


def test_a_long_table_is_found_by_place() -> None:
    text = "No | Name\n--- | ---\n" + "".join(f"{n} | Pier {n}\n" for n in range(20_000))
    at = text.index("19999 |")
    table = table_at(text, (at, at + 3))
    assert table is not None
    row = table.row_at(text, (at, at + 3))
    assert row is not None
    assert text[slice(*row.span)] == "19999 | Pier 19999"
