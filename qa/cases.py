"""Files of questions with known answers, for evaluation.

Each line of a file is one JSON object:

    {"question": "When was the truce reached?", "answers": ["reached on May 12, 2025"]}
                                                                            the first quote must contain one of them
    {"question": ["Who met?", "And when?"], "answers": ["October 30"]}      the last question of a conversation counts
    {"question": "What is in the box?", "whole": ["a cable", "a manual"]}   the quotes must contain all of them
    {"question": "Who won the world cup?", "answers": []}                   must be refused
    {"question": "What share?", "differs": ["90%", "92%"]}                  articles must be shown to disagree
    {"question": "When was it signed?", "not": ["It was signed off."]}      the first quote must contain none of them

A line with "answers" or "whole" may also have "marked", words of which one must be marked exactly, "file", if only its
quotes count, and "differs": false if no articles may be shown to disagree. Every line may have "not". Texts are
compared with white space normalised.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from quoth.index.errors import BadQuestions
from quoth.index.records import Record


@dataclass(frozen=True, slots=True)
class EvalCase(Record):
    """A question and what is known of its answer."""

    turns: tuple[str, ...]
    """The questions of a conversation; the last one is judged."""
    answers: tuple[str, ...]
    """Texts of which the first quote must contain one."""
    whole: tuple[str, ...] = ()
    """Texts that the quotes must contain together."""
    marked: tuple[str, ...] = ()
    """Texts of which one must be marked exactly."""
    differs: tuple[str, ...] = ()
    """Texts that the disagreements must contain together."""
    agrees: bool = False
    """Whether no articles disagree on it."""
    wrong: tuple[str, ...] = ()
    """Texts that do not answer it. If nothing else is known, other words may answer it, or it may be refused."""
    file: str = ""
    """End of the path of the file whose quotes and passages count; empty if every file's do."""

    @property
    def answerable(self) -> bool:
        return bool(self.answers or self.whole or self.differs)

    @property
    def absent(self) -> bool:
        """Whether the articles are known to hold no answer."""
        return not self.answerable and not self.wrong


def read_questions(file: Path) -> list[EvalCase]:
    """Read a file of questions.

    :raises BadQuestions: the file cannot be read, has no question, or has a line in another format.
    """
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestions(f"{file} cannot be read: {error}") from error
    cases = [_case(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise BadQuestions(f"{file} has no questions. Write one JSON object per line.")
    return cases


def _case(line: str, where: str) -> EvalCase:
    try:
        row = json.loads(line)
        question, differs, file = row["question"], row.get("differs", []), row.get("file", "")
        lists = {name: row.get(name, []) for name in ("answers", "whole", "marked")}
        lists |= {"differs": differs or [], "wrong": row.get("not", [])}
        turns = [question] if isinstance(question, str) else question
        texts = [*turns, *(text for texts in lists.values() for text in texts)]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadQuestions(
            f'{where}: not a JSON object with "question" and "answers" ({error!r}). See docs/eval.md.'
        ) from error
    if differs is True or any(isinstance(texts, str) for texts in lists.values()):
        raise BadQuestions(
            f'{where}: "answers", "whole", "marked", "not" and "differs" must be lists, ["like this"]; '
            '"differs" may also be false.'
        )
    if not turns or not all(isinstance(text, str) and text for text in texts):
        raise BadQuestions(f"{where}: questions and answers must be texts that are not empty.")
    if not isinstance(file, str):
        raise BadQuestions(f'{where}: "file" must be the name of one file, as text.')
    return EvalCase(
        tuple(turns), agrees=differs is False, file=file, **{name: tuple(texts) for name, texts in lists.items()}
    )
