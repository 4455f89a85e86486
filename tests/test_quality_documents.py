"""The benchmark of real documents: its questions fit its files, and its figures count what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality.documents import FILES, FOLDER, QUESTIONS, figures_of, kinds_of, markdown
from quoth import Library
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.qa.cases import EvalCase, read_questions
from quoth.qa.evaluate import evaluate

UNANSWERABLE = {"absent", "near_miss"}


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    """The texts of the articles of each file."""
    return {
        path.name: [a.text for a in read(path.name, path.read_bytes()) if isinstance(a, ParsedArticle)]
        for path in FILES.iterdir()
    }


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, EvalCase]]:
    """The questions with their kinds."""
    return list(zip(kinds_of(QUESTIONS), read_questions(QUESTIONS), strict=True))


def test_each_accepted_answer_is_in_the_text_of_its_file(
    texts: dict[str, list[str]], cases: list[tuple[str, EvalCase]]
) -> None:
    flat = {name: [" ".join(text.split()) for text in of] for name, of in texts.items()}
    for _, case in cases:
        for answer in (*case.answers, *case.whole):
            assert any(" ".join(answer.split()) in text for text in flat[case.file]), (case.turns, answer)
        for words in case.marked:
            assert any(words in text for text in flat[case.file]), (case.turns, words)


def test_there_are_questions_of_each_kind_on_each_file(
    texts: dict[str, list[str]], cases: list[tuple[str, EvalCase]]
) -> None:
    kinds = [kind for kind, _ in cases]
    assert {case.file for _, case in cases} == set(texts)
    assert all(case.absent == (kind in UNANSWERABLE) for kind, case in cases)
    assert all((len(case.turns) > 1) == (kind == "follow_up") for kind, case in cases)
    assert len({case.turns for _, case in cases}) == len(cases)
    assert sum(case.absent for _, case in cases) >= 30
    assert sum(case.answerable for _, case in cases) >= 90
    assert sum(bool(case.marked) for _, case in cases) >= 40
    at_least = {"yes_no": 15, "table": 12, "near_miss": 10, "topic": 8, "follow_up": 8, "context": 8}
    assert {kind: kinds.count(kind) for kind, least in at_least.items() if kinds.count(kind) < least} == {}


def test_the_source_and_licence_of_each_file_are_stated() -> None:
    rows = [line.split(" | ") for line in (FOLDER / "SOURCES.md").read_text("utf-8").splitlines()]
    stated = {row[0].strip("| `") for row in rows if len(row) == 6 and all(cell.strip() for cell in row)}
    assert {path.name for path in FILES.iterdir()} <= stated
    assert sum(path.stat().st_size for path in FILES.iterdir()) <= 2_500_000


def test_figures_count_first_quotes_and_refusals_of_each_kind(library: Library, tmp_path: Path) -> None:
    (tmp_path / "truce.txt").write_text("The truce was signed in Busan. The truce lasts one year.", "utf-8")
    (tmp_path / "fee.txt").write_text("The fee is 40 dollars.", "utf-8")
    library.add([tmp_path / "truce.txt", tmp_path / "fee.txt"])
    rows = [
        {"question": "Where was the truce signed?", "answers": ["in Busan"], "kind": "where"},
        {"question": "How long lasts the truce?", "answers": ["in Geneva"], "kind": "where"},
        {"question": "Zebras?", "answers": [], "kind": "absent"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    figures = figures_of(evaluate(read_questions(file), library, min_confidence=0), kinds_of(file))
    # Of two answerable questions, the first is answered right. With a minimum confidence of 0, nothing is refused.
    assert (figures["answerable"], figures["unanswerable"]) == (2, 1)
    assert figures["right@1"] == figures["right@3"] == figures["quoted@1"] == figures["quoted@3"] == 0.5
    assert (figures["found"], figures["refused"]) == (1, 0)
    assert figures["kinds"] == {"absent": [1, 0], "where": [2, 0.5]}
    assert "| where | 2 | 0.500 |" in markdown(figures)

    unsure = figures_of(evaluate(read_questions(file), library, min_confidence=1), kinds_of(file))
    assert (unsure["right@1"], unsure["quoted@1"], unsure["refused"]) == (0, 0.5, 1)
    assert unsure["kinds"] == {"absent": [1, 1], "where": [2, 0]}
