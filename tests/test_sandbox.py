"""Files that are harmful or take too long: the process that reads them ends, and the others are added."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.sync import sandbox
from tests.made import FERRY, QUAY, docx, paragraph, pdf, write

ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{i} "{("&a" + str(i - 1 if i else "") + ";") * 20}">' for i in range(8))
    + "]>"
)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 50_000_000 + b"</w:document>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bomb.docx", bomb(), "zip bomb"),
        ("broken.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "cannot|not a PDF"),
        ("cut.docx", docx(paragraph(FERRY))[:90], "damaged"),
        ("deep.jsonl", b"[" * 100_000 + b"\n", "nested too deeply|not valid JSON"),
        ("many.pdf", pdf([[]] * 5_001), "5,001 pages"),
        (
            "foreign.txt",
            ("Größe und Köln an der Straße führt über die Brücke. " * 9).encode() + b"Sch\xf6n.",
            r"byte 5\d\d \(0xF6, in line 1\)",
        ),
    ],
    # an id that holds a whole file is too long for old pytest
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_harmful_or_damaged_file_is_rejected_with_the_reason_and_the_others_are_added(
    tmp_path: Path, library: Library, name: str, data: bytes, reason: str
) -> None:
    write(tmp_path, name, data)
    write(tmp_path, "ok.txt", FERRY)
    changes = library.add([tmp_path / name, tmp_path / "ok.txt"])
    assert changes.added == (str(tmp_path / "ok.txt"),)
    ((rejected,),) = (changes.rejected,)
    assert re.search(reason, rejected.reason), rejected.reason


def test_entities_are_neither_fetched_nor_multiplied(tmp_path: Path, library: Library) -> None:
    secret = write(tmp_path, "secret.txt", "Nobody may read this line of the file.")
    fetching = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    for name, head, use in (("fetch.docx", fetching, "&x;"), ("multiply.docx", ENTITIES, "&a7;")):
        document = (
            f'{head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
            f"<w:r><w:t>{FERRY} {use}</w:t></w:r></w:p></w:body></w:document>"
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", document)
        write(tmp_path, name, out.getvalue())
    library.add([tmp_path / "fetch.docx", tmp_path / "multiply.docx"])
    assert all("Nobody" not in a.text and len(a.text) < 1000 for a in library.articles())


def test_a_file_that_takes_too_long_is_skipped_and_the_next_is_read(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_SECONDS", 0.01)  # less than the child process needs to start
    write(tmp_path, "slow.pdf", pdf([[(40, 500, FERRY)]]))
    write(tmp_path, "ok.txt", FERRY)
    changes = library.add([tmp_path / "slow.pdf", tmp_path / "ok.txt"])
    assert changes.added == (str(tmp_path / "ok.txt"),)
    assert "seconds to read" in changes.rejected[0].reason
    monkeypatch.setattr(sandbox, "_SECONDS", 60.0)
    assert library.add(tmp_path / "slow.pdf").added == (str(tmp_path / "slow.pdf"),)


@pytest.mark.model
def test_a_program_without_a_guard_is_not_run_again_to_read_a_file(tmp_path: Path) -> None:
    write(tmp_path, "ferry.pdf", pdf([[(40, 500, FERRY)]]))
    program = "from quoth import Library; print(Library('library').add('ferry.pdf').added)"
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-"], input=program, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "('ferry.pdf',)\n", done.stderr


def test_the_child_process_imports_no_file_of_the_caller(tmp_path: Path) -> None:
    for module in ("reading", "index", "html", "email", "lxml", "pickle", "quoth"):
        write(tmp_path, f"{module}.py", "raise SystemExit('imported')")
    write(tmp_path, "page.html", f"<html><body><article><p>{FERRY}</p></article></body></html>")
    write(tmp_path, "ferry.pdf", pdf([[(40, 500, QUAY)]]))
    root = Path(__file__).parent.parent
    program = (
        "import os, sys\n"
        "from quoth.index.sync import compare, sandbox\n"
        "sys.path.insert(0, os.getcwd())\n"
        "with sandbox.Worker() as worker:\n"
        "    for path in ('page.html', 'ferry.pdf'):\n"
        "        print(*(article.text for article in worker.read(path, compare.digest_of(path), {})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split("\n") == [FERRY, QUAY, ""], done.stderr


def test_the_child_process_loads_neither_models_nor_indexes() -> None:
    code = (
        "import sys; import quoth.index.sync.sandbox\n"
        "print({'numpy', 'faiss', 'onnxruntime', 'tantivy', 'tokenizers', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_pdf_named_txt_is_read_in_the_child_process(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_SECONDS", 0.01)
    changes = library.add(write(tmp_path, "a.txt", pdf([[(40, 500, FERRY)]])))
    assert "seconds to read" in changes.rejected[0].reason
