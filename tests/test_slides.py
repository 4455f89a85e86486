"""A slide is a page with its title; notes are pages of their own; hidden slides and shapes are not read."""

from __future__ import annotations

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused
from tests.made_office import opendocument, pptx, run, shape
from tests.test_spreadsheets import strict

CHART = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:p><a:r>
<a:t>Landings by port</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>
<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>Tonnes</c:v></c:pt></c:strCache></c:strRef></c:tx>
<c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>Tarn</c:v></c:pt><c:pt idx="1"><c:v>Orrin</c:v></c:pt></c:strCache>
</c:strRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>#,##0</c:formatCode><c:pt idx="0"><c:v>1292</c:v></c:pt>
<c:pt idx="1"><c:v>655</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart>
</c:chartSpace>"""
DIAGRAM = """<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst><dgm:pt type="doc"/><dgm:pt><dgm:t><a:p><a:r>
<a:t>Gut the fish</a:t></a:r></a:p></dgm:t></dgm:pt>
<dgm:pt type="pres"><dgm:t><a:p><a:r><a:t>x</a:t></a:r></a:p></dgm:t>
</dgm:pt></dgm:ptLst></dgm:dataModel>"""
TABLE = """<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>
<a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>Ducks</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"/></a:tr>
<a:tr><a:tc><a:txBody><a:p><a:r><a:t>2019</a:t></a:r></a:p></a:txBody></a:tc>
<a:tc><a:txBody><a:p><a:r><a:t>120</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic>
</p:graphicFrame>"""


def read_one(name: str, data: bytes) -> ParsedArticle:
    (article,) = read(name, data)
    assert isinstance(article, ParsedArticle)
    return article


def pages(article: ParsedArticle) -> dict[str, str]:
    return {page.label: " / ".join(article.text[a:b].strip() for a, b in page.spans) for page in article.pages}


def test_each_slide_is_a_page_with_its_title_and_its_notes_are_another_page() -> None:
    slides = [
        shape("The herring fishery", kind="ctrTitle") + shape("A talk in Tarn", kind="subTitle"),
        shape("12", kind="sldNum") + shape("The fleet had forty boats.", "It sailed in May.", kind="body")
        + shape("Boats", kind="title") + shape("Nobody sees this.", hidden=True),
        shape("This slide is hidden."),
        shape("Thank you", kind="title"),
    ]  # fmt: skip
    notes = {1: shape("Say that the fleet was old.", kind="body") + shape("2", kind="sldNum")}
    article = read_one("a.pptx", pptx(slides, notes=notes, hidden=[2]))
    assert article.title == "The herring fishery"
    assert pages(article) == {
        "1": "The herring fishery\n\nA talk in Tarn",
        "2": "Boats\n\n• The fleet had forty boats.\n• It sailed in May.",
        "2 (notes)": "Boats\n\nSay that the fleet was old.",
        "4": "Thank you",
    }
    assert [b.kind for b in article.blocks] == [
        "heading", "prose", "heading", "item", "item", "heading", "prose", "heading"
    ]  # fmt: skip


def test_raised_and_struck_out_text_tables_charts_and_diagrams_of_a_slide_are_read() -> None:
    words = run("1,250") + run("3", 'baseline="30000"') + run(" people, H") + run("2", 'baseline="-25000"') + run("O")
    frames = (
        '<p:graphicFrame><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="c"/>'
        '</p:graphicFrame><p:graphicFrame><d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'r:dm="d"/></p:graphicFrame>'
    )
    slide = shape("Tarn", kind="title") + shape(words + run(" 80", 'strike="sngStrike"')) + TABLE + frames
    targets = {0: {"c": ("chart", "../charts/chart1.xml"), "d": ("diagramData", "../diagrams/data1.xml")}}
    more = {"ppt/charts/chart1.xml": CHART, "ppt/diagrams/data1.xml": DIAGRAM}
    data = pptx([slide], targets=targets, more=more)
    article = read_one("a.pptx", data)
    assert article.text.split("\n\n")[1:] == [
        "1,250³ people, H₂O", "Ducks", "2019 | 120", "Landings by port",
        " | Tonnes\n--- | ---\nTarn | 1,292\nOrrin | 655", "Gut the fish",
    ]  # fmt: skip
    assert read_one("a.pptx", strict(data)).text == article.text


def test_a_slide_that_is_missing_is_reported_and_the_others_are_read() -> None:
    data = pptx([shape("The fleet sailed in May.")])
    article, refused = read("a.pptx", pptx([shape("The fleet sailed in May."), "<broken"]))
    assert isinstance(article, ParsedArticle)
    assert article.text == read_one("a.pptx", data).text
    assert isinstance(refused, Refused)
    assert refused.name == "slide 2"
    with pytest.raises(UnreadableFile, match="no text"):
        list(read("a.pptx", pptx([shape()])))


def test_an_opendocument_presentation_is_read_with_its_notes_and_without_hidden_slides() -> None:
    style = (
        '<style:style style:name="h" style:family="drawing-page"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style>'
    )

    def frame(kind: str, words: str) -> str:
        return f'<draw:frame presentation:class="{kind}"><draw:text-box>{words}</draw:text-box></draw:frame>'

    listed = "<text:list><text:list-item><text:p>Forty boats.</text:p></text:list-item></text:list>"
    body = (
        f"<draw:page>{frame('title', '<text:p>The fleet</text:p>')}{frame('outline', listed)}"
        "<draw:g><draw:custom-shape><text:p>A shape says so.</text:p></draw:custom-shape></draw:g>"
        f"<presentation:notes>{frame('notes', '<text:p>It was old.</text:p>')}</presentation:notes></draw:page>"
        f'<draw:page draw:style-name="h">{frame("title", "<text:p>Hidden</text:p>")}</draw:page>'
        f"<draw:page>{frame('title', '<text:p>The end</text:p>')}</draw:page>"
    )
    article = read_one("a.odp", opendocument("presentation", body, style))
    assert article.title == "The fleet"
    assert pages(article) == {
        "1": "The fleet\n\n• Forty boats.\n\nA shape says so.", "1 (notes)": "The fleet\n\nIt was old.", "3": "The end",
    }  # fmt: skip
