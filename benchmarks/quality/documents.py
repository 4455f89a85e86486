"""Ask real documents of many formats and kinds questions in people's own words.

    python -m benchmarks.quality.documents [--misses] [QUESTIONS FOLDER]

All files of FOLDER become one library. QUESTIONS is a file in the format of `quoth eval`, each line with its "kind".
Without them, the files and questions of documents/ are taken; SOURCES.md there says where they come from. Printed are
the figures that `python -m benchmarks.quality` writes down. All are shares from 0 to 1:

    right@1, right@3    the answer is found, and the first quote holds it (one of the three)
    quoted@1, quoted@3  the same, found or not
    found               answerable questions that get an answer
    refused             unanswerable questions that get none
    marked              right first quotes with exactly the words marked that are asked for, where those are known
    headline            answers with words in large type
    headline_right      of these, exactly the words that are asked for, where those are known
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quoth import Library
from quoth.qa.cases import read_questions
from quoth.qa.evaluate import EvalReport, Judged, evaluate, flat
from quoth.ui.page.cards import words_of

FOLDER = Path(__file__).parent / "documents"
QUESTIONS, FILES = FOLDER / "questions.jsonl", FOLDER / "files"


def report_of(questions: Path, folder: Path) -> EvalReport:
    """The judged questions of a file, asked of a library of a folder."""
    with tempfile.TemporaryDirectory() as scratch, Library(Path(scratch) / "library") as library:
        library.add(folder)
        return evaluate(read_questions(questions), library)


def kinds_of(questions: Path) -> list[str]:
    """The kind of each question."""
    return [json.loads(line)["kind"] for line in questions.read_text("utf-8").split("\n") if line.strip()]


def figures_of(report: EvalReport, kinds: Sequence[str]) -> dict[str, Any]:
    """The figures, and for each kind the number of questions and the share of them that is right."""
    answerable = [j for j in report.judged if j.known.answerable]
    answered = [j for j in report.judged if j.answer.found and j.answer.quotes]
    headlines = [
        (words, j) for j in answered if j.answer.has_headline and (words := words_of(j.answer.quotes[0]))
    ]  # fmt: skip
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for kind, j in zip(kinds, report.judged, strict=True):
        by_kind[kind].append(is_right(j))
    found = report.figures()
    return {
        "answerable": len(answerable), "unanswerable": len(report.judged) - len(answerable),
        "right@1": found["quote@1"], "right@3": found["quote@3"],
        "quoted@1": _share([j.quote == 1 for j in answerable]),
        "quoted@3": _share([j.quote is not None for j in answerable]),
        "found": found["found"], "refused": found["refused"], "marked": found["marked"],
        "headline": len(headlines) / max(len(answered), 1),
        "headline_right": _share(
            [flat(words) in map(flat, j.known.marked) for words, j in headlines if j.known.marked]
        ),
        "kinds": {kind: [len(right), _share(right)] for kind, right in sorted(by_kind.items())},
    }  # fmt: skip


def is_right(j: Judged) -> bool:
    """Whether the first quote answers, or the question is refused if nothing answers it; whatever is marked."""
    return j.answer.found and j.quote == 1 if j.known.answerable else not j.answer.found


def markdown(figures: dict[str, Any]) -> list[str]:
    """Lines of two tables: the figures, and the kinds of questions."""
    shares = {name: value for name, value in figures.items() if isinstance(value, float)}
    return [
        f"| documents: {figures['answerable']} answerable questions, {figures['unanswerable']} others | |",
        "| --- | --- |", *(f"| {name} | {value:.3f} |" for name, value in shares.items()), "",
        "| kind of question about documents | questions | right@1 or refused |", "| --- | --- | --- |",
        *(f"| {kind.replace('_', ' ')} | {count} | {right:.3f} |" for kind, (count, right) in figures["kinds"].items()),
        "",
    ]  # fmt: skip


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(len(values), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="?", default=QUESTIONS)
    parser.add_argument("folder", type=Path, nargs="?", default=FILES)
    parser.add_argument("--misses", action="store_true", help="print the questions whose answers are wrong")
    args = parser.parse_args()
    report, kinds = report_of(args.questions, args.folder), kinds_of(args.questions)
    for kind, j in zip(kinds, report.judged, strict=True):
        if args.misses and not is_right(j):
            quote = j.answer.quotes[0] if j.answer.quotes else None
            print(
                f"{kind} | {' > '.join(j.known.turns)} | {j.answer.confidence:.2f} {'' if j.answer.found else 'not '}"
                f"found, quote {j.quote}, passage {j.passage} | {quote.text[:150] if quote else ''!r}"
            )
    print(json.dumps(figures_of(report, kinds), indent=1))


if __name__ == "__main__":
    main()
