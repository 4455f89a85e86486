"""How well real documents of many formats are read and asked, with questions in people's own words.

    python -m benchmarks.quality.documents QUESTIONS.jsonl FOLDER

All files of FOLDER become one library. QUESTIONS holds one JSON object a line: {"q": a question, or a conversation
whose last question is judged, "answers": accepted strings (empty if no file answers), "file": the file's name}. The
figures are written to documents.json. They are shares from 0 to 1:

    right@1, right@3   the answer is found, and the first quote (one of the first three) comes from the file and
                       contains an accepted string; white space, hyphenation and typographic characters are normalised
    refused            questions that no file answers and that are not answered
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import unicodedata
from pathlib import Path

from quoth import Answer, Library, Quote

RESULTS = Path(__file__).with_name("documents.json")


def flat(text: str) -> str:
    """A text without the differences that a file format causes."""
    plain = unicodedata.normalize("NFKC", text).replace("‑", "-").replace("’", "'").replace("\xad", "").replace("*", "")
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)-\s*\n\s*(?=[a-z])", "", plain)).casefold()


def holds(quote: Quote, file: str, answers: list[str]) -> bool:
    """Whether a quote comes from a file and contains one of the answers."""
    source = quote.article.source.split("#")[0]
    return source.endswith(file) and any(flat(answer) in flat(quote.text) for answer in answers)


def asked(library: Library, question: str | list[str]) -> Answer:
    """The answer to a question, or to the last of a conversation."""
    history: list[Answer] = []
    for turn in [question] if isinstance(question, str) else question:
        history.append(library.ask(turn, history=history))
    return history[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.questions.read_text("utf-8").splitlines()]
    first, three, refused = [], [], []
    with tempfile.TemporaryDirectory() as scratch, Library(Path(scratch) / "library") as library:
        changes = library.add(given.folder)
        for row in rows:
            answer = asked(library, row["q"])
            if not row["answers"]:
                refused.append(not answer.found)
                continue
            ranks = [i for i, quote in enumerate(answer.quotes[:3]) if holds(quote, row["file"], row["answers"])]
            first.append(answer.found and ranks[:1] == [0])
            three.append(answer.found and bool(ranks))
        figures = {
            "files": sum(path.is_file() for path in given.folder.rglob("*")), "rejected": len(changes.rejected),
            "ignored": len(changes.ignored), "answerable": len(first), "unanswerable": len(refused),
            "right@1": round(sum(first) / len(first), 3), "right@3": round(sum(three) / len(three), 3),
            "refused": round(sum(refused) / len(refused), 3),
        }  # fmt: skip
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
