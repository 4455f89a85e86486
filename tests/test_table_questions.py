"""Questions about tables of many structures and formats: the right row is first, and its requested cell is marked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from quoth import Library, ask
from tests.made import docx, odt, paragraph, write

BEFORE = (
    "The county of Aldermoor keeps these figures in the office by the old bridge, where anybody may look at them "
    "on a weekday."
)
AFTER = "Whoever finds a mistake may write to the clerk, who answers every letter within a fortnight or so."


def page(table: str, title: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f"<p>{BEFORE}</p>{table}<p>{AFTER}</p></article></body></html>"
    )


def html_rows(*rows: Sequence[str], tag: str = "td") -> str:
    return "".join("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>" for row in rows)


def word_cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"


def word_row(*cells: str, header: bool = False) -> str:
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if header else ''}{''.join(cells)}</w:tr>"


def open_cell(words: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{words}</text:p></table:table-cell>"


COVERED = "<table:covered-table-cell/>"
RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

FERRIES = page(
    "<table><thead><tr><th>Ferry</th><th>Day</th><th>First boat</th><th>Last boat</th></tr></thead><tbody>"
    '<tr><th scope="row" rowspan="2">Hollin ferry</th><td>Weekday</td><td>5:50</td><td>22:10</td></tr>'
    "<tr><td>Sunday</td><td>8:15</td><td>20:40</td></tr>"
    '<tr><th scope="row" rowspan="2">Marsh ferry</th><td>Weekday</td><td>6:20</td><td>21:30</td></tr>'
    "<tr><td>Sunday</td><td>9:05</td><td>18:45</td></tr></tbody></table>",
    "When the ferries sail",
)
BIRDS = page(
    '<table><caption>Birds counted on the lake</caption><thead><tr><th rowspan="2">Winter of</th>'
    '<th colspan="2">Herons</th><th colspan="2">Swans</th></tr><tr><th>adult</th><th>young</th><th>adult</th>'
    "<th>young</th></tr></thead><tbody>"
    + html_rows(("2017", "41", "12", "88", "30"), ("2018", "45", "", "91", "27"), ("2019", "39", "16", "97", "33"))
    + "</tbody></table>",
    "The lake in winter",
)
HARVEST = page(
    "<table><thead>" + html_rows(("Farm", "2015", "2016", "2017"), tag="th") + "</thead><tbody>"
    + html_rows(("Birkhead", "310", "295", "340"), ("Skelby", "120", "133", "128"), ("Total", "430", "428", "468"))
    + "</tbody></table>",
    "Tonnes of barley",
)  # fmt: skip
WELLS = page(
    "<table>" + html_rows(("", "Abbey well", "Mill well"), tag="th")
    + '<tr><th scope="row">Depth</th><td>31 metres</td><td>18 metres</td></tr>'
    '<tr><th scope="row">Dug in</th><td>1402</td><td>1788</td></tr>'
    '<tr><th scope="row">Keeper</th><td>Ida Brandt</td><td>Tove Lund</td></tr></table>',
    "Two wells",
)  # fmt: skip
POOLS = (
    "# Bathing places\n\nThe parish looks after four places where one may swim.\n\n"
    "| Place | Water | Lifeguard | Fee (crowns) |\n|:---|---:|---|---|\n| Gull Cove | 17 °C | yes | 4 |\n"
    "| Otter Pond |  | no | 1 |\n| Fox Weir | 19 °C | | 2 |\n\nDogs must stay outside of all of them.\n"
)
SHOPS = (
    "Rent of the market stalls\n\nThe council lets its stalls by the month.\n\n"
    "Stall\tArea\tRent\tTenant\nNorth corner\t12 m²\t210 crowns\tA. Moe\nFountain\t9 m²\t260 crowns\tB. Rask\n"
    "Arcade\t15 m²\t305 crowns\tC. Dahl\n\nA tenant pays for water and light as well.\n"
)
CENSUS = (
    "People of the villages\n\nThe clerk counted the people of each village twice.\n\n"
    "Village\t1950\t2000\nEskby\t812\t640\nTorp\t377\t455\n\nChildren under one year were left out.\n"
)
TRAMS = docx(
    paragraph("What a tram ticket costs", "Heading1") + paragraph(BEFORE) + "<w:tbl>"
    + word_row(*map(word_cell, ("Ticket", "Zone", "Grown-up", "Pupil")), header=True)
    + word_row(word_cell("Single ticket", RESTART), word_cell("inner"), word_cell("2.40"), word_cell("1.20"))
    + word_row(word_cell("", CONTINUE), word_cell("outer"), word_cell("3.60"), word_cell("1.80"))
    + word_row(word_cell("Day ticket", RESTART), word_cell("inner"), word_cell("6.50"), word_cell("3.10"))
    + word_row(word_cell("", CONTINUE), word_cell("outer"), word_cell("9.00"), word_cell("4.40"))
    + "</w:tbl>" + paragraph(AFTER)
)  # fmt: skip
LIBRARIES = docx(
    paragraph("Loans", "Heading1") + paragraph(BEFORE) + "<w:tbl>"
    + word_row(
        word_cell("Branch", RESTART), word_cell("Books lent", '<w:gridSpan w:val="2"/>'), word_cell("Staff", RESTART),
        header=True,
    )
    + word_row(
        word_cell("", CONTINUE), word_cell("2021"), word_cell("2022"), word_cell("", CONTINUE), header=True
    )
    + word_row(*map(word_cell, ("Quayside", "5210", "5980", "4")))
    + word_row(*map(word_cell, ("Upper Town", "3140", "2875", "2")))
    + "</w:tbl>" + paragraph(AFTER)
)  # fmt: skip
BRIDGES = odt(
    f'<text:h text:outline-level="1">Bridges of the county</text:h><text:p>{BEFORE}</text:p><table:table>'
    "<table:table-header-rows><table:table-row>"
    + "".join(map(open_cell, ("River", "Bridge", "Length", "Built")))
    + "</table:table-row></table:table-header-rows><table:table-row>"
    + open_cell("Orre", 'table:number-rows-spanned="2"')
    + "".join(map(open_cell, ("Monk bridge", "64 m", "1511")))
    + f"</table:table-row><table:table-row>{COVERED}"
    + "".join(map(open_cell, ("Iron bridge", "120 m", "1893")))
    + "</table:table-row><table:table-row>"
    + "".join(map(open_cell, ("Sil", "Weavers’ bridge", "38 m")))
    + open_cell("1760")
    + f"</table:table-row></table:table><text:p>{AFTER}</text:p>"
)
SEASONS = page(
    "<table><thead>" + html_rows(("Hut", "Beds", "Price of a night"), tag="th") + "</thead><tbody>"
    '<tr><th colspan="3">In summer</th></tr>'
    + html_rows(("Raven hut", "24", "30 crowns"), ("Elk hut", "10", "22 crowns"))
    + '<tr><th colspan="3">In winter</th></tr>'
    + html_rows(("Raven hut", "16", "41 crowns"), ("Elk hut", "6", "35 crowns")) + "</tbody></table>",
    "Huts in the hills",
)  # fmt: skip
FACTS = page(
    "<table><tr><th>Height</th><td>47 metres</td></tr><tr><th>Architect</th><td>Jens Holm</td></tr>"
    "<tr><th>Opened</th><td>4 May 1931</td></tr><tr><th>Steps</th><td>212</td></tr></table>",
    "The water tower of Skelby",
)
MOUNTAINS = page(
    "<table><thead>"
    + html_rows(("Peak", *(f"{name} ({unit})" for name, unit in (
        ("Height", "m"), ("Snow in March", "cm"), ("Climb", "hours"), ("Huts", "number"), ("Visitors", "thousands"),
        ("Ropes", "number"), ("Path", "km"), ("Warmest day", "°C"), ("Coldest day", "°C"), ("Rescues", "a year")))),
        tag="th")
    + "</thead><tbody>"
    + html_rows(
        ("Grey Tooth", "1830", "140", "5", "2", "14", "3", "11.5", "21", "-28", "7"),
        ("Bald Man", "1512", "95", "3", "1", "33", "0", "8.2", "24", "-19", "4"),
        ("Sister", "1677", "120", "4", "1", "9", "2", "9.7", "22", "-24", "5"))
    + "</tbody></table>",
    "Three peaks",
)  # fmt: skip
RESCUES = page(
    "<table><thead>"
    + html_rows(("Beach", "Female Total", "Female Under 18 years", "Male Total", "Male Under 18 years"), tag="th")
    + "</thead><tbody>"
    + html_rows(("Long Strand", "41", "12", "58", "20"), ("Pebble Bay", "17", "4", "23", "9"))
    + '<tr><th colspan="5">At night</th></tr>' + html_rows(("Long Strand", "6", "1", "8", "2")) + "</tbody></table>",
    "People rescued from the water",
)  # fmt: skip

FILES: dict[str, str | bytes] = {
    "ferries.html": FERRIES, "birds.html": BIRDS, "harvest.html": HARVEST, "wells.html": WELLS, "pools.md": POOLS,
    "shops.txt": SHOPS, "census.txt": CENSUS, "trams.docx": TRAMS, "libraries.docx": LIBRARIES, "bridges.odt": BRIDGES,
    "seasons.html": SEASONS, "facts.html": FACTS, "mountains.html": MOUNTAINS,
    "rescues.html": RESCUES,
}  # fmt: skip

ASKED = [
    ("When does the first boat of the Hollin ferry sail on a Sunday?", "8:15", "First boat"),
    ("When does the last boat of the Hollin ferry sail on a weekday?", "22:10", "Last boat"),
    ("When does the last boat of the Marsh ferry sail on a Sunday?", "18:45", "Last boat"),
    ("How many adult swans were counted in 2018?", "91", "Swans adult"),
    ("How many young herons were counted in the winter of 2019?", "16", "Herons young"),
    ("How many young swans were counted in 2017?", "30", "Swans young"),
    ("How many tonnes of barley did Birkhead harvest in 2016?", "295", "2016"),
    ("How many tonnes of barley did Skelby harvest in 2017?", "128", "2017"),
    ("What was the total of barley in 2015?", "430", "2015"),
    ("How deep is the Mill well?", "18 metres", "Mill well"),
    ("When was the Abbey well dug?", "1402", "Abbey well"),
    ("Who is the keeper of the Mill well?", "Tove Lund", "Mill well"),
    ("How warm is the water at Fox Weir?", "19 °C", "Water"),
    ("What is the fee at Otter Pond?", "1", "Fee (crowns)"),
    ("Is there a lifeguard at Gull Cove?", "yes", "Lifeguard"),
    ("What is the rent of the Fountain stall?", "260 crowns", "Rent"),
    ("What is the area of the Arcade stall?", "15 m²", "Area"),
    ("Who is the tenant of the North corner stall?", "A. Moe", "Tenant"),
    ("How many people lived in Torp in 1950?", "377", "1950"),
    ("How many people lived in Eskby in 2000?", "640", "2000"),
    ("What does a pupil pay for a single ticket in the outer zone?", "1.80", "Pupil"),
    ("What does a grown-up pay for a day ticket in the outer zone?", "9.00", "Grown-up"),
    ("What does a pupil pay for a day ticket in the inner zone?", "3.10", "Pupil"),
    ("How many books did the Quayside branch lend in 2022?", "5980", "Books lent 2022"),
    ("How many books were lent at Upper Town in 2021?", "3140", "Books lent 2021"),
    ("How many staff does the Upper Town branch have?", "2", "Staff"),
    ("What is the length of the Iron bridge?", "120 m", "Length"),
    ("When was the Weavers’ bridge built?", "1760", "Built"),
    ("Which river does the Iron bridge cross?", "Orre", "River"),
    ("What is the price of a night in the Elk hut in winter?", "35 crowns", "Price of a night"),
    ("How many beds does the Raven hut have in summer?", "24", "Beds"),
    ("Who was the architect of the water tower?", "Jens Holm", ""),
    ("How many steps does the water tower have?", "212", ""),
    ("When was the water tower opened?", "4 May 1931", ""),
    ("How many rescues are there on Bald Man?", "4", "Rescues (a year)"),
    ("How much snow is there on the Sister in March?", "120", "Snow in March (cm)"),
    ("How long is the path to Grey Tooth?", "11.5", "Path (km)"),
    ("Which farm harvested 133 tonnes in 2016?", "Skelby", "Farm"),
    ("In which winter were 45 adult herons counted?", "2018", "Winter of"),
    ("Which village had 455 people in 2000?", "Torp", "Village"),
    ("What is the total for 2016?", "428", "2016"),
    ("How many women were rescued at Long Strand?", "41", "Female Total"),
    ("How many men were rescued at Pebble Bay?", "23", "Male Total"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "articles").mkdir()
    for name, data in FILES.items():
        write(folder / "articles", name, data)
    library = Library(folder / "library")
    assert library.add(folder / "articles").rejected == ()
    return library


@pytest.mark.model
@pytest.mark.parametrize(("question", "cell", "name"), ASKED, ids=[question for question, _, _ in ASKED])
def test_the_requested_cell_is_marked_in_the_first_quote(tables: Library, question: str, cell: str, name: str) -> None:
    answer = ask(question, library=tables)
    quote = answer.quotes[0]
    text = quote.article.text
    assert [text[a:b] for a, b in quote.highlights] == [cell]
    assert name in quote.text + (text[slice(*quote.head)] if quote.head else "")
    assert answer.found


@pytest.mark.model
@pytest.mark.parametrize("question", [
    "How many young herons were counted in 2018?", "Is there a lifeguard at Fox Weir?",
    "How warm is the water at Otter Pond?",
])  # fmt: skip
def test_an_empty_cell_answers_nothing(tables: Library, question: str) -> None:
    answer = ask(question, library=tables)
    cells = {answer.quotes[0].article.text[a:b] for a, b in answer.quotes[0].highlights}
    assert not answer.found or not cells & {"45", "91", "27", "19 °C", "2", "no", "1"}


@pytest.mark.model
def test_a_follow_up_names_another_column(tables: Library) -> None:
    first = ask("How many tonnes of barley did Birkhead harvest in 2016?", library=tables)
    quote = ask("And in 2017?", library=tables, history=(first,)).quotes[0]
    assert [quote.article.text[a:b] for a, b in quote.highlights] == ["340"]


@pytest.mark.model
@pytest.mark.parametrize("question", [
    "How many tonnes of barley did Birkhead harvest in 2019?", "How many people lived in Torp in 1980?",
    "How many young swans were counted in the winter of 2012?",
])  # fmt: skip
def test_a_year_that_a_table_does_not_have_is_not_answered_with_another_year(tables: Library, question: str) -> None:
    assert not ask(question, library=tables).found
