"""Which words of a text are marked as a number, a sum or a date, with marks of notes, exponents and blanks in it."""

from __future__ import annotations

import pytest

from quoth.qa.answer.highlight import mark
from quoth.qa.extract.mentions import mentions
from quoth.qa.question.answer_types import AnswerType


@pytest.mark.parametrize(
    ("answer_type", "text", "marked"),
    [
        (AnswerType.NUMBER, "It fed 1,250³ people.", ["1,250"]),
        (AnswerType.NUMBER, "It held 4 × 10⁶ fish.", ["4 × 10⁶"]),
        (AnswerType.NUMBER, "The yard covered 900 m².", ["900 m²"]),
        (AnswerType.NUMBER, "The tank holds 7 m³ or 12 km2.", ["7 m³", "12 km2"]),
        (AnswerType.NUMBER, "It covers 1\u202f240 hectares.", ["1\u202f240 hectares"]),
        (AnswerType.NUMBER, "It covers 1\u2009240 hectares.", ["1\u2009240 hectares"]),
        (AnswerType.LENGTH, "It is 1\u00a0240 m long.", ["1\u00a0240 m"]),
        (AnswerType.MONEY, "He paid 320⁵ crowns and 12 francs².", ["320⁵ crowns", "12 francs"]),
        (AnswerType.DATE, "It burned down in 1911⁴, and on 3 May 1912⁵.", ["1911", "3 May 1912"]),
        (AnswerType.DATE, "Seit dem 3. Oktober 1990 und 1911.", ["3. Oktober 1990", "1911"]),
        (AnswerType.DATE, "Desde el 3 de mayo de 2024.", ["3 de mayo de 2024"]),
        (AnswerType.DATE, "They sold 12 boats 1911 times.", ["1911"]),
        (AnswerType.NAME, "The mayor was Ada Quill².", ["Ada Quill"]),
        (AnswerType.NUMBER, "Half a million men came in 10 to 12 trains.", ["Half a million men", "10 to 12 trains"]),
        (AnswerType.NUMBER, "It won 3-1.", ["3", "1"]),
        (AnswerType.NUMBER, "It has 5 sq mi, or 13 km².", ["5 sq mi", "13 km²"]),
        (AnswerType.NUMBER, "Several hundred people came.", ["Several hundred people"]),
        (AnswerType.SHARE, "It rose from 10 to 12 percent.", ["12 percent"]),
        (AnswerType.SHARE, "It is 10 to 12 percent.", ["10 to 12 percent"]),
        (AnswerType.MONEY, "It cost between $5 and $6 million.", ["between $5 and $6 million"]),
        (AnswerType.MONEY, "It cost NZ$7 or CA$6.", ["NZ$7", "CA$6"]),
        (AnswerType.MONEY, "Sie kostete 3,5 Millionen Euro.", ["3,5 Millionen Euro"]),
        (AnswerType.DURATION, "It took 2 hours 15 minutes, not a year and a half.",
         ["2 hours 15 minutes", "a year and a half"]),
        (AnswerType.DURATION, "In the 1990s, on the third day, 3 h 20 min.", ["3 h 20 min"]),
        (AnswerType.NAME, "So She and I’m told: He is Ada Quill.", ["Ada Quill"]),
        (AnswerType.DATE, "The fair is on 3–5 March 2020.", ["3–5 March 2020"]),
    ],
)  # fmt: skip
def test_marks_hold_exponents_and_units_and_no_marks_of_notes(
    answer_type: AnswerType, text: str, marked: list[str]
) -> None:
    assert [text[a:b] for a, b in mentions(answer_type, text)] == marked


@pytest.mark.parametrize(("answer", "marked"), [("320⁵ crowns", "320"), ("4 × 10⁶ fish", "4 × 10⁶ fish"), ("x²", "x²")])
def test_a_mark_ends_before_the_note_of_its_number(answer: str, marked: str) -> None:
    start, end = mark(f"They paid {answer}.", (10, 10 + len(answer)))
    assert f"They paid {answer}."[start:end] == marked
