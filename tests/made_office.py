"""Test files of spreadsheets and slides."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.made import zipped

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
        ("presentation", "presentation"),
    )
)  # fmt: skip


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """Return the XML of a part's relations; ``targets`` maps ids to kinds and targets."""
    inner = "".join(
        f'<Relationship Id="{id_}" Type="{_R}/{kind}" Target="{target}"/>' for id_, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def xlsx(
    sheets: Mapping[str, str], *, formats: Sequence[str] = (), strings: Sequence[str] = (),
    states: Mapping[str, str] = {},
    fonts: str = "<font/><font><b/></font><font><strike/></font>", more: Mapping[str, str] = {},
) -> bytes:  # fmt: skip
    """Return a workbook.

    :param sheets: name -> XML inside ``worksheet``.
    :param formats: format codes; the cell style ``s="1"`` has the first, and so on. Then come bold, and struck out.
    :param strings: XML inside ``si`` of the shared strings.
    :param states: name of a sheet -> its state, such as "hidden".
    :param more: further parts.
    """
    codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{escape(c, {chr(34): "&quot;"})}"/>'
                    for i, c in enumerate(formats))  # fmt: skip
    cells = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
    cells += '<xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/>'
    book = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="r{i}" state="{states.get(name, "visible")}"/>'
        for i, name in enumerate(sheets)
    )
    targets = {f"r{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(len(sheets))}
    parts = {
        "_rels/.rels": relations({"a": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            {**targets, "s": ("styles", "styles.xml"), "t": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_S}"><numFmts>{codes}</numFmts><fonts>{fonts}</fonts>'
        f"<cellXfs>{cells}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_S}">' + "".join(f"<si>{s}</si>" for s in strings) + "</sst>",
        **{f"xl/worksheets/sheet{i}.xml": f'<worksheet xmlns="{_S}" xmlns:r="{_R}">{xml}</worksheet>'
           for i, xml in enumerate(sheets.values())},
        **more,
    }  # fmt: skip
    return zipped(parts)


def sheet(rows: Sequence[Sequence[object]], start: int = 1) -> str:
    """Return the XML of a sheet's rows; None is a blank cell, and a pair is a number with its style."""
    return "<sheetData>" + "".join(row(cells, n) for n, cells in enumerate(rows, start)) + "</sheetData>"


def row(cells: Sequence[object], number: int, attributes: str = "") -> str:
    """Return the XML of a row."""
    inner = ""
    for at, cell in enumerate(cells):
        place = f"{chr(65 + at)}{number}"
        if isinstance(cell, str):
            inner += f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        elif isinstance(cell, tuple):
            inner += f'<c r="{place}" s="{cell[1]}"><v>{cell[0]}</v></c>'
        elif cell is not None:
            inner += f'<c r="{place}"><v>{cell}</v></c>'
    return f'<row r="{number}" {attributes}>{inner}</row>'


def shape(*paragraphs: str, kind: str = "", hidden: bool = False) -> str:
    """Return the XML of a shape on a slide.

    :param paragraphs: words, or XML inside ``a:p``.
    :param kind: type of its placeholder; none if empty.
    """
    place = f'<p:ph type="{kind}"/>' if kind else ""
    inner = "".join(f"<a:p>{p if p.startswith('<') else run(p)}</a:p>" for p in paragraphs)
    about = f'<p:cNvPr id="1" name="x" hidden="{int(hidden)}"/>'
    return f"<p:sp><p:nvSpPr>{about}<p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{inner}</p:txBody></p:sp>"


def run(words: str, properties: str = "") -> str:
    """Return the XML of a run of text on a slide."""
    return f"<a:r><a:rPr {properties}/><a:t>{escape(words)}</a:t></a:r>"


def pptx(slides: Sequence[str], *, notes: Mapping[int, str] = {}, hidden: Sequence[int] = (),
         targets: Mapping[int, Mapping[str, tuple[str, str]]] = {}, more: Mapping[str, str] = {}) -> bytes:  # fmt: skip
    """Return a presentation.

    :param slides: XML of each slide's shapes.
    :param notes: index of a slide -> XML of the shapes on the page with its notes.
    :param hidden: indices of hidden slides.
    :param targets: index of a slide -> its further relations.
    :param more: further parts.
    """
    spaces = f'xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"'
    listed = "".join(f'<p:sldId id="{256 + i}" r:id="r{i}"/>' for i in range(len(slides)))
    parts = {
        "_rels/.rels": relations({"a": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"r{i}": ("slide", f"slides/slide{i}.xml") for i in range(len(slides))}
        ),
        **more,
    }
    for i, shapes in enumerate(slides):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{i}.xml"] = f'<p:sld {spaces} show="{int(i not in hidden)}">{tree}</p:sld>'
        others = dict(targets.get(i, {}))
        if i in notes:
            others["n"] = ("notesSlide", f"../notesSlides/notes{i}.xml")
            inner = f"<p:cSld><p:spTree>{notes[i]}</p:spTree></p:cSld>"
            parts[f"ppt/notesSlides/notes{i}.xml"] = f"<p:notes {spaces}>{inner}</p:notes>"
        parts[f"ppt/slides/_rels/slide{i}.xml.rels"] = relations(others)
    return zipped(parts)


def opendocument(kind: str, body: str, styles: str = "") -> bytes:
    """Return an OpenDocument file.

    :param kind: text, spreadsheet or presentation.
    :param body: XML inside its body.
    :param styles: XML of its automatic styles.
    """
    content = (
        f'<office:document-content {_ODF} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content})


def strict(data: bytes) -> bytes:
    """Return an Office file with the namespaces of the strict variant."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(
                rb"http://schemas.openxmlformats.org/(wordprocessingml|spreadsheetml|drawingml|officeDocument)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/", old.read(name),
            ))  # fmt: skip
    return out.getvalue()
