"""Saved answers can be verified later: every form of them gives back its quotes, character for character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoth import Answer, Library, ask
from quoth.index.errors import UnreadableFile
from quoth.ui.cli.format import as_json_text
from quoth.ui.cli.main import app
from quoth.ui.exports import conversation as export
from quoth.ui.exports.saved import saved_quotes
from quoth.ui.server.article_view import ArticleView
from quoth.ui.server.tools import Tools

TEXT = (
    "The ferry (2025)\r\n\r\nThe *ferry* to Norderney sails at nine,\r\n  not before. Its lamp is 5:100:5 & red.\r\n"
    "\r\nThe <b>quay</b> is 90 metres long.\r\n"
)


@pytest.fixture
def answer(library: Library, tmp_path: Path) -> Answer:
    file = tmp_path / "timetable (1).txt"
    file.write_bytes(TEXT.encode())
    library.add(file)
    return ask("When does the ferry to Norderney sail?", library=library, min_confidence=0)


@pytest.mark.parametrize("form", ["json", "api", "md", "html"])
def test_quotes_come_back_from_every_form(library: Library, answer: Answer, tmp_path: Path, form: str) -> None:
    made = {
        "json": lambda: as_json_text(answer), "api": lambda: Tools(library, 0.0, None).ask(answer.question),
        "md": lambda: export.markdown([answer]), "html": lambda: export.html([answer]),
    }[form]()  # fmt: skip
    file = tmp_path / f"saved.{form}"
    file.write_bytes(made.encode())
    found = saved_quotes(file)
    assert [(s.text, s.source, s.start, s.end) for s in found] == [
        (q.text, q.article.source, q.start, q.end) for q in answer.quotes
    ]
    assert any("\r\n" in s.text for s in found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "no answers"), ('{"a": 1}', "no answers"), ("# Nothing\n", "no quotes"), ("[]", "no quotes"),
        (b"\xff", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_without_answers_is_an_error(tmp_path: Path, text: str | bytes, reason: str) -> None:
    file = tmp_path / "saved.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UnreadableFile, match=reason):
        saved_quotes(file)


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.output


@pytest.mark.model
def test_the_commands_that_maintain_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "ferry.txt"
    file.write_text("The ferry to Norderney sails at nine. The crossing takes fifty minutes.", "utf-8")
    assert run("add", "ferry.txt")[0] == 0
    Path("answer.json").write_text(run("ask", "How long does the crossing take?", "--json")[1], "utf-8")
    assert run("check") == (0, "OK: 1 article; all passages and both indexes are intact.\n")
    assert run("verify", "answer.json")[1].startswith(
        "in place: The crossing takes fifty minutes.\n    — ferry.txt (ferry.txt, 38–71)\n"
    )
    assert run("verify", "The ferry to Norderney sails at nine.") == (0, "word for word: ferry.txt (ferry.txt, 0–37)\n")
    code, said = run("verify", "The ferry to Norderney sails at ten.")
    assert (code, said.splitlines()) == (1, [
        "No article contains this sentence.",
        "The nearest one has 92% of its letters in common:",
        "    The ferry to Norderney sails at nine.",
        "    — ferry.txt (ferry.txt, 0–37)",
        "    not “ten” but “nine”",
    ])  # fmt: skip
    (record,) = json.loads(run("verify", "The ferry to Norderney sails at ten.", "--json")[1])
    assert (record["status"], record["differences"][0]["there_span"]) == ("similar", [32, 36])
    assert run("verify", "Penguins swim.") == (1, "No article contains this sentence. None has a similar one.\n")
    assert run("backup", "kept.zip") == (0, "Backed up 1 article to kept.zip.\n")
    file.write_text("The ferry to Norderney sails at nine. The crossing takes sixty minutes.", "utf-8")
    run("add", "ferry.txt")
    code, said = run("verify", "answer.json")
    assert (code, said.splitlines()[:2]) == (
        1,
        ["changed: The crossing takes fifty minutes.", "    now: The crossing takes sixty minutes."],
    )
    assert [record["status"] for record in json.loads(run("verify", "answer.json", "--json")[1])][:1] == ["changed"]
    assert run("restore", "kept.zip")[0] == 0
    assert run("verify", "answer.json")[0] == 1  # the file has another text than the restored article
    file.write_text("The ferry to Norderney sails at nine. The crossing takes fifty minutes.", "utf-8")
    assert run("verify", "answer.json")[0] == 0


def opened(library: Library, **address: object) -> str:
    """The source pane of a page that opens at an address."""
    return ArticleView(library).by_address({key: str(value) for key, value in address.items()})


def test_a_link_opens_its_quote_in_its_new_place_or_says_what_has_changed(library: Library, answer: Answer) -> None:
    quote = "Its lamp is 5:100:5 & red."
    source, start = answer.quotes[0].article.source, TEXT.index(quote)
    link = {"source": source, "start": start, "end": start + len(quote), "quote": quote}
    marked = '<mark id="quoth-quote" tabindex="-1">'
    shown = opened(library, **link)
    assert f"{marked}Its lamp is 5:100:5 &amp; red.</mark>" in shown
    assert 'role="status"' not in shown
    Path(source).write_bytes(("News.\r\n\r\n" + TEXT).encode())
    library.add(source)
    shown = opened(library, **link)
    assert "the quote has moved" in shown
    assert f"{marked}Its lamp is 5:100:5 &amp; red.</mark>" in shown
    Path(source).write_bytes(TEXT.replace("red", "green").encode())
    library.add(source)
    shown = opened(library, **link)
    assert "has changed since this link was made" in shown
    assert "Its lamp is 5:100:5 &amp; red." in shown
    assert f"{marked}Its lamp is 5:100:5 &amp; green.</mark>" in shown
    library.remove(source)
    shown = opened(library, **link)
    assert "no longer in the articles" in shown
    assert "Its lamp is 5:100:5 &amp; red." in shown
