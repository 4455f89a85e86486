"""Every file format is read completely, in order and with its own letters, including its metadata."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.sync.discover import find
from tests.made import FERRY, QUAY, docx, epub, odt, paragraph, pdf, write


def read_one(name: str, data: bytes | str) -> ParsedArticle:
    (article,) = read(name, data.encode() if isinstance(data, str) else data)
    return article


def prose(article: ParsedArticle) -> list[str]:
    return [article.text[b.start : b.end] for b in article.blocks if b.kind != "boilerplate"]


def test_a_word_file_is_read_with_insertions_text_boxes_and_footnotes_and_without_deletions() -> None:
    box = (
        "<w:p><w:r><w:pict><w:txbxContent>"
        f"{paragraph('A box says that dogs travel free.')}</w:txbxContent></w:pict></w:r></w:p>"
    )
    tracked = (
        '<w:p><w:r><w:t xml:space="preserve">The fare is </w:t></w:r><w:del><w:r>'
        "<w:delText>three</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>four</w:t></w:r></w:ins><w:r><w:t> euros.</w:t></w:r></w:p>"
    )
    table = (
        "<w:tbl>"
        + "".join(
            "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
            for row in (("Route", "Fare"), ("Hook Point", "4.20"))
        )
        + "</w:tbl>"
    )
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:id="2">{paragraph("The county paid for it.")}</w:footnote></w:footnotes>'
    )
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/"><dc:title>The ferry</dc:title>'
        "<dc:creator>Mara Quist</dc:creator><t:created>2024-05-03T10:00:00Z</t:created></c:coreProperties>"
    )
    body = paragraph("What it costs", "Heading2") + paragraph(FERRY) + tracked + box + table
    article = read_one("a.docx", docx(body, word__footnotes=notes, docProps__core=core))
    assert prose(article) == [
        "What it costs", FERRY, "The fare is four euros.", "A box says that dogs travel free.", "Route | Fare",
        "Hook Point | 4.20", "The county paid for it.",
    ]  # fmt: skip
    assert (article.title, article.author) == ("The ferry", "Mara Quist")
    assert article.published is None  # a file's date of creation is not the date of publication


def test_the_properties_of_a_template_are_not_those_of_the_document() -> None:
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Annual report 2007</dc:title>'
        "<dc:creator>Craig Holm</dc:creator></c:coreProperties>"
    )
    article = read_one(
        "a.docx", docx(paragraph("The northern ferry", "Heading1") + paragraph(FERRY), docProps__core=core)
    )
    assert (article.title, article.author) == ("The northern ferry", None)


def test_a_word_file_is_read_as_python_docx_reads_it() -> None:
    from docx import Document

    document = Document()
    for words in (FERRY, QUAY, "Émile Zola’s boat — “the Grèce” — cost £38."):
        document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    data = out.getvalue()
    assert prose(read_one("a.docx", data)) == [p.text for p in Document(io.BytesIO(data)).paragraphs]


def test_an_opendocument_text_is_read_with_spaces_lists_and_notes() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>The county paid for it.</text:p></text:note-body></text:note>"
    )
    body = (
        '<text:h text:outline-level="2">Fares</text:h>'
        f'<text:p>{FERRY}{note} It  cost<text:s text:c="1"/>little.</text:p><text:list><text:list-item>'
        "<text:p>Bring a coat.</text:p></text:list-item></text:list>"
    )
    article = read_one("a.odt", odt(body))
    assert article.title == "Fares"
    assert prose(article) == [f"{FERRY}¹ It cost little.", "Bring a coat.", "The county paid for it."]


def test_the_chapters_of_a_book_are_in_reading_order() -> None:
    article = read_one("a.epub", epub([f"<h1>Two</h1><p>{QUAY}</p>", f"<h1>One</h1><p>{FERRY}</p>"]))
    assert prose(article) == ["One", FERRY, "Two", QUAY]
    assert (article.title, article.author, article.language) == ("Ferries", "Mara Quist", "en")


def test_rich_text_is_read() -> None:
    article = read_one(
        "a.rtf",
        "{\\rtf1\\ansi{\\info{\\title The ferry}{\\author Mara Quist}}\\pard " + FERRY + "\\par Caf\\'e9.\\par}",
    )
    assert FERRY in article.text
    assert "Café." in article.text
    assert (article.title, article.author) == ("The ferry", "Mara Quist")


def test_a_mail_is_read_without_the_quoted_mail() -> None:
    mail = (
        f"From: Mara Quist <m@example.org>\nSubject: The ferry\nDate: Sun, 3 Nov 2019 08:00:00 +0100\n\n{FERRY}\n\n"
        "On 2 Nov, Bo wrote:\n> Did the boat sail at all?\n"
    )
    article = read_one("a.eml", mail)
    assert (article.title, article.author, article.published) == ("The ferry", "Mara Quist", dt.date(2019, 11, 3))
    assert prose(article) == [FERRY]


def test_each_mail_of_a_mailbox_is_an_article_named_by_its_message_id() -> None:
    mails = [
        f"From x@y Sun Nov  3 08:00:00 2019\nFrom: x@y\nSubject: {n}\nMessage-ID: <{n}@y>\n\n{FERRY} Number {n}.\n"
        for n in ("one", "two")
    ]
    assert [(r.name, r.title) for r in read("a.mbox", "\n".join(mails).encode())] == [
        ("one@y", "one"),
        ("two@y", "two"),
    ]


def test_each_entry_of_a_feed_is_an_article() -> None:
    entries = "".join(
        f"<item><guid>g{n}</guid><title>Ferry {n}</title><link>https://example.org/{n}</link>"
        "<pubDate>Sun, 03 Nov 2019 08:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{FERRY}&lt;/p&gt;</description></item>"
        for n in (1, 2)
    )
    first, second = read(
        "a.rss",
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quay</title>{entries}</channel></rss>'.encode(),
    )
    assert (first.name, first.title, first.published, first.url, first.text) == (
        "g1", "Ferry 1", dt.date(2019, 11, 3), "https://example.org/1", FERRY,
    )  # fmt: skip
    assert second.name == "g2"


def test_comments_before_a_feed_without_a_declaration_are_skipped() -> None:
    """Trying every way to divide them would never end."""
    entry = f"<item><title>Lamps</title><description>{FERRY}</description></item>"
    feed = "<!-- made by hand -->" * 60 + f'<rss version="2.0"><channel>{entry}</channel></rss>'
    assert read_one("a.rss", feed).text == FERRY


def test_entries_of_a_feed_that_have_the_same_title_have_names_of_their_own() -> None:
    items = [f"<item><title>Notice</title><description>{words}</description></item>" for words in (FERRY, QUAY)]
    first, second = read("a.rss", f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode())
    assert (first.name, second.name) == ("Notice", "Notice (2)")


def test_each_row_of_a_table_is_an_article() -> None:
    table = f'headline,body,date,slug\n"The last ferry","{FERRY}\n{QUAY}",2019-11-03,last\nEmpty,,2019-11-04,none\n'
    (article,) = read("a.csv", table.encode())
    assert (article.name, article.title, article.published, article.text) == (
        "last", "The last ferry", dt.date(2019, 11, 3), f"{FERRY}\n{QUAY}",
    )  # fmt: skip
    with pytest.raises(UnreadableFile, match="no column is called story"):
        list(read("a.csv", b"a,b\n1,2\n", {"text": "story"}))
    (named,) = read("a.jsonl", b'{"story": "It rained in the town all day.", "id": 7}\n', {"text": "story"})
    assert (named.name, named.text) == ("7", "It rained in the town all day.")


def test_content_has_priority_over_a_wrong_suffix() -> None:
    assert FERRY in read_one("a.txt", pdf([[(40, 500, FERRY)]])).text
    assert read_one("noted", FERRY).text == FERRY
    assert "The last ferry" in (
        read_one("saved", f"<!doctype html><title>The last ferry</title><p>{FERRY}</p>").title or ""
    )
    with pytest.raises(UnreadableFile, match="before 2007"):
        list(read("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600)))


def test_only_a_changed_mail_of_a_mailbox_is_embedded_again(tmp_path: Path, library: Library) -> None:
    def box(*mails: tuple[str, str]) -> str:
        return "\n".join(
            f"From x@y Sun Nov  3 08:00:00 2019\nFrom: x@y\nSubject: {n}\nMessage-ID: <{n}@y>\n\n{words}\n"
            for n, words in mails
        )

    file = write(tmp_path, "a.mbox", box(("one", FERRY), ("two", QUAY)))
    added = library.add(file)
    assert added.added == (f"{file}#one@y", f"{file}#two@y")
    before = {a.source: a.id for a in library.articles()}
    write(tmp_path, "a.mbox", box(("two", QUAY), ("three", FERRY)))
    changes = library.add(file)
    assert (changes.added, changes.changed, changes.removed, changes.embedded) == (
        (f"{file}#three@y",), (), (f"{file}#one@y",), 1,
    )  # fmt: skip
    assert {a.source: a.id for a in library.articles()}[f"{file}#two@y"] == before[f"{file}#two@y"]
    assert library.add(file).unchanged == (str(file),)
    library.remove([file])
    assert library.articles() == []


@pytest.mark.model
def test_a_table_row_is_quoted_with_the_head_and_the_requested_cell_is_highlighted(tmp_path: Path) -> None:
    rows = "".join(f"| Pier {n} | {n}.80 | {n}.40 |\n" for n in range(1, 30))
    write(
        tmp_path,
        "fares.md",
        f"# Fares\n\nThe county runs these boats all year.\n\n| Pier | Adult | Child |\n|---|---|---|\n{rows}",
    )
    library = Library(tmp_path / "library")
    library.add(tmp_path / "fares.md")
    near, far = (ask(f"What does a child pay at Pier {n}?", library=library).quotes[0] for n in (2, 23))
    assert near.text.startswith("Pier | Adult | Child")
    assert [near.article.text[a:b] for a, b in near.highlights] == ["2.40"]
    assert far.text == "Pier 23 | 23.80 | 23.40"
    assert far.head is not None
    assert far.article.text[slice(*far.head)] == "Pier | Adult | Child"


def test_a_row_with_too_many_cells_is_rejected() -> None:
    with pytest.raises(UnreadableFile, match="line 2: the row has 3 cells"):
        list(read("a.csv", b"title,text\nA,The ferry sails, at nine.\n"))
    (article,) = read("a.jsonl", '{"text": "The ferry\u2028sails at nine."}\n'.encode())
    assert article.text == "The ferry\u2028sails at nine."


def test_text_boxes_in_tables_and_endnotes_of_a_word_file_are_read() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('A box in a cell.')}</w:txbxContent></w:pict></w:r>"
    table = (
        f"<w:tbl><w:tr><w:tc><w:p>{box}</w:p>{paragraph('Left')}</w:tc><w:tc>{paragraph('Right')}</w:tc></w:tr></w:tbl>"
    )
    notes = (
        '<w:endnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:endnote w:id="2">{paragraph("An endnote.")}</w:endnote></w:endnotes>'
    )
    assert prose(read_one("a.docx", docx(paragraph(FERRY) + table, word__endnotes=notes))) == [
        FERRY, "Left | Right", "A box in a cell.", "An endnote.",
    ]  # fmt: skip


def test_only_feeds_are_read_among_the_xml_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "news.xml").write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Quay</title></channel></rss>', "utf-8"
    )
    (tmp_path / "settings.xml").write_text('<?xml version="1.0"?><settings/>', "utf-8")
    discovered = find([tmp_path])
    assert [Path(source).name for source in discovered.files.values()] == ["news.xml"]
    assert [Path(source).name for source in discovered.ignored] == ["settings.xml"]
