"""PDF files: superscripts, ligatures, characters that the file does not explain, and titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.formats.pdf_pages import boxes
from tests.made import FERRY, coded_pdf, placed_pdf, write


def article_of(data: bytes) -> ParsedArticle:
    (article,) = read("a.pdf", data)
    assert isinstance(article, ParsedArticle)
    return article


@pytest.mark.parametrize(
    ("before", "mark", "rise", "after", "expected"),
    [
        ("The mill burned down in 1911", "4", 4, " and was rebuilt.", "The mill burned down in 1911⁴ and was rebuilt."),
        ("It weighs 4 x 10", "-6", 4, " grams in the air.", "It weighs 4 x 10⁻⁶ grams in the air."),
        ("The pump moves H", "2", -2, "O to the upper basin.", "The pump moves H₂O to the upper basin."),
        ("This was the 5", "th", 4, " crossing of the year.", "This was the 5th crossing of the year."),
    ],
)
def test_a_small_raised_or_lowered_character_is_kept_apart(
    before: str, mark: str, rise: int, after: str, expected: str
) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    x = 30 + stringWidth(before, "Helvetica", 11)
    end = x + stringWidth(mark, "Helvetica", 7)
    words = [(30, 500, 11, before), (x, 500 + rise, 7, mark), (end, 500, 11, after.lstrip())]
    words[2] = (end + (3 if after.startswith(" ") else 0), *words[2][1:])
    assert article_of(placed_pdf(words)).text == expected


def test_the_number_of_a_footnote_is_raised_and_a_drop_cap_is_not_a_mark() -> None:
    note = article_of(placed_pdf([(30, 503, 6, "1"), (34, 500, 9, "Measured at the quay in the spring of 2018.")]))
    assert note.text == "¹Measured at the quay in the spring of 2018."
    cap = article_of(
        placed_pdf([(30, 478, 36, "T"), (54, 492, 11, "he northern ferry"), (54, 478, 11, "sailed in the autumn.")])
    )
    assert "⁰" not in cap.text
    assert "he northern ferry" in cap.text


def test_the_mark_of_a_quote_with_a_superscript_covers_its_glyphs(tmp_path: Path) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    x = 30 + stringWidth("It burned in 1911", "Helvetica", 11)
    file = write(tmp_path, "a.pdf", placed_pdf([(30, 500, 11, "It burned in 1911"), (x, 504, 7, "4")]))
    article = article_of(file.read_bytes())
    start = article.text.index("1911⁴")
    marks = boxes(file, article.text, article.runs, (start, start + 5), 0)
    assert marks
    assert max(box.left + box.width for box in marks) * 400 == pytest.approx(x + 3.9, abs=1)


@pytest.mark.parametrize(
    ("names", "letters", "expected"),
    [
        ("/f_i", "i", "The dike was defined in law."),
        ("/fi", "i", "The dike was defined in law."),
        ("/uniFB01", "f", "The dike was defined in law."),
        ("/f_i.liga", "i", "The dike was defined in law."),
        ("/n", "n", "The dike was denned in law."),
    ],
)
def test_a_ligature_is_read_by_its_name(names: str, letters: str, expected: str) -> None:
    data = coded_pdf("The dike was de\x01ned in law.", names, {1: letters})
    assert article_of(data).text == expected


@pytest.mark.parametrize("mapped", [None, {1: "\ue001"}])
def test_a_ligature_without_letters_in_the_map_is_read_by_its_name(mapped: dict[int, str] | None) -> None:
    assert article_of(coded_pdf("The \x01nal o\x02er.", "/f_i /f_f", mapped)).text == "The final offer."


def test_a_file_whose_ligature_was_corrected_can_be_marked(tmp_path: Path) -> None:
    file = write(tmp_path, "a.pdf", coded_pdf("The dike was de\x01ned in law.", "/f_i", {1: "i"}))
    article = article_of(file.read_bytes())
    start = article.text.index("defined")
    assert boxes(file, article.text, article.runs, (start, start + 7), 0)


def test_a_character_that_the_file_does_not_explain_is_never_part_of_a_quoted_word() -> None:
    article = article_of(coded_pdf("The toll was \x01 and then \x02ve crowns.", "/g17 /g18"))
    (block,) = article.blocks
    assert "�" in article.text
    assert block.kind == "boilerplate"


def test_a_bullet_in_a_private_area_becomes_a_bullet_and_an_unknown_one_is_visible() -> None:
    listed = article_of(coded_pdf("\x01 The toll was five crowns.", "/bullet", {1: "\uf0b7"}))
    assert listed.text == "• The toll was five crowns."
    letter = article_of(coded_pdf("The angle \x01x is known. \x01 The toll was five crowns.", "/g1", {1: "\uf06e"}))
    assert letter.text == "The angle �x is known. ■ The toll was five crowns."
    unknown = article_of(coded_pdf("\x01 The toll was five crowns.", "/g1", {1: "\ue123"}))
    assert unknown.text == "� The toll was five crowns."
    assert [block.kind for block in unknown.blocks] == ["prose"]


def test_a_file_without_letters_is_refused_with_the_reason() -> None:
    codes = "".join(chr(1 + i % 20) for i in range(60))
    with pytest.raises(UnreadableFile, match="does not state which letters"):
        article_of(coded_pdf(codes, " ".join(f"/g{i}" for i in range(20))))


def test_the_title_is_the_largest_text_unless_the_metadata_title_is_shown() -> None:
    page = [(30, 550, 20, "Sonar in Shallow Water"), (30, 500, 11, FERRY), (30, 470, 11, "A manual by Mara Quist.")]
    template = article_of(placed_pdf(page, title="New Default Template", author="Craig Holm"))
    assert (template.title, template.author, template.published) == ("Sonar in Shallow Water", None, None)
    cover = article_of(placed_pdf(page, title="Cover sheet", author="Mara Quist"))
    assert (cover.title, cover.author) == ("Sonar in Shallow Water", "Mara Quist")
    shown = article_of(placed_pdf([*page, (30, 400, 14, "The Ferry of the North")], title="The ferry of the north"))
    assert shown.title == "The ferry of the north"


def test_tabs_in_a_line_of_prose_do_not_make_it_a_row() -> None:
    article = article_of(coded_pdf("The ferry\x01sailed at\x01seven.", "/space", {1: "\t"}))
    assert [(block.kind, article.text) for block in article.blocks] == [("prose", "The ferry sailed at seven.")]


def test_a_ligature_is_read_in_a_file_whose_list_of_objects_is_a_stream() -> None:
    data = coded_pdf("AB", "65 /f_i /n", {65: "f", 66: "n"})
    body, table = data.split(b"xref\n0 7\n")[0], data.split(b"xref\n0 7\n")[1]
    places = [int(line[:10]) for line in table.split(b"trailer")[0].splitlines()[1:7]]
    entries = b"\0" * 7 + b"".join(b"\1" + at.to_bytes(4, "big") + b"\0\0" for at in [*places, len(body)])
    xref = b"7 0 obj\n<</Type/XRef/Size 8/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n" % len(entries)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    assert article_of(body + xref + entries + end).text == "fin"
