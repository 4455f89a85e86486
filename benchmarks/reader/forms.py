"""Other forms of the same questions and texts: keywords, lists, questions to be answered with yes or no, and tables.

People also type keywords, documents also have lists and tables, and the data sets hold few of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from nupunkt import sent_spans
from stopwordsiso import stopwords

from .examples import Example, Source

UNMARKED, KEYWORDS, LISTED = 0.2, 0.06, 0.08
"""Shares of the examples: questions without a question mark; without small words; texts whose sentences are items of a
list."""
_AUXILIARY = re.compile(
    r"^((?:[\w’'-]+\s+){1,7}?)(is|are|was|were|can|could|may|must|will|would|has|have|had|should)\s+(?=[\w])"
)
_CLAUSE = re.compile(r"[,;:—]|\s(?:and|but|which|because|while|although|where)\s")
_WORD = re.compile(r"[\w’'-]+")
_DETERMINERS = frozenset(
    ["the", "a", "an", "all", "some", "most", "each", "every", "its", "his", "her", "their", "our"]
)
_SMALL = frozenset(stopwords("en"))


def varied(example: Example, draw: random.Random) -> Example:
    """The example, perhaps without its question mark, as keywords, or with its sentences as a list."""
    question = example.question
    if draw.random() < KEYWORDS:
        question = " ".join(w for w in _WORD.findall(question) if w.lower() not in _SMALL) or question
    elif draw.random() < UNMARKED:
        question = question.rstrip("?")
    varied = replace(example, question=question)
    return _as_list(varied) if draw.random() < LISTED else varied


def _as_list(example: Example) -> Example:
    """Each sentence of the text as an item."""
    text, answer, at = "", example.answer, 0
    for start, end in sent_spans(example.text):
        sentence = example.text[start:end].rstrip()
        if not sentence:
            continue
        if example.answer and start <= example.answer[0] < end:
            if example.answer[1] > start + len(sentence):
                return example
            answer = (len(text) + 2 + example.answer[0] - start, len(text) + 2 + example.answer[1] - start)
        text += f"- {sentence}\n"
        at += 1
    return replace(example, text=text.rstrip("\n"), answer=answer) if at > 1 else example


def yes_or_no(texts: Sequence[Source]) -> list[Source]:
    """Questions to be answered with yes or no, made of sentences by moving their auxiliary verb to the front.

    The answer is the sentence's words from that verb on.
    """
    found = []
    for text in {s.text: s for s in texts}.values():
        for start, end in sent_spans(text.text):
            sentence = text.text[start:end].rstrip()
            match = _AUXILIARY.match(sentence)
            if not match or not _may_be_subject(match.group(1)) or len(sentence) > 300:
                continue
            stop = _CLAUSE.search(sentence, match.end())
            clause = sentence[match.end() : stop.start() if stop else len(sentence)].rstrip(" .!?")
            words = clause.split()
            if not 2 <= len(words) <= 12:
                continue
            denial = 1 if words[0] == "not" else 0
            subject = match.group(1).strip()
            subject = subject if subject[:1].isupper() and subject in text.text[start + 1 :] else _lowered(subject)
            question = f"{match.group(2).capitalize()} {subject} {' '.join(words[denial:])}?"
            answer = (start + match.start(2), start + match.end() + len(clause))
            found.append(replace(text, question=question, answer=answer, near=answer, group="yesno"))
    return found


def _may_be_subject(words: str) -> bool:
    first = words.split()[0].lower()
    return first in _DETERMINERS or first not in _SMALL


def _lowered(subject: str) -> str:
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first.lower() in _DETERMINERS else subject


COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Price": ("${n}", ("How much does {row} cost?", "What is the price of {row}?", "What do you pay for {row}?")),
    "Fee": ("£{n}", ("What does it cost to use {row}?", "How much is {row}?")),
    "Cost": ("$ {n},{d}00", ("What would {row} cost?", "How expensive is {row}?")),
    "Year": ("{year}", ("In what year was {row} started?", "When did {row} begin?", "From what year is {row}?")),
    "Founded": ("{year}", ("When was {row} founded?", "How old is {row}?")),
    "Capacity": ("{n}", ("How many people fit into {row}?", "What is the capacity of {row}?")),
    "Visitors": ("{n},{d}00", ("How many people visited {row}?", "How many visitors had {row}?")),
    "Share": ("{d}.{e} %", ("What share does {row} have?", "What percentage is {row}?")),
    "Score": ("{d}.{e}", ("What did {row} score?", "How well did {row} do?", "What is the score of {row}?")),
    "Accuracy": ("{n}.{e}", ("How accurate is {row}?", "What accuracy does {row} reach?")),
    "Weight": ("{n} kg", ("How heavy is {row}?", "What does {row} weigh?")),
    "Length (m)": ("{n}", ("How long is {row}?", "What is the length of {row}?")),
    "Height": ("{n} m", ("How tall is {row}?", "How high is {row}?")),
    "Current": ("{d}.{e} A", ("How much current does {row} need?", "How many amperes does {row} draw?")),
    "Voltage": ("{n} V", ("What voltage does {row} need?", "On how many volts does {row} run?")),
    "Employees": ("{n}", ("How many people work at {row}?", "How many employees does {row} have?")),
    "Opens": ("{d}:{m}", ("When does {row} open?", "At what time does {row} open?")),
    "Closes": ("1{d}:{m}", ("When does {row} close?", "Until when is {row} open?")),
    "Duration": ("{d} months", ("How long does {row} take?", "How long is {row}?")),
    "Deadline": ("{d} May", ("When is {row} due?", "What is the deadline of {row}?")),
    "Head": ("{name}", ("Who leads {row}?", "Who is in charge of {row}?", "Who is the head of {row}?")),
    "Contact": ("{name}", ("Who can I ask about {row}?", "Whom do I contact about {row}?")),
    "Place": ("{name}", ("Where is {row}?", "Where does {row} take place?")),
    "Status": ("{word}", ("What is the status of {row}?", "How does it stand with {row}?")),
    "Purpose": ("{word} {other}", ("What is {row} for?", "What is the purpose of {row}?")),
}
"""Columns of made-up tables: what is in their cells, and how one asks for it."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_PLAIN = re.compile(r"\b[a-z]{5,9}\b")


def tables(texts: Sequence[Source], count: int, draw: random.Random) -> list[Example]:
    """Made-up tables, with questions about a cell; a third of the questions name a row that the table does not have, or
    ask for a column that it does not have."""
    names = sorted({m for s in texts for m in _NAME.findall(s.text)})
    words = sorted({m for s in texts for m in _PLAIN.findall(s.text)})
    return [_table(names, words, draw) for _ in range(count)]


def _table(names: Sequence[str], words: Sequence[str], draw: random.Random) -> Example:
    columns = draw.sample(sorted(COLUMNS), draw.randint(2, 5))
    rows = draw.sample(names, draw.randint(3, 9))

    def filled(column: str) -> str:
        return COLUMNS[column][0].format(
            n=draw.randint(2, 990), d=draw.randint(1, 9), e=draw.randint(0, 9), m=draw.choice(("00", "15", "30", "45")),
            year=draw.randint(1820, 2026), name=draw.choice(names), word=draw.choice(words),
            other=draw.choice(words),
        )  # fmt: skip

    header = ["Name", *columns]
    cells = [[row, *map(filled, columns)] for row in rows]
    row, column = draw.randrange(len(rows)), draw.randrange(len(columns))
    kind = draw.random()
    asked_row = draw.choice(names) if kind < 0.2 else rows[row]
    asked = draw.choice(sorted(COLUMNS.keys() - set(columns))) if kind > 0.85 else columns[column]
    present = asked_row in rows and asked in columns
    question = draw.choice(COLUMNS[asked][1]).format(row=asked_row)
    lines, at, answer = [], 0, None
    for line in cells:
        if present and line[0] == asked_row:
            place = columns.index(asked) + 1
            before = at + len(" | ".join([*line[:place], ""]))
            answer = before, before + len(line[place])
        lines.append(" | ".join(line))
        at += len(lines[-1]) + 1
    top, group = " | ".join(header), "table" if answer else "other-table"
    if draw.random() < 0.6:  # the header stands above the passage, as in the later passages of a long table
        return Example(question, top, "\n".join(lines), answer, group)
    rule = " | ".join(["---"] * len(header))
    moved = (answer[0] + len(top) + len(rule) + 2, answer[1] + len(top) + len(rule) + 2) if answer else None
    return Example(question, "", "\n".join([top, rule, *lines]), moved, group)
