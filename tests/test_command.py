"""The command on a terminal and in pipes, and the manual."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from quoth import Article, Disagreement, Library
from quoth.index.records import Progress
from quoth.ui.cli.console import put
from quoth.ui.cli.format import answer_pieces
from quoth.ui.cli.manual import DOCS, man_page, markdown
from quoth.ui.cli.progress import bars
from quoth.ui.cli.prompt import MAX_QUESTIONS, Completions, History
from quoth.ui.cli.styled import Piece, letters, styled, with_bold
from quoth.ui.escape import on_terminal
from tests.conftest import SEEDS
from tests.terminal import QUOTH, Terminal, quoth, surroundings
from tests.test_locks import locked
from tests.test_verbatim import HOSTILE, quoted

OURS = re.compile(r"\x1b\[[012]m|\x1b\]8;;(?:file:///[!-~]+)?\x1b\\")
STEERING = re.compile(r"[\0-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TRUCE = "When was the 90-day tariff truce reached?"
PIECES = st.lists(
    st.builds(
        Piece, st.text(st.one_of(st.sampled_from("\x1b\r\n\\]8;ab"), st.characters(exclude_categories=["Cs"]))),
        st.sampled_from(["", "bold", "dim"]), st.sampled_from([None, Path("/a b/\x1b\\\x07ü.txt")]),
    )
)  # fmt: skip


@given(PIECES)
def test_the_only_escape_codes_are_quoth_s_and_the_rest_is_the_text(pieces: list[Piece]) -> None:
    parts = OURS.split(styled(pieces))
    assert not any(STEERING.search(part) for part in parts)
    assert (
        "".join(parts).replace("\r\n", "\n").replace("␍\n", "\n")
        == on_terminal(letters(pieces)).replace("\r\n", "\n").replace("␍\n", "\n")
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_the_words_that_answer_are_bold_in_any_text(text: str) -> None:
    text = f"It was {text.strip()} in May"
    quote = quoted(text).quotes[0]
    at = len(text) - 3
    quote = replace(quote, highlights=((at, len(text)), (3, 6)))
    answer = replace(quoted(text), quotes=(quote,))
    pieces = answer_pieces(answer)
    assert [piece.text for piece in pieces if piece.style == "bold"] == ["was", "May"]
    assert styled(pieces).startswith(f"[1] It \x1b[1mwas\x1b[0m{on_terminal(text[6:at])}\x1b[1mMay\x1b[0m\n")
    assert not any(piece.style == "bold" for piece in answer_pieces(replace(answer, found=False)))


def test_disagreeing_quotes_are_printed_first_even_if_they_are_not_among_the_best() -> None:
    best, one, other = (
        replace(quoted(text).quotes[0], article=Article(i, f"{i}.txt", None, None, None, "", text))
        for i, text in enumerate(("best", "90%", "92%"))
    )
    one, other = (replace(quote, highlights=((0, 3),)) for quote in (one, other))
    pieces = answer_pieces(
        replace(quoted("best"), quotes=(best, other), disagreements=(Disagreement("share", (one, other)),))
    )
    assert letters(pieces).startswith("Your sources differ: 90% (1.txt) [1] — 92% (2.txt) [2]\n\n[1] 90%\n")
    assert re.findall(r"^\[.*", letters(pieces), re.MULTILINE) == ["[1] 90%", "[2] 92%", "[3] best"]
    assert [piece.text for piece in pieces if piece.style == "bold"] == ["90%", "92%", "90%", "92%"]


def test_bold_spans_may_overlap_and_reach_beyond_the_text() -> None:
    found = with_bold("abcdef", 10, [(14, 99), (8, 12), (11, 13)])
    assert [(p.text, p.style) for p in found if p.text] == [("ab", "bold"), ("c", "bold"), ("d", ""), ("ef", "bold")]


def test_styles_are_left_out_if_the_output_is_not_a_terminal(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put([Piece("a\x1b[31m\r", "bold", Path("/a.txt")), Piece("\n\x9b", "dim")])
    assert capfdbinary.readouterr().out == "a\x1b[31m\r\n\x9b\n".encode()


@pytest.mark.model
def test_on_a_terminal_answers_are_bold_and_sources_are_links(seed_library: Library) -> None:
    arguments = ("ask", TRUCE, "--library", str(seed_library._where))
    with Terminal(*arguments) as terminal:
        shown, code = terminal.rest()
    assert code == 0
    assert " on \x1b[1mMay 12, 2025\x1b[0m, " in shown
    address = re.search(r"\x1b\]8;;(file://\S+?)\x1b\\\x1b\[2m— ", shown)
    assert address is not None
    assert address[1] in {file.resolve().as_uri() for file in SEEDS.iterdir()}
    piped = subprocess.run([*QUOTH, *arguments], capture_output=True, env=surroundings(), check=True).stdout.decode()
    assert "\x1b" not in piped
    assert OURS.sub("", shown).replace("\r\n", "\n") == piped
    for unstyled in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with Terminal("retrieve", "truce", "--library", str(seed_library._where), **unstyled) as terminal:
            shown, _ = terminal.rest()
        assert "[1] " in shown
        assert "\x1b" not in shown


@pytest.mark.model
def test_a_conversation_has_follow_ups_completion_and_a_history(seed_library: Library, tmp_path: Path) -> None:
    arguments = ("ask", "--library", str(seed_library._where))
    with Terminal(*arguments, XDG_STATE_HOME=str(tmp_path)) as terminal:
        assert terminal.until("? ").startswith("Ask 5 articles")
        terminal.types("When was the 90-day tariff truce reached in Gen\t?\r")
        terminal.until("reached in Geneva?")
        assert "\x1b[1mMay 12, 2025\x1b[0m" in terminal.until("\n? ")
        terminal.types("?!\r")
        assert "no word in it" in terminal.until("\n? ")
        terminal.types("And where?\r")
        assert "Searched for: Where was " in terminal.until("\n? ")
        terminal.types("\x04")
        shown, code = terminal.rest()
    assert (shown.strip(), code) == ("", 0)
    kept = tmp_path / "quoth" / "questions"
    assert kept.read_text().splitlines() == ["When was the 90-day tariff truce reached in Geneva?", "?!", "And where?"]
    assert kept.stat().st_mode & 0o077 == 0
    with Terminal(*arguments, XDG_STATE_HOME=str(tmp_path)) as terminal:
        terminal.until("? ")
        terminal.types("\x1b[A\x1b[A\x1b[A\r")  # up, three times
        terminal.until("tariff truce reached in Geneva?")
        assert "May 12, 2025" in terminal.until("\n? ")
        terminal.interrupts()
        shown, code = terminal.rest()
    assert code == 0
    assert "Abort" not in shown
    assert "Traceback" not in shown


@pytest.mark.model
def test_piped_questions_are_answered_one_after_another(seed_library: Library, tmp_path: Path) -> None:
    def ask(questions: str, *more: str) -> subprocess.CompletedProcess[str]:
        command = [*QUOTH, "ask", "--library", str(seed_library._where), *more]
        return subprocess.run(
            command, input=questions, capture_output=True, text=True, env=surroundings(XDG_STATE_HOME=str(tmp_path)),
            check=False,
        )  # fmt: skip

    answered = ask(f"{TRUCE}\r\n\nAnd where?")
    assert answered.returncode == 0
    first, second = answered.stdout.split("? And where?\nSearched for: ")
    assert first.startswith(f"? {TRUCE}\n[1] ")
    assert "Geneva" in second
    assert answered.stderr == ""
    assert [*tmp_path.iterdir()] == []
    refused = ask("?!\nWho won the 2022 football world cup?\n", "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["found"] is False
    assert "no word in it" in refused.stderr
    assert ask("Who won the 2022 football world cup?\n").returncode == 1
    assert "needs a question" in ask("", "--image", "x.png").stderr


def test_completion_of_words_of_titles_and_texts(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Norderney Ferries\n---\nThe north quay and Nora saw the rare-earth ship, so no.\n", "utf-8"
    )
    library.add(tmp_path / "a.md")
    words = Completions(library)
    assert words.beginning("nor") == ["north"]
    assert words.beginning("Nor") == ["Nora", "Norderney"]
    assert words.beginning("FERR") == ["Ferries"]
    assert words.beginning("rare") == ["rare-earth"]
    assert [words.completion("Nor", i) for i in range(3)] == ["Nora", "Norderney", None]
    assert words.completion("", 0) is None


def test_the_history_is_limited_and_leaves_out_questions_after_a_space(tmp_path: Path) -> None:
    history = History(tmp_path / "new" / "questions")
    assert history.questions() == []
    for line in ("Who?", " Secret?", "", "What\x0bwhere?"):
        history.add(line)
    assert history.questions() == ["Who?", "What where?"]
    for number in range(2 * MAX_QUESTIONS):
        history.add(f"{number}?")
    assert history.questions() == [f"{number}?" for number in range(MAX_QUESTIONS, 2 * MAX_QUESTIONS)]
    assert len(history.file.read_text().splitlines()) == MAX_QUESTIONS
    unwritable = History(tmp_path / "new" / "questions" / "questions")
    unwritable.add("Who?")
    assert unwritable.questions() == []


@pytest.mark.model
def test_adding_shows_progress_and_file_names_cannot_control_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.txt").write_text("The truce lasts one year.", "utf-8")
    (tmp_path / "a" / "\x1b]0;x\x07.txt").write_bytes(b"\0\0\0")
    with Terminal("add", str(tmp_path / "a"), "--library", str(tmp_path / "library")) as terminal:
        shown, code = terminal.rest()
    assert code == 1
    assert re.search(r"Reading .* of 2 files", shown)
    assert re.search(r"Embedding .* 1 passages", shown)
    assert "2 files read, 1 passage embedded in " in shown
    assert "1 added\r\n" in shown
    assert "Not added: " in shown
    assert "\x1b]0;" not in shown
    assert "␛]0;x␇.txt: " in shown


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_bar_shows_any_file_name_in_one_line(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    def drawn(*reports: Progress) -> str:
        """Return the last state of the reading bar."""
        screen = io.StringIO()
        terminal = Console(file=screen, force_terminal=True, width=width, color_system=None, legacy_windows=False)
        monkeypatch.setattr("quoth.ui.cli.progress.err", terminal)
        with bars() as report:
            for now in reports:
                report(now)
        shown = re.sub(r"\x1b\[[?0-9]*[A-Za-z]", "", screen.getvalue())
        return [line for line in re.split(r"[\r\n]+", shown) if line.startswith("Reading")][-1]

    monkeypatch.setenv("TERM", "xterm")
    line = drawn(Progress(12, 40, 0, 0, 1, file=f"/a/[b]\x1b]0;\n{'号' * 200}.pdf"))
    assert re.search(r" 12 of 40 files +\S+ \[b\]␛\]0; 号* ?…", line)
    assert width - 1 <= cell_len(line) <= width
    ferry = Progress(39, 40, 0, 0, 1, file="/a/ferry.pdf")
    assert "ferry.pdf" in drawn(ferry)
    assert "ferry.pdf" not in drawn(ferry, replace(ferry, files=40))
    assert "ferry.pdf" not in drawn(ferry, Progress(0, 0, 0, 0, 0, waiting=True))


def test_the_version() -> None:
    assert quoth("--version") == f"quoth {version('quoth')}\n"


@pytest.mark.skipif(
    version("typer") != locked("run.txt")["typer"], reason="other versions of typer word the help differently"
)
def test_the_manual_matches_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in ("40", "200"):
        monkeypatch.setitem(os.environ, "COLUMNS", columns)
        for name, made in (("cli.md", markdown()), ("quoth.1", man_page())):
            assert made == (DOCS / name).read_text("utf-8"), f"run python -m quoth.ui.cli.manual to write {name}"


@pytest.mark.parametrize("lint", [["groff", "-man", "-ww", "-z"], ["mandoc", "-T", "lint", "-W", "error"]])
def test_the_man_page_has_no_errors(lint: list[str]) -> None:
    if shutil.which(lint[0]) is None:
        pytest.skip(f"{lint[0]} is not installed")
    done = subprocess.run([*lint, DOCS / "quoth.1"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
