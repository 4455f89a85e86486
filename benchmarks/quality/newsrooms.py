"""Ask the newsrooms: libraries of a few articles about one story, which are typical of use and the hardest to search.

    python -m benchmarks.quality.newsrooms [--misses]

Each folder of newsrooms/ holds articles and a file of questions in the format of `quoth eval`. All are invented.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quoth import Library
from quoth.index.embedding.encoder import Encoder, load_encoder
from quoth.qa.cases import EvalCase, read_questions
from quoth.qa.evaluate import EvalReport, evaluate

FOLDER = Path(__file__).parent / "newsrooms"
Newsrooms = dict[str, tuple[Library, list[EvalCase]]]
"""From name to library and questions."""


@contextmanager
def newsrooms(encoder: Encoder | None = None) -> Iterator[Newsrooms]:
    """All newsrooms; their libraries are deleted at the end of the context."""
    encoder = encoder or load_encoder()
    with tempfile.TemporaryDirectory() as scratch:
        found = {}
        for folder in sorted(p for p in FOLDER.iterdir() if p.is_dir()):
            library = Library(Path(scratch) / folder.name, encoder=encoder)
            library.add([folder / "articles"])
            found[folder.name] = library, read_questions(folder / "questions.jsonl")
        yield found


def report_of(stories: Newsrooms) -> EvalReport:
    """The judged questions of all newsrooms."""
    return EvalReport(tuple(j for library, questions in stories.values() for j in evaluate(questions, library).judged))


def figures_of(stories: Newsrooms) -> dict[str, float]:
    """Shares over the questions of all newsrooms."""
    report = report_of(stories)
    found = {name: value for name, value in report.figures().items() if name != "questions" and value is not None}
    return found | {"right": found["right"] / len(report.judged)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="print the questions whose answers are wrong")
    args = parser.parse_args()
    with newsrooms() as stories:
        reports = {name: report_of({name: room}) for name, room in stories.items()}
    for name, report in reports.items():
        print(f"{name}: {report.figures()['right']} of {len(report.judged)} right")
        for j in report.misses() if args.misses else ():
            differs = [[q.article.text[a:b] for a, b in q.highlights] for d in j.answer.disagreements for q in d.quotes]
            quote = j.answer.quotes[0] if j.answer.quotes else None
            marks = [quote.article.text[a:b] for a, b in quote.highlights] if quote else []
            print(
                f"  {j.known.turns[-1]} | {j.answer.confidence:.2f} | {quote.text[:150] if quote else ''!r} | "
                f"{marks} | {differs}"
            )
    print(json.dumps(EvalReport(tuple(j for r in reports.values() for j in r.judged)).figures(), indent=1))


if __name__ == "__main__":
    main()
