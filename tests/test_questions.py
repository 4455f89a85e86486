"""Questions with known answers, asked with the real model; each folder of questions/ is a library and its questions.

The format of the questions is that of `quoth eval` (docs/eval.md). The folder "seeds" asks the seed articles.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.qa.cases import EvalCase, read_questions
from quoth.qa.evaluate import evaluate

pytestmark = pytest.mark.model
FOLDERS = sorted(path for path in Path(__file__).with_name("questions").iterdir() if path.is_dir())
CASES = [
    pytest.param(folder.name, case, id=f"{folder.name}: {case.turns[-1]}")
    for folder in FOLDERS
    for case in read_questions(folder / "questions.jsonl")
]


@pytest.fixture(scope="module")
def library_of(seed_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Library]:
    """The library of a folder of questions/; each is built once."""
    libraries = {"seeds": seed_library}

    def build(name: str) -> Library:
        if name not in libraries:
            libraries[name] = Library(tmp_path_factory.mktemp(name) / "library")
            libraries[name].add([Path(__file__).with_name("questions") / name / "articles"])
        return libraries[name]

    return build


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_question_is_answered_as_expected(library_of: Callable[[str], Library], name: str, case: EvalCase) -> None:
    (judged,) = evaluate([case], library_of(name)).judged
    answer = judged.answer
    quotes = [(quote.text, [quote.article.text[a:b] for a, b in quote.highlights]) for quote in answer.quotes]
    assert judged.right, f"found: {answer.found}, confidence {answer.confidence:.2f}, quotes and their marks: {quotes}"
    assert judged.passage is not None or not case.answers, "no passage with the answer is among the first five"
    assert all(quote.text == quote.article.text[quote.start : quote.end] for quote in answer.quotes)


def test_near_duplicates_do_not_hide_an_article_that_differs(tmp_path: Path) -> None:
    """`quoth eval` does not judge marks where articles differ."""
    agency = (
        "The tunnel under the pass will open on 4 June, the ministry said on Monday. "
        "It is nine kilometres long and cost 800 million."
    )
    endings = ("(agency)", "Read by many.", "From our wire.", "Printed in the evening.")
    builder = "The tunnel under the pass will not open before 9 August, its builder said."
    for number, text in enumerate([*(f"{agency} {ending}" for ending in endings), builder]):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    library = Library(tmp_path / "library")
    library.add(tmp_path.glob("*.txt"))
    (disagreement,) = ask("When will the tunnel under the pass open?", library=library).disagreements
    marks = [{quote.article.text[a:b] for a, b in quote.highlights} for quote in disagreement.quotes]
    assert marks == [{"4 June"}, {"9 August"}]
