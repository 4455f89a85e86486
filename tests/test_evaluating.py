"""`quoth eval`: evaluation with questions whose answers are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quoth import Library
from quoth.index.errors import BadQuestions
from quoth.qa.cases import EvalCase, read_questions
from quoth.qa.evaluate import evaluate, judge
from quoth.ui.cli.format import report_text
from quoth.ui.cli.main import app

QUESTIONS = Path(__file__).with_name("seeds.jsonl")


@pytest.fixture
def truce(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "truce.txt").write_text("The truce was signed in Busan. The truce lasts one year.", "utf-8")
    library.add(tmp_path / "truce.txt")
    return library


def written(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return file


def test_right_answers_and_misses_are_counted(truce: Library, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        {"question": "Where was the truce signed?", "answers": ["in Busan"]},
        {"question": "Where was the truce signed?", "answers": ["in  Geneva"]},
        {"question": ["Where was the truce signed?", "And how long lasts it?"], "answers": ["one\nyear"]},
        {"question": "Zebras?", "answers": []},
        "",
    )
    report = evaluate(read_questions(file), truce, min_confidence=0)
    figures = report.figures()
    # Two of three answers are in the only passage; with a minimum confidence of 0, nothing is refused.
    assert figures["questions"] == 4
    assert figures["passage_recall@1"] == figures["passage_recall@5"] == pytest.approx(2 / 3)
    assert figures["quote@3"] == pytest.approx(2 / 3)
    assert figures["refused"] == 0
    assert figures["told_to_differ"] is None
    assert [m.known.answers for m in report.misses()] == [("in  Geneva",), ()]
    assert sum(count for *_, count, _ in report.calibration()) == 4
    assert "missed: Where was the truce signed?" in report_text(report)


def test_marks_lists_and_false_alarms_are_judged(library: Library, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "The truce was signed on May 12.\n\nIn the box come:\n\n- a cable\n- a manual\n", "utf-8"
    )
    (tmp_path / "two.txt").write_text("The truce was signed on May 19.", "utf-8")
    library.add([tmp_path / "one.txt", tmp_path / "two.txt"])
    file = written(
        tmp_path,
        {"question": "When was the truce signed?", "answers": ["May 1"], "marked": ["May 12", "May 19"]},
        {"question": "When was the truce signed?", "answers": ["May 1"], "marked": ["May"]},
        {"question": "When was the truce signed?", "answers": ["May 1"], "differs": False},
        {"question": "List all that come in the box", "whole": ["a cable", "a manual"]},
        {"question": "List all that come in the box", "whole": ["a cable", "a plug"]},
    )
    report = evaluate(read_questions(file), library, min_confidence=0)
    assert [j.right for j in report.judged] == [True, False, False, True, False]
    assert report.figures()["false_alarms"] == 1


def test_a_mark_across_a_line_end_is_right(library: Library, tmp_path: Path) -> None:
    (tmp_path / "truce.txt").write_text("The truce was signed by\nAnn\n  Lee in Busan.", "utf-8")
    library.add(tmp_path / "truce.txt")
    (article,) = library.articles()
    answer = library.ask("Who signed the truce?")
    start = article.text.index("Ann")
    mark = (start, start + len("Ann\n  Lee"))
    marked = replace(answer, quotes=tuple(replace(quote, highlights=(mark,)) for quote in answer.quotes))
    known = EvalCase(("Who signed the truce?",), answers=("signed by Ann Lee",), marked=("Ann Lee",))
    assert judge(known, marked, []).marked
    assert not judge(replace(known, marked=("Ann",)), marked, []).marked


def test_only_quotes_of_the_stated_file_count(library: Library, tmp_path: Path) -> None:
    (tmp_path / "truce.txt").write_text("The truce was signed in Busan.", "utf-8")
    (tmp_path / "places.csv").write_text("title,text\nPorts,Ships sail from Geneva.\n", "utf-8")
    library.add([tmp_path / "truce.txt", tmp_path / "places.csv"])
    signed, ships = {"question": "Where was the truce signed?"}, {"question": "Where do ships sail from?"}
    file = written(
        tmp_path,
        signed | {"answers": ["in Busan"], "file": "truce.txt"},
        signed | {"answers": ["in Busan"], "file": f"{tmp_path.name}/truce.txt"},
        signed | {"answers": ["in Busan"], "file": "uce.txt"},
        signed | {"answers": ["in Busan"], "file": "places.csv"},
        ships | {"answers": ["from Geneva"], "file": "places.csv"},
    )
    report = evaluate(read_questions(file), library, min_confidence=0)
    assert [j.quote == 1 for j in report.judged] == [True, True, False, False, True]
    assert [j.passage is not None for j in report.judged] == [True, True, False, False, True]


def test_a_threshold_above_all_confidences_refuses_everything(truce: Library, tmp_path: Path) -> None:
    file = written(
        tmp_path, {"question": "Where was the truce signed?", "answers": ["in Busan"]}, {"question": "Zebras?"}
    )
    figures = evaluate(read_questions(file), truce, min_confidence=1).figures()
    assert (figures["found"], figures["refused"]) == (0, 1)


@pytest.mark.parametrize(
    "row",
    [
        "[]", "{", '{"answers": []}', '{"question": "", "answers": []}', '{"question": "Who?", "answers": "Xi"}',
        '{"question": "Who?", "answers": [3]}', '{"question": "Who?", "answers": [], "file": ["a.txt"]}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_question_is_an_error_with_its_number(tmp_path: Path, row: str) -> None:
    with pytest.raises(BadQuestions, match="line 2"):
        read_questions(written(tmp_path, {"question": "Who?", "answers": []}, row))


def test_a_missing_file_or_one_without_questions_is_an_error(tmp_path: Path) -> None:
    for file in (written(tmp_path, ""), tmp_path / "none.jsonl"):
        with pytest.raises(BadQuestions, match=file.name):
            read_questions(file)


@pytest.mark.model
def test_the_seed_questions_are_answered_as_well_as_before(seed_library: Library) -> None:
    """The figures that CI requires; raise them when answers get better."""
    figures = json.loads(
        CliRunner().invoke(app, ["eval", str(QUESTIONS), "-l", str(seed_library._where), "--json"]).stdout
    )["figures"]
    held = {"passage_recall@5": 0.96, "quote@1": 0.75, "quote@3": 0.78, "refused": 0.87, "told_to_differ": 1.0}
    assert {name: figures[name] for name, least in held.items() if figures[name] < least} == {}
