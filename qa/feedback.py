"""Users' judgements of answers, kept in the library's folder as a file of questions that ``quoth eval`` reads."""

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


def record_judgement(folder: Path, turns: Sequence[str], *, right: str = "", wrong: str = "") -> Path:
    """Record that a quote answers a question or does not.

    The file has one line per question; later judgements replace earlier ones that contradict them.

    :param folder: the library's folder.
    :param turns: the question, after the previous questions that it refers to.
    :param right: text of a quote that answers the question.
    :param wrong: text of a quote that does not. Without ``right`` and ``wrong``, the articles hold no answer.
    :returns: the file.
    :raises LibraryNotWritable: the file cannot be written; it is unchanged.
    """
    file = folder / FILE
    question: str | list[str] = turns[0] if len(turns) == 1 else list(turns)
    try:
        with _writing:
            rows = _rows(file)
            row = next((row for row in rows if row.get("question") == question), None)
            if row is None:
                rows.append(row := {"question": question})
            _judge(row, right, wrong)
            part = file.with_name(f"{FILE}.part")
            part.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in rows), "utf-8")
            os.replace(part, file)
    except (OSError, ValueError) as error:
        raise LibraryNotWritable(f"{file} cannot be written: {error}. Your judgement was not saved.") from error
    return file


def _rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of the file.

    :raises ValueError: a line is no JSON object.
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(file.read_text("utf-8").split("\n") if file.exists() else (), 1):
        if line:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is not a JSON object; correct or delete it")
            rows.append(row)
    return rows


def _judge(row: dict[str, Any], right: str, wrong: str) -> None:
    """Add a judgement to a question's row, and remove what contradicts it."""
    quoted = bool(right or wrong)
    answers = [words for words in row.pop("answers", []) if quoted and words not in (right, wrong)]
    others = [words for words in row.pop("not", []) if quoted and words not in (right, wrong)]
    answers += [right] if right else []
    others += [wrong] if wrong else []
    row |= ({"answers": answers} if answers or not others else {}) | ({"not": others} if others else {})
