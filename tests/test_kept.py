"""Kept quotes as documents that others can read, each quote checked again; readers' judgements of answers."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from quoth import Library
from quoth.index.errors import LibraryNotWritable
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.qa.cases import read_questions
from quoth.qa.evaluate import evaluate
from quoth.qa.feedback import FILE, record_judgement
from quoth.qa.verify import Saved, verify
from quoth.ui.escape import in_bibtex
from quoth.ui.exports.kept import Form, KeptQuote, document
from quoth.ui.exports.saved import saved_quotes
from tests.made import write

pytestmark = pytest.mark.every_store

LASTS = "The truce *lasts* one year & a day."
SIGNED = "It was signed in {Busan}."
CAME = "Nobody came to the 2nd meeting."
TEXT = f"The 5% truce\n\n{LASTS}\n{SIGNED}\n\n{CAME}\n"


@pytest.fixture
def truce(library: Library, tmp_path: Path) -> Library:
    known = 'title: "The 5% truce"\nauthor: Ann_Lee\ndate: 2025-10-31\nurl: https://example.org/a\n'
    write(tmp_path, "truce.txt.yaml", known)
    library.add(write(tmp_path, "truce.txt", TEXT))
    return library


def saved(library: Library, *texts: str) -> list[Saved]:
    article = library.articles()[0]
    return [Saved(t, article.source, s := article.text.index(t), s + len(t)) for t in texts]


def kept(library: Library, *texts: str, note: str = "") -> list[KeptQuote]:
    return [KeptQuote(verify(one, library), note) for one in saved(library, *texts)]


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_document_of_kept_quotes_can_be_verified_again(truce: Library, tmp_path: Path, form: Form) -> None:
    name, content = document(form, kept(truce, LASTS, SIGNED, note="Ask *Ann*\nwhy"))
    found = saved_quotes(write(tmp_path, name, content))
    assert [(s.text, verify(s, truce).status) for s in found] == [(LASTS, "in place"), (SIGNED, "in place")]
    assert "why" in content.decode()


def test_a_word_file_holds_the_quotes_and_their_sources(truce: Library) -> None:
    note = "A note\x00 with a control character\r\nand lines"
    name, content = document("docx", kept(truce, LASTS, SIGNED, note=note))
    lines = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert lines[1] == LASTS
    assert lines[2].startswith("— The 5% truce · Ann_Lee · 31 October 2025, paragraph ")
    assert lines[3] == "A note␀ with a control character\nand lines"
    (reading,) = read(name, content)
    assert isinstance(reading, ParsedArticle)
    assert SIGNED in reading.text


def test_every_document_reports_changed_and_deleted_quotes(truce: Library, tmp_path: Path) -> None:
    before = saved(truce, LASTS, SIGNED, CAME)
    truce.add(write(tmp_path, "truce.txt", TEXT.replace("one year", "two years").replace(f"{CAME}\n", "")))
    found = [KeptQuote(verify(one, truce)) for one in before]
    assert [one.found.status for one in found] == ["changed", "moved", "gone"]
    markdown, html = (document(form, found)[1].decode() for form in ("markdown", "html"))
    for text in (markdown, html):
        assert "The article has changed since this was kept. It now reads:" in text
        assert "two years" in text
        assert "This is no longer in the articles." in text
    for name, text in (("kept.md", markdown), ("kept.html", html)):  # verifying the document again finds every quote
        again = saved_quotes(write(tmp_path, name, text))
        assert [verify(one, truce).status for one in again] == ["changed", "in place", "in place", "gone"]
        assert (again[0], again[-1]) == (before[0], before[-1])
    word = "\n".join(p.text for p in Document(io.BytesIO(document("docx", found)[1])).paragraphs)
    assert "It now reads:" in word
    assert "no longer in the articles" in word
    for form in ("bibtex", "csl"):  # quotes that are no longer in the articles are not cited
        cited = document(form, found)[1].decode()
        assert "Busan" in cited
        assert "two years" not in cited
        assert "Nobody" not in cited


def test_citations_name_the_article_once_with_its_quotes(truce: Library) -> None:
    found = kept(truce, LASTS, SIGNED)
    (item,) = json.loads(document("csl", found)[1])
    assert (item["title"], item["author"], item["URL"]) == (
        "The 5% truce",
        [{"literal": "Ann_Lee"}],
        "https://example.org/a",
    )
    assert (item["type"], item["issued"]) == ("webpage", {"date-parts": [[2025, 10, 31]]})
    assert LASTS in item["note"]
    assert SIGNED in item["note"]
    bibtex = document("bibtex", found)[1].decode()
    assert bibtex.count("@misc{") == 1
    assert r"title = {{The 5\% truce}}," in bibtex
    assert r"author = {{Ann\_Lee}}," in bibtex
    assert "date = {2025-10-31}," in bibtex
    assert r"signed in \textbraceleft{}Busan\textbraceright{}." in bibtex


@given(st.text())
def test_no_text_breaks_out_of_a_field_of_bibtex(text: str) -> None:
    escaped = in_bibtex(text)
    depth = 0
    for sign in escaped:  # as BibTeX counts: it does not know of escapes
        depth += (sign == "{") - (sign == "}")
        assert depth in (0, 1)
    assert depth == 0
    bare = re.sub(r"\\text[a-z]+\{\}|\\[$&#%_]", "", escaped)
    assert not set(bare) & set("\\{}$&#%_~^")


def test_judgements_are_a_file_of_questions_that_can_be_scored(truce: Library) -> None:
    folder = truce.folder
    record_judgement(folder, ["How long lasts the truce?"], wrong=SIGNED)
    record_judgement(folder, ["How long lasts the truce?"], right=LASTS)
    record_judgement(folder, ["Who came to the zoo?"])
    file = record_judgement(folder, ["How long lasts the truce?", "And where was it signed?"], right=SIGNED)
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == [
        {"question": "How long lasts the truce?", "answers": [LASTS], "not": [SIGNED]},
        {"question": "Who came to the zoo?", "answers": []},
        {"question": ["How long lasts the truce?", "And where was it signed?"], "answers": [SIGNED]},
    ]
    known = read_questions(file)
    assert [k.absent for k in known] == [False, True, False]
    judged = evaluate(known, truce, min_confidence=0).judged
    assert [j.wrong for j in judged] == [False, False, False]
    record_judgement(folder, ["How long lasts the truce?"], wrong=judged[0].answer.quotes[0].text)
    (first, *_) = evaluate(read_questions(file), truce, min_confidence=0).judged
    assert (first.wrong, first.right) == (True, False)


def test_the_last_judgement_of_a_question_counts(tmp_path: Path) -> None:
    def known() -> dict[str, object]:
        return dict(json.loads((tmp_path / FILE).read_text("utf-8")))

    record_judgement(tmp_path, ["Who?"], right="Ann\u2028Lee")
    record_judgement(tmp_path, ["Who?"], wrong="Ann\u2028Lee")
    assert known() == {"question": "Who?", "not": ["Ann\u2028Lee"]}
    assert read_questions(tmp_path / FILE)[0].wrong == ("Ann\u2028Lee",)
    record_judgement(tmp_path, ["Who?"])
    assert known() == {"question": "Who?", "answers": []}
    record_judgement(tmp_path, ["Who?"], right="Bob")
    assert known() == {"question": "Who?", "answers": ["Bob"]}


@pytest.mark.parametrize("line", ["not JSON", "[1, 2]", "7"])
def test_a_judgement_that_cannot_be_stored_is_an_error_and_leaves_the_file(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(f"{line}\n", "utf-8")
    with pytest.raises(LibraryNotWritable, match="was not saved"):
        record_judgement(tmp_path, ["Who?"], right="Ann")
    assert (tmp_path / FILE).read_text("utf-8") == f"{line}\n"
