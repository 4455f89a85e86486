"""Who speaks: direct speech in prose, turns of a conversation, and how a citation names the speaker."""

from __future__ import annotations

import datetime as dt

import pytest

from quoth.index.records import Article, Passage
from quoth.index.text.speakers import speaker_before, speakers
from quoth.qa.records import Quote
from quoth.ui.citations import cited


def spoken(text: str) -> list[tuple[str | None, str]]:
    return [(text[slice(*s.name)] if s.name else None, text[slice(*s.span)].strip('"“”„«» ')) for s in speakers(text)]


PIER = (
    'Mara Lind, an engineer, said: "The pier is old. It will not last.\n\n"The deck may fall soon," she added.\n\n'
    '"We shall pay for it ourselves," said Otto Brand. His deputy, Jana Krol, does not agree. '
    '"The town cannot afford it," she told the council. "Nobody asked us," Brand replied.\n'
)


def test_speech_that_continues_in_the_next_paragraph_keeps_its_speaker() -> None:
    assert spoken(PIER) == [
        ("Mara Lind", "The pier is old. It will not last."), ("Mara Lind", "The deck may fall soon,"),
        ("Otto Brand", "We shall pay for it ourselves,"), ("Jana Krol", "The town cannot afford it,"),
        ("Otto Brand", "Nobody asked us,"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('According to Ann Roe, "the boat was never painted".', ["Ann Roe"]),
        ('"It was red then," said the mayor, Ann Roe. "It went very fast."', ["Ann Roe", "Ann Roe"]),
        ('"It was red then," the captain told Ann Roe.', [None]),
        ('"It was red then," said a friend of Ann Roe.', [None]),
        ('Ann Roe met Ida Lund. "It was red then," she said.', [None]),
        ('Ann Roe said the county told the mayor: "It was red then."', [None]),
        (
            '"It was red then," said Ann Roe.\n\nIda Lund came.\n\n"It went very fast," she said.',
            ["Ann Roe", None],
        ),
        ("„Es war damals rot“, sagte Ann Roe.", ["Ann Roe"]),
        ("« Il était rouge », a déclaré Ann Roe.", ["Ann Roe"]),
        ('The "old red boat" is 30" long.', [None]),
    ],
)
def test_speech_has_a_speaker_only_if_the_text_leaves_no_doubt(text: str, names: list[str | None]) -> None:
    assert [name for name, _ in spoken(text)] == names


TALK = (
    "The Lamp met Otto Brand and Mara Lind.\n\nOtto Brand: The pier has stood for long.\n\n"
    "It will stand for longer.\n\n"
    "Mara Lind: It will not. The bolts are old.\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TALK, [("Otto Brand", "The pier has stood for long.\n\nIt will stand for longer."),
                ("Mara Lind", "It will not. The bolts are old.")]),
        ("**Ann Roe:** It is cold here.\n\n**Bo Ito:** [01:46] Is it?\n\n**Ann Roe:** It is.\n\n# Notes\n\nNo more.",
         [("Ann Roe", "It is cold here."), ("Bo Ito", "Is it?"), ("Ann Roe", "It is.")]),
        ("MR. HOLM.  It is late. MR. BLACK.  Is it?\nMR. HOLM.  It is.\nMR. BLACK.  Then we go.\n",
         [("MR. HOLM", "It is late."), ("MR. BLACK", "Is it?"), ("MR. HOLM", "It is."), ("MR. BLACK", "Then we go.")]),
        ("Q: How deep is it?\nA: It is very deep.\n\nQ: And cold?\nA: Yes, very cold.\n",
         [(None, "How deep is it?"), (None, "It is very deep."), (None, "And cold?"), (None, "Yes, very cold.")]),
        ("Depth: 11 metres\nBerths: 42\n\nNote: The harbour is shut.\nWarning: It is cold there.\n", []),
        ("**Freeboard:** The height of the deck.\n\n**Chart Datum:** The level of the chart.\n", []),
        ("ANN ROE: It is cold here.\n\nYet Norway — Norway can wait.\n\nBO ITO: Can it?\n\n"
         "ANN ROE: It can, and Norway is rich.",
         [("ANN ROE", "It is cold here.\n\nYet Norway — Norway can wait."), ("BO ITO", "Can it?"),
          ("ANN ROE", "It can, and Norway is rich.")]),
        ("Depth: 11 m\nWidth: 4 m\n\nDepth: 12 m\nWidth: 5 m\n\nDepth: 13 m\nWidth: 6 m\n", []),
    ],
)  # fmt: skip
def test_turns_keep_their_speaker_until_the_next(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert spoken(text) == expected


def test_the_model_reads_the_speaker_of_a_later_paragraph() -> None:
    assert speaker_before(TALK, TALK.index("It will stand")) == "Otto Brand"
    assert speaker_before(TALK, 0) is None


def test_the_citation_names_the_speaker() -> None:
    article = Article(1, "talk.txt", "A talk", "Ida Lund", dt.date(2024, 5, 3), "", TALK)

    def quote(words: str, marked: str = "") -> Quote:
        start = TALK.index(words)
        marks = ((TALK.index(marked), TALK.index(marked) + len(marked)),) if marked else ()
        passage = Passage(1, 1, 0, len(TALK), TALK)
        return Quote(words, start, start + len(words), article, passage, 0.0, marks)

    later = quote("It will stand for longer.")
    assert later.speaker == "Otto Brand"
    assert later.citation == "Otto Brand, in A talk · Ida Lund · 3 May 2024, paragraph 3"
    assert cited(later) == later.citation
    assert later.to_dict()["speaker"] == "Otto Brand"
    assert quote("The Lamp met Otto Brand and Mara Lind.").speaker is None
    both = quote("It will stand for longer.\n\nMara Lind: It will not.", "It will not")
    assert both.speaker is None
