"""Files that are not read: documents are refused with a way out, other files are ignored with the reason."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.errors import UnreadableFile
from quoth.index.reading.detect import kind_of
from quoth.index.reading.dispatch import read
from quoth.index.records import Changes, by_reason
from quoth.index.sync.discover import find
from quoth.ui.page.library_pane import changes_html
from tests.made import FERRY, epub, write, zipped
from tests.made_office import opendocument, pptx, sheet, xlsx
from tests.terminal import run_quoth

pytestmark = pytest.mark.every_store


def ole(stream: str) -> bytes:
    """Return the beginning of a container of Office before 2007, with the name of one stream in its directory."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(64) + struct.pack("<H", 1)
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc", ole("WordDocument"), r"save it as \.docx"),
        ("a.docx", ole("WordDocument"), r"Word file in the format before 2007"),
        ("a", ole("Workbook"), r"save it as \.xlsx"),
        ("a.ppt", ole("PowerPoint Document"), r"save it as \.pptx"),
        ("a.msg", ole("__substg1.0_001A001E"), r"save it as \.eml"),
        ("a.docx", ole("EncryptedPackage"), "encrypted"),
        ("a.xml", ole("Something"), "before 2007"),
        ("a.pages", zipped({"Index/Document.iwa": "x"}), "Apple"),
        ("a.xlsb", zipped({"xl/workbook.bin": "x"}), r"save it as \.xlsx"),
        ("a.mobi", bytes(60) + b"BOOKMOBI" + bytes(40), "EPUB"),
        ("a.djvu", b"AT&TFORM" + bytes(40), "save it as PDF"),
        ("a.docx", b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
        ("a.zip", zipped({"a.txt": FERRY}), "unpack it"),
        ("a.key", b"not a presentation", "Keynote"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_with_a_way_out(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        list(read(name, data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (xlsx({"A": sheet([["Port", "Boats"]])}), "xlsx"), (pptx([""]), "pptx"), (epub(["<p>x</p>"]), "epub"),
        (opendocument("spreadsheet", ""), "ods"), (opendocument("presentation", ""), "odp"),
        (opendocument("text", ""), "odt"), (b"WEBVTT\n\n", "subtitles"), (b"The ferry.", "text"),
    ],
)  # fmt: skip
def test_content_says_what_a_file_is(data: bytes, kind: str) -> None:
    assert kind_of("noted", data) == kind
    assert kind_of("a.docx" if data[:2] == b"PK" else "noted", data) == kind


def test_a_page_under_the_name_of_a_word_file_is_read() -> None:
    assert kind_of("report.doc", b"<html><body><p>The ferry.</p></body></html>") == "html"
    assert kind_of("report.doc", b"{\\rtf1 The ferry.}") == "rtf"


def test_documents_in_a_folder_are_rejected_and_other_files_ignored_each_with_the_reason(
    tmp_path: Path, library: Library
) -> None:
    folder = tmp_path / "articles"
    (folder / ".git").mkdir(parents=True)
    write(folder, ".quothignore", "notes.txt\n")
    for name, data in {
        "ferry.txt": FERRY, "ferry.txt.yaml": "title: The ferry", "old.doc": ole("WordDocument"), "run.py": "x = 1",
        "go.py": "x = 2", "quay.jpg": b"\xff\xd8\xff", "notes.txt": FERRY, "odd.xml": ole("Workbook"), "LICENSE": "MIT",
        "settings.xml": "<?xml version='1.0'?><settings/>", ".hidden.txt": FERRY, "book.tex": r"\section{x}",
    }.items():  # fmt: skip
        write(folder, name, data)
    changes = library.add(folder)
    assert [Path(source).name for source in changes.added] == ["ferry.txt"]
    assert {Path(r.source).name: ".docx" in r.reason or ".xlsx" in r.reason for r in changes.rejected} == {
        "old.doc": True, "odd.xml": True,
    }  # fmt: skip
    reasons = {reason: [Path(s).name for s in sources] for reason, sources in by_reason(changes).items()}
    assert reasons == {
        "it is hidden": [".git", ".hidden.txt"],
        ".quothignore lists it": ["notes.txt"],
        ".py is not a format of articles": ["go.py", "run.py"],
        "it is a picture; save it as PDF to have its text read": ["quay.jpg"],
        "it has no suffix that names its format": ["LICENSE"],
        "it is XML, but not a feed": ["settings.xml"],
        ".tex is markup that is not understood; add the file itself to have it read as plain text": ["book.tex"],
    }
    assert find([folder]).ignored.keys() == set(changes.ignored)


def test_a_file_of_which_a_part_is_bad_keeps_its_good_part(tmp_path: Path, library: Library) -> None:
    file = write(tmp_path, "a.jsonl", f'{{"id": "1", "text": "{FERRY}"}}\n{{broken\n')
    changes = library.add(file)
    assert changes.added == (f"{file}#1",)
    assert [rejected.source for rejected in changes.rejected] == [f"{file}#line 2"]
    assert len(library.articles()) == 1


def test_the_page_lists_what_was_ignored_and_why() -> None:
    changes = Changes(ignored=tuple(f"src/{n}.py" for n in range(12)), why_ignored=("it is code",) * 12)
    html = changes_html(changes)
    assert "0.py, 1.py" in html
    assert "(+2): it is code" in html


@pytest.mark.model
def test_the_command_lists_what_it_ignored_and_why(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "ferry.txt", FERRY)
    write(folder, "run.py", "x = 1")
    done = run_quoth("add", str(folder), "-l", str(tmp_path / "library"))
    assert done.stdout == "1 added, 1 ignored\n"
    assert f"Ignored: {folder / 'run.py'}: .py is not a format of articles" in done.stderr
