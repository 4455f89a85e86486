"""Word, OpenDocument and rich texts: raised, struck-out, hidden and deleted text, fields, boxes and symbols."""

from __future__ import annotations

import datetime as dt

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle, Refused
from tests.made import FERRY, W, docx, epub, paragraph, zipped
from tests.made_office import opendocument, relations, strict


def text_of(name: str, data: bytes | str) -> str:
    (article,) = read(name, data.encode("latin-1") if isinstance(data, str) else data)
    assert isinstance(article, ParsedArticle)
    return article.text


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


STYLES = """<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="character" w:styleId="Base"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Mark"><w:basedOn w:val="Base"/></w:style>
<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style></w:styles>"""


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (run("1,250") + run("3", '<w:vertAlign w:val="superscript"/>') + run(" people"), "1,250³ people"),
        (run("H") + run("2", '<w:vertAlign w:val="subscript"/>') + run("O"), "H₂O"),
        (run("in 1911") + run("4", '<w:rStyle w:val="Mark"/>') + run("."), "in 1911⁴."),
        (run("the 5") + run("t", '<w:vertAlign w:val="superscript"/>') + run("h", '<w:vertAlign w:val="superscript"/>'),
         "the 5th"),
        (run("80 crowns ", "<w:strike/>") + run("65 crowns"), "65 crowns"),
        (run("80 crowns ", "<w:dstrike/>") + run("65 crowns", '<w:strike w:val="0"/>'), "65 crowns"),
        (run("secret ", "<w:vanish/>") + run("hidden ", '<w:rStyle w:val="Gone"/>') + run("seen"), "seen"),
        ("<w:smartTag>" + run("Tarn") + "</w:smartTag><w:sdt><w:sdtContent>" + run(" Sound")
         + "</w:sdtContent></w:sdt>",
         "Tarn Sound"),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Click here") + "</w:sdtContent></w:sdt>"
         + run("Done"), "Done"),
        ('<w:fldSimple w:instr="DATE">' + run("4 May") + "</w:fldSimple>" + run(" at nine"), "4 May at nine"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF</w:instrText></w:r>' + run("not shown")
         + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("shown")
         + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
         "shown"),
        ("<w:r><w:ruby><w:rt>" + run("と") + "</w:rt><w:rubyBase>" + run("渡") + "</w:rubyBase></w:ruby></w:r>", "渡"),
        ("<w:hyperlink>" + run("the link") + "</w:hyperlink>", "the link"),
        ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>' + run(" rays of 5 \uf06d"), "α rays of 5 μ"),
        (run("5 \uf0f5 6"), "5 \ufffd 6"),
        ('<w:moveFrom w:id="1">' + run("moved ") + '</w:moveFrom><w:moveTo w:id="2">' + run("Moved") + "</w:moveTo>",
         "Moved"),
        ('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>E=m</m:t></m:r>'
         "<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
         "E=mc²"),
    ],
)  # fmt: skip
def test_a_word_file_is_read_as_it_is_shown(runs: str, expected: str) -> None:
    data = docx(f"<w:p>{runs}</w:p>" + paragraph("Old words.", "Old"), word__styles=STYLES)
    assert text_of("a.docx", data) == expected
    assert text_of("a.docx", strict(data)) == expected


def test_a_table_of_contents_of_a_word_file_is_never_quoted() -> None:
    styles = STYLES.replace("</w:styles>", '<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>')
    data = docx(paragraph("2 Basic usage 4", "T1") + paragraph("The ferry sails at nine."), word__styles=styles)
    (article,) = read("a.docx", data)
    assert isinstance(article, ParsedArticle)
    assert [b.kind for b in article.blocks] == ["boilerplate", "prose"]


def test_notes_of_a_word_file_have_their_marks_at_their_places() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:id="2">{paragraph("The county paid.")}</w:footnote></w:footnotes>'
    )
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    end = '<w:r><w:endnoteReference w:id="2"/></w:r>'
    body = f"<w:p>{run('It burned in 1911')}{reference}{run(' and 1920')}{end}{run('.')}</w:p>"
    assert text_of("a.docx", docx(body, word__footnotes=notes)) == "It burned in 1911¹ and 1920ⁱ.\n\nThe county paid."


def test_deleted_rows_choices_and_merged_documents_of_a_word_file() -> None:
    choice = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:t>new</w:t></mc:Choice><mc:Fallback><w:t>old</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        "</w:p>"
    )
    rows = "".join(
        f"<w:tr>{mark}<w:tc>{paragraph(a)}</w:tc><w:tc>{paragraph(b)}</w:tc></w:tr>"
        for a, b, mark in (("Port", "Boats", ""), ("Tarn", "40", "<w:trPr><w:del/></w:trPr>"), ("Orrin", "55", ""))
    )
    chunk = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="h"/>'
    parts = {
        "word/_rels/document.xml.rels": relations({"h": ("aFChunk", "chunk.htm")}),
        "word/chunk.htm": "<html><body><p>A page in the <del>old</del> file.</p><p hidden>x</p></body></html>",
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{choice}<w:tbl>{rows}</w:tbl>{chunk}</w:body></w:document>",
    }
    text = text_of("a.docx", zipped(parts))
    assert text.startswith("new\n")
    assert "Tarn" not in text
    assert "Orrin | 55" in text
    assert text.endswith("A page in the file.")
    parts["word/chunk.htm"] = r"{\rtf1 A rich text in the file.\par}"
    assert text_of("a.docx", zipped(parts)).endswith("A rich text in the file.")


ODT_STYLES = (
    '<style:style style:name="up" style:family="text"><style:text-properties style:text-position="super 58%"/>'
    '</style:style>'
    '<style:style style:name="up2" style:family="text" style:parent-style-name="up"/>'
    '<style:style style:name="down" style:family="text"><style:text-properties style:text-position="-33% 58%"/>'
    '</style:style>'
    '<style:style style:name="gone" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
    '</style:style><style:style style:name="hid" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
)  # fmt: skip


def test_an_opendocument_text_is_read_as_it_is_shown() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>The county paid.</text:p>"
        "</text:note-body></text:note>"
    )

    def span(style: str, words: str) -> str:
        return f'<text:span text:style-name="{style}">{words}</text:span>'

    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Deleted.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        f"<text:p>1,250{span('up2', '3')} people, H{span('down', '2')}O, {span('gone', '80')}"
        f"{span('hid', 'x')} 65.{note}</text:p>"
        '<text:section text:display="none"><text:p>Hidden section.</text:p></text:section>'
        "<text:p>See <text:bookmark-ref>page 4</text:bookmark-ref>.<draw:frame><draw:text-box>"
        "<text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>"
    )
    assert text_of("a.odt", opendocument("text", body, ODT_STYLES)).split("\n\n") == [
        "1,250³ people, H₂O, 65.¹", "See page 4.", "In a box.", "The county paid.",
    ]  # fmt: skip


RTF = r"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset2 Symbol;}
{\f2\fnil\fcharset204 Arial CYR;}}{\stylesheet{\s0 Normal;}{\s1\b\outlinelevel0 heading 1;}}
{\*\generator Some program;}{\header The head of each page\par}%s}"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            r"1,250{\super 3} people, 10\super 6\nosupersub  fish, H{\sub 2}O, {\up6 4}",
            "1,250³ people, 10⁶ fish, H₂O, ⁴",
        ),
        (r"the 5{\super th} of May", "the 5th of May"),
        (r"{\strike 80 crowns }65 crowns{\v  secret}{\deleted  gone}{\revised  kept}", "65 crowns kept"),
        (r"a smile \u-10179?\u-8704? here", "a smile 😀 here"),
        (r"half \u-10179? a pair", "half \ud83d a pair"),
        (r"caf\'e9 \u8217\'92 {\f2\'cf\'f0\'e8} {\f1 a} {\uc0\u233}", "café ’ При α é"),
        (r"{\field{\*\fldinst HYPERLINK {x}}{\fldrslt a link}} and {\*\unknown nothing}more", "a link and more"),
        (r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt A box. }}{\shprslt old}}Then.", "A box. Then."),
        (r"{\pict\bin4 {}}{}after", "after"),
        (r"{\upr{\'3f}{\*\ud \u233?}}t\'e9", "été"),
    ],
)
def test_a_rich_text_is_read_as_it_is_shown(source: str, expected: str) -> None:
    assert text_of("a.rtf", RTF % f"\\pard {source}\\par").strip() == expected


def test_headings_tables_and_footnotes_of_a_rich_text() -> None:
    body = (
        r"\pard\s1 The great fire\par\pard\s0 It burned in 1911{\super\chftn}{\footnote\pard {\super\chftn}"
        r" The county paid.}."
        r"\par\trowd\cellx1\cellx2\pard\intbl Port\cell Boats\cell\row\pard\intbl Tarn\par Sound\cell 40\cell\row"
        r"\pard After.\par"
    )
    (article,) = read("a.rtf", (RTF % body).encode())
    assert isinstance(article, ParsedArticle)
    assert article.text.split("\n", 5) == [
        "The great fire", "It burned in 1911¹.", "Port | Boats", "Tarn Sound | 40", "After.", "\n\nThe county paid.\n",
    ]  # fmt: skip
    assert article.blocks[1].kind == "prose"
    assert article.title == "The great fire"


def test_a_chapter_of_a_book_that_cannot_be_read_is_reported_and_the_others_are_read() -> None:
    book = epub(["<h1>Two</h1><p>The lamp was sold.</p>", "<h1>One</h1><p>The lamp was lit.</p>"])
    broken = book.replace(b"in/c0.xhtml", b"in/x0.xhtml")
    article, refused = read("a.epub", broken)
    assert isinstance(article, ParsedArticle)
    assert "The lamp was lit." in article.text
    assert isinstance(refused, Refused)
    assert (refused.name, "missing" in refused.reason) == ("in/c0.xhtml", True)


@pytest.mark.parametrize(("metadata", "published"), [
    ("<dc:date>2024-05-02</dc:date>", dt.date(2024, 5, 2)),
    ('<dc:date>2026-01-09T10:00:00Z</dc:date><meta property="dcterms:modified">2026-01-09T10:00:00Z</meta>', None),
    ('<dc:date xmlns:opf="http://www.idpf.org/2007/opf" opf:event="modification">2026-01-09</dc:date>'
     "<dc:date>2024-05-02</dc:date>", dt.date(2024, 5, 2)),
], ids=range(3))  # fmt: skip
def test_the_day_on_which_a_book_s_file_was_made_is_not_its_date(metadata: str, published: dt.date | None) -> None:
    (article,) = read("a.epub", epub([f"<h1>One</h1><p>{FERRY}</p>"], metadata))
    assert isinstance(article, ParsedArticle)
    assert article.published == published


def test_empty_elements_of_a_chapter_do_not_swallow_the_text_after_them() -> None:
    (article,) = read("a.epub", epub(['<title/><script src="x"/><p><a id="p1"/>The lamp was lit in <i/>May.</p>']))
    assert isinstance(article, ParsedArticle)
    assert article.text == "The lamp was lit in May."


def test_navigation_and_encrypted_chapters_of_a_book_are_not_read() -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        + "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in "abcd")
        + '</manifest><spine><itemref idref="a"/><itemref idref="d" linear="no"/><itemref idref="b"/>'
        '<itemref idref="c"/></spine><guide><reference type="toc" href="a.xhtml"/></guide></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    encryption = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:EncryptionMethod Algorithm="aes"/>'
        '<e:CipherData><e:CipherReference URI="c.xhtml"/></e:CipherData></e:EncryptedData></encryption>'
    )
    pages = {f"{n}.xhtml": f"<html><body><p>Page {n} of the book.</p></body></html>" for n in "abcd"}
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "book.opf": package, **pages}
    article, refused = read("a.epub", zipped({**parts, "META-INF/encryption.xml": encryption}))
    assert isinstance(article, ParsedArticle)
    assert article.text == "Page b of the book.\n\nPage d of the book."
    assert isinstance(refused, Refused)
    assert (refused.name, "copy-protected" in refused.reason) == ("c.xhtml", True)


def test_an_encrypted_opendocument_file_is_refused() -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    with pytest.raises(UnreadableFile, match="encrypted"):
        list(read("a.odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x",
                                   "META-INF/manifest.xml": manifest})))  # fmt: skip


def test_the_properties_of_a_rich_text_count_as_in_other_office_files() -> None:
    info = r"{\info{\title Annual report 2007}{\author Craig Holm}{\creatim\yr2007\mo5\dy3}}"
    body = r"{\stylesheet{\s1 heading 1;}}\pard\s1 The northern ferry\par\pard\s0 It sails.\par"
    (article,) = read("a.rtf", (r"{\rtf1\ansi" + info + body + "}").encode())
    assert isinstance(article, ParsedArticle)
    assert (article.title, article.author, article.published) == ("The northern ferry", None, None)


def test_a_title_of_a_rich_text_that_does_not_end_is_ignored() -> None:
    """Trying every way to divide its characters would never end."""
    source = r"{\rtf1{\info{\title " + r"\u1234?" * 200 + r"{}}}\pard The ferry sails at dawn.\par}"
    (article,) = read("a.rtf", source.encode())
    assert isinstance(article, ParsedArticle)
    assert article.text.strip() == "The ferry sails at dawn."


def with_chunks(*chunks: bytes) -> dict[str, bytes | str]:
    """Return the parts of a Word file that Word merges others into."""
    name = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    body = "".join(f'<w:altChunk xmlns:r="{name}" r:id="h{i}"/>' for i in range(len(chunks)))
    return {
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{paragraph("Before.")}{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations({f"h{i}": ("aFChunk", f"{i}.docx") for i in range(len(chunks))}),
        **{f"word/{i}.docx": chunk for i, chunk in enumerate(chunks)},
    }


def test_a_damaged_document_within_a_word_file_is_refused_and_the_others_are_read() -> None:
    article, refused = read("a.docx", zipped(with_chunks(b"PK\3\4 cut off", docx(paragraph("The ferry sails.")))))
    assert isinstance(article, ParsedArticle)
    assert article.text == "Before.\n\nThe ferry sails."
    assert isinstance(refused, Refused)
    assert refused.name == "word/0.docx"


def test_documents_within_a_word_file_share_its_limit_on_the_unpacked_size(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = docx(paragraph("The ferry sails at dawn. " * 400))
    monkeypatch.setattr("quoth.index.reading.archive.MAX_UNPACKED", 25_000)
    _, refused = read("a.docx", zipped(with_chunks(chunk, chunk, chunk)))
    assert isinstance(refused, Refused)
    assert "unpacking limits" in refused.reason
