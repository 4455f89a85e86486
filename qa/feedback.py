"""What people said of answers, kept beside the library as a file of questions that ``quoth eval`` reads."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quoth.index.errors import LibraryNotWritable

FILE = "feedback.jsonl"
_writing = threading.Lock()


def keep(folder: Path, turns: Sequence[str], *, right: str = "", wrong: str = "") -> Path:
    """Note that a quote answers a question or does not; without either, that the articles hold no answer to it.

    There is one line a question: the last word on it counts.

    :param folder: the library's.
    :param turns: the question, behind those that it leans on.
    :returns: the file.
    :raises LibraryNotWritable: it cannot be written; what was in it stays.
    """
    file = folder / FILE
    question: str | list[str] = turns[0] if len(turns) == 1 else list(turns)
    try:
        with _writing:
            rows = _rows(file)
            row = next((row for row in rows if row.get("question") == question), None)
            if row is None:
                rows.append(row := {"question": question})
            _tell(row, right, wrong)
            part = file.with_name(f"{FILE}.part")
            part.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in rows), "utf-8")
            os.replace(part, file)
    except (OSError, ValueError) as error:
        raise LibraryNotWritable(f"{file} cannot be written: {error}. What you said was not kept.") from error
    return file


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line] if file.exists() else []


def _tell(row: dict[str, Any], right: str, wrong: str) -> None:
    """Add to what is known of a question, and take out what contradicts it."""
    said = bool(right or wrong)
    answers = [words for words in row.pop("answers", []) if said and words not in (right, wrong)]
    others = [words for words in row.pop("not", []) if said and words not in (right, wrong)]
    answers += [right] if right else []
    others += [wrong] if wrong else []
    row |= ({"answers": answers} if answers or not others else {}) | ({"not": others} if others else {})
