"""A spreadsheet is one article: rows below their header, cells as they are shown, nothing that is hidden."""

from __future__ import annotations

import re

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.reading.formats.office.number_format import shown
from quoth.index.reading.layout.data_tables import header_rows
from tests.made_office import opendocument, relations, row, sheet, strict, xlsx


def read_one(name: str, data: bytes) -> ParsedArticle:
    (article,) = read(name, data)
    assert isinstance(article, ParsedArticle)
    return article


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1292.0, "General", "1292"), (1292, "#,##0", "1,292"), (0.1 + 0.2, "General", "0.3"), (1e20, "0", "1E+20"),
        (0.125, "0%", "13%"), (0.4461, "0.00%", "44.61%"), (-5.5, "#,##0.00;(#,##0.00)", "(5.50)"),
        (-5.5, "0.0", "-5.5"), (0, '0;-0;"none"', "none"), (7, "000", "007"), (3, '0" km"', "3 km"), (5, ";;;", ""),
        (1234567.891, "[$€-407] #,##0.00", "€ 1,234,567.89"), (12345678, '#,##0.0,,"M"', "12.3M"),
        (123456789, "000-00-0000", "123-45-6789"), (1234, "0.00E+00", "1.23E+03"), (1500, '[>999]#,##0,"k";0', "2k"),
        (45365, "yyyy-mm-dd", "2024-03-14"), (45365, "dd.mm.yyyy", "14.03.2024"), 
        (45365, "d mmmm yyyy", "14 March 2024"),
        (45365.51, "m/d/yyyy h:mm", "3/14/2024 12:14"), (45365.75, "h:mm AM/PM", "6:00 PM"), (1.5, "[h]:mm", "36:00"),
        (2023, '0_)', "2023"), (-0.001, "0.00", "0.00"), (123456789012345, "0." + 15 * "0", "123456789012345"),
        (7, "[>1.2.3]0.0", "7"), (7, 100_000 * "[", "7"), (1.5, "s." + 250 * "0", "0.000"),
    ],
)  # fmt: skip
def test_a_number_is_shown_in_its_format(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_days_are_counted_from_1904_if_the_file_says_so() -> None:
    assert shown(0, "yyyy-mm-dd", from_1904=True) == "1904-01-01"
    assert shown(2_958_465, "yyyy-mm-dd", from_1904=True) == "2958465"  # after the year 9999


def test_the_rows_of_a_workbook_stand_below_their_header_under_the_name_of_their_sheet() -> None:
    landings = sheet([["Port", "Tonnes", "Share", "Weighed"], ["Tarn", (1292, 1), (0.125, 2), (45365, 3)],
                      ["Orrin", (655.4, 1), (0.5, 2), (45366, 3)]])  # fmt: skip
    data = xlsx({"Landings": landings, "Notes": sheet([["The board weighs the fish in Orrin."]])},
                formats=["#,##0", "0.0%", "d mmm yyyy"])  # fmt: skip
    article = read_one("port-landings.xlsx", data)
    assert article.title == "port landings"
    assert article.text == (
        "Landings\n\nPort | Tonnes | Share | Weighed\n--- | --- | --- | ---\nTarn | 1,292 | 12.5% | 14 Mar 2024\n"
        "Orrin | 655 | 50.0% | 15 Mar 2024\n\nNotes\n\nThe board weighs the fish in Orrin."
    )
    assert [article.text[b.start : b.end] for b in article.blocks if b.kind == "heading"] == ["Landings", "Notes"]


def test_hidden_sheets_rows_columns_and_struck_out_cells_are_left_out() -> None:
    rows = "".join((
        row(["Port", "Secret", "Boats"], 1), row(["Tarn", "no", 40], 2),
        row(["Hidden", "no", 41], 3, 'hidden="1"'), row(["Orrin", "no", (55, 2)], 4), row(["Skelby", "no", 60], 5),
    ))  # fmt: skip
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    data = xlsx(
        {"A": f"{columns}<sheetData>{rows}</sheetData>", "B": sheet([["Nobody sees it."]])}, states={"B": "hidden"}
    )
    assert read_one("a.xlsx", data).text == "A\n\nPort | Boats\n--- | ---\nTarn | 40\nOrrin | \nSkelby | 60"


def test_merged_cells_are_filled_and_two_header_rows_become_one() -> None:
    rows = sheet([["Year", "Ducks", None], [None, "male", "female"], [2019, 120, 135], [2020, 118, 140]])
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>'
    assert read_one("a.xlsx", xlsx({"A": rows + merged})).text.endswith(
        "Year | Ducks male | Ducks female\n--- | --- | ---\n2019 | 120 | 135\n2020 | 118 | 140"
    )


def test_tables_on_a_sheet_are_divided_by_blank_rows_and_columns_and_have_their_own_titles_and_notes() -> None:
    rows = [
        ["Table 1. Boats"],
        ["Port", "Boats", None, "Keeper", "Born"],
        ["Tarn", 40, None, "Agnes Roe", 1850],
        ["Orrin", 55, None, "Jon Falk", 1862],
        ["Source: the harbour office."],
        [None],
        ["Fish", "Crowns"],
        ["Herring", 3],
    ]
    assert read_one("a.xlsx", xlsx({"A": sheet(rows)})).text.split("\n\n") == [
        "A", "Table 1. Boats", "Port | Boats\n--- | ---\nTarn | 40\nOrrin | 55", "Source: the harbour office.",
        "Keeper | Born\n--- | ---\nAgnes Roe | 1850\nJon Falk | 1862", "Fish | Crowns\n--- | ---\nHerring | 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Port", "2021", "2022"], ["Tarn", "804", "911"]], 1),
        ([["2021", "2022"], ["2023", "2024"]], 0),
        ([["Tarn", "804"], ["Orrin", "655"]], 0),
        ([["airline", "incidents_85_99"], ["Aer Lingus", "2"]], 1),
        ([["Name", "Office"], ["Agnes Roe", "keeper of the lamp"]], 1),
        ([["Open", "yes"], ["Heated", "yes"]], 0),
        ([["14 Mar 2024", "Tarn"], ["15 Mar 2024", "Orrin"]], 0),
        ([["Pier 1", "Agnes Roe"], ["Pier 2", "Jon Falk"]], 0),
        ([["Port", "Q1 2024", "Q2 2024"], ["Tarn", "804", "911"]], 1),
        ([["Votes", "https://votes.example/all"], ["2019 votes", "https://votes.example/2019"]], 0),
        (
            [
                ["", "Ducks", "", "Geese", ""],
                ["Year", "male", "female", "male", "female"],
                ["2019", "1", "2", "3", "4"],
            ],
            2,
        ),
    ],
)
def test_only_a_row_that_names_the_columns_is_a_header(rows: list[list[str]], count: int) -> None:
    assert header_rows(rows) == count


def test_rows_after_a_blank_row_belong_to_the_same_header() -> None:
    rows = [["Port", "Boats"], ["Tarn", 40], [None], ["Orrin", 55]]
    assert read_one("a.xlsx", xlsx({"A": sheet(rows)})).text.endswith("Port | Boats\n--- | ---\nTarn | 40\nOrrin | 55")


def test_a_wide_table_is_divided_by_its_columns_each_part_with_the_names_of_the_rows() -> None:
    names = [f"Measure number {n}" for n in range(60)]
    article = read_one(
        "a.csv", "\n".join((",".join(["Port", *names]), ",".join(["Tarn", *map(str, range(60))]))).encode()
    )
    rows = [line for line in article.text.splitlines() if line.startswith("Tarn")]
    assert len(rows) > 1
    assert all(len(line) <= 450 for line in article.text.splitlines())
    assert re.findall(r"\d+", " ".join(rows)) == [str(n) for n in range(60)]


def test_formatted_text_errors_and_stored_results_of_formulas_are_read() -> None:
    strings = [
        '<r><t>1,250</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r>',
        "<t>東京</t><rPh><t>トウキョウ</t></rPh>",
        "<r><rPr><strike/></rPr><t>80 </t></r><r><t>65 crowns</t></r>",
    ]
    cells = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(3))
    formulas = '<c t="str"><f>A1</f><v>kept</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c>'
    formulas += "<c><f>SUM(B1)</f><v>4.5</v></c>"
    data = xlsx({"A": f"<sheetData><row>{cells}</row><row>{formulas}</row></sheetData>"}, strings=strings)
    assert read_one("a.xlsx", data).text.splitlines()[-2:] == [
        "1,250³ | 東京 | 65 crowns | ",
        "kept | #N/A | TRUE | 4.5",
    ]


def test_the_strict_variant_and_text_boxes_of_a_workbook_are_read() -> None:
    drawing = (
        '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:sp><d:txBody><a:p><a:r>'
        "<a:t>A box on the sheet.</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>"
    )
    more = {
        "xl/worksheets/_rels/sheet0.xml.rels": relations({"d": ("drawing", "../drawings/drawing1.xml")}),
        "xl/drawings/drawing1.xml": drawing,
    }
    data = xlsx({"A": sheet([["Port", "Boats"], ["Tarn", 40]])}, more=more)
    assert "A box on the sheet." in read_one("a.xlsx", data).text
    assert "Tarn | 40" in read_one("a.xlsx", strict(data)).text


def test_what_is_too_much_of_a_workbook_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quoth.index.reading.formats.office.xlsx.MAX_CHARS", 100)
    article, refused = read("a.xlsx", xlsx({"A": sheet([["Port", "Boats"], *([f"Pier {n}", n] for n in range(50))])}))
    assert isinstance(article, ParsedArticle)
    assert "Pier 3 | 3" in article.text
    assert isinstance(refused, Refused)
    assert refused.name == "A"
    assert "divide it" in refused.reason


def test_an_opendocument_spreadsheet_is_read_as_it_is_shown() -> None:
    def cell(words: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}><text:p>{words}</text:p></table:table-cell>"

    hidden = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    body = (
        '<table:table table:name="Landings"><table:table-column/><table:table-column table:visibility="collapse"/>'
        '<table:table-column table:number-columns-repeated="2"/>'
        f'<table:table-header-rows><table:table-row>{cell("Port")}{cell("Secret")}{cell("Tonnes")}{cell("Year")}'
        "</table:table-row></table:table-header-rows>"
        f'<table:table-row>{cell("Tarn")}{cell("x")}{cell("1.292,50", "office:value=" + chr(34) + "1292.5" + chr(34))}'
        f'{cell("2019", "table:number-rows-spanned=" + chr(34) + "2" + chr(34))}</table:table-row>'
        f'<table:table-row>{cell("Orrin")}{cell("x")}{cell("655")}<table:covered-table-cell/></table:table-row>'
        f'<table:table-row table:visibility="filter">{cell("Skelby")}{cell("x")}{cell("1")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/>'
        '</table:table-row></table:table><table:table table:name="B" table:style-name="h"><table:table-row>'
        f'{cell("Nobody")}{cell("sees it")}</table:table-row></table:table>'
    )  # fmt: skip
    article = read_one("a.ods", opendocument("spreadsheet", body, hidden))
    assert article.text == (
        "Landings\n\nPort | Tonnes | Year\n--- | --- | ---\nTarn | 1.292,50 | 2019\nOrrin | 655 | 2019"
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_spreadsheet_without_text_is_refused(name: str) -> None:
    empty = (
        xlsx({"A": "<sheetData/>"})
        if name == "a.xlsx"
        else opendocument("spreadsheet", '<table:table table:name="A"/>')
    )
    with pytest.raises(UnreadableFile, match="no text"):
        list(read(name, empty))


def test_a_sheet_of_few_cells_far_apart_is_refused_and_the_others_are_read() -> None:
    """Filled up, the first sheet would have 300 columns and 15,000 rows."""
    far = "".join(
        f'<row r="{n}"><c r="{chr(65 + n // 26)}{chr(65 + n % 26)}{n}"><v>1</v></c></row>' for n in range(1, 301)
    ) + "".join(row([n], n) for n in range(301, 15_001))
    article, refused = read("a.xlsx", xlsx({"A": f"<sheetData>{far}</sheetData>", "B": sheet([["Fish", 3]])}))
    assert isinstance(article, ParsedArticle)
    assert article.text == "B\n\n--- | ---\nFish | 3"
    assert isinstance(refused, Refused)
    assert (refused.name, "cells; divide it" in refused.reason) == ("A", True)


def test_a_cell_of_an_opendocument_sheet_that_is_repeated_to_its_edge_is_left_out() -> None:
    cells = "<table:table-cell><text:p>Port</text:p></table:table-cell>"
    fill = '<table:table-cell table:number-columns-repeated="16000"><text:p>unused</text:p></table:table-cell>'
    body = f'<table:table table:name="A"><table:table-row>{cells}{cells}{fill}</table:table-row></table:table>'
    assert "unused" not in read_one("a.ods", opendocument("spreadsheet", body)).text


def test_numbers_in_other_digits_than_those_of_the_format_are_ignored() -> None:
    cells = '<c r="A1" t="s"><v>²</v></c><c r="B1" s="²" t="inlineStr"><is><t>Port</t></is></c>'
    workbook = xlsx({"A": f'<sheetData><row r="²">{cells}</row></sheetData>'}, strings=["x", "y", "z"])
    assert read_one("a.xlsx", workbook).text == "A\n\nPort"
    words = '<text:p>Port<text:s text:c="²"/>1</text:p>'
    span = f'<table:table-cell table:number-columns-spanned="²">{words}</table:table-cell>'
    body = f'<table:table table:name="A"><table:table-row>{span}</table:table-row></table:table>'
    assert read_one("a.ods", opendocument("spreadsheet", body)).text == "A\n\nPort 1"


def test_a_sheet_whose_part_is_missing_is_reported_and_a_sheet_with_another_file_name_is_read() -> None:
    book = "xl/_rels/workbook.xml.rels"
    parts = {"r0": ("worksheet", "sheets/first.xml"), "r1": ("worksheet", "worksheets/gone.xml")}
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    first = f'<worksheet xmlns="{space}">{sheet([["Port", "Boats"], ["Tarn", 7]])}</worksheet>'
    moved = {book: relations(parts), "xl/sheets/first.xml": first}
    article, refused = read("a.xlsx", xlsx({"Fleet": "", "Crew": ""}, more=moved))
    assert isinstance(article, ParsedArticle)
    assert "Tarn | 7" in article.text
    assert isinstance(refused, Refused)
    assert (refused.name, "xl/worksheets/gone.xml is missing" in refused.reason) == ("Crew", True)
