"""Subtitles are read as sentences, each with its time; who speaks is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from tests.made import write

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>The harbour was closed</i>
in the winter of 1921,

2
00:00:03,600 --> 00:00:06,000
{\\an8}because the ice had broken the pier.

3
00:00:07,000 --> 00:00:08,000
[applause]

4
01:00:09,000 --> 01:00:12,000
- Who paid for it?
- The county did.
"""
VTT = """WEBVTT
Language: en

NOTE The text below is not shown.

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.000 align:start
<v Mara Lind>The bolts were never<00:00:02.000><c> meant</c> for this &amp; that.

00:03.000 --> 00:05.000
<v Mara Lind>The deck will fall.</v>

00:05.500 --> 00:07.000
<v Otto Brand>We shall pay

00:07.000 --> 00:09.000
We shall pay
for the repair.
"""


def read_one(name: str, text: str) -> ParsedArticle:
    (article,) = read(name, text.encode())
    assert isinstance(article, ParsedArticle)
    return article


def times(article: ParsedArticle) -> list[tuple[str, str]]:
    return [(page.label, article.text[slice(*page.spans[0])]) for page in article.pages]


def test_cues_are_joined_to_sentences_and_keep_their_times() -> None:
    article = read_one("town-talk.srt", SRT.replace("\n", "\r\n"))
    assert article.title == "town talk"
    assert article.text.split("\n\n") == [
        "The harbour was closed in the winter of 1921, because the ice had broken the pier.", "[applause]",
        "- Who paid for it?", "- The county did.",
    ]  # fmt: skip
    assert times(article)[:2] == [
        ("00:00:01", "The harbour was closed in the winter of 1921,"),
        ("00:00:03", "because the ice had broken the pier."),
    ]
    assert times(article)[-1] == ("01:00:09", "- The county did.")
    assert [b.kind for b in article.blocks] == ["prose", "boilerplate", "prose", "prose"]


def test_voices_are_named_tags_are_removed_and_lines_that_roll_up_are_read_once() -> None:
    article = read_one("a.vtt", VTT)
    assert article.language == "en"
    assert article.text == (
        "Mara Lind: The bolts were never meant for this & that. The deck will fall.\n\n"
        "Otto Brand: We shall pay for the repair."
    )
    assert read_one("saved", VTT).text == article.text


def test_a_line_that_grows_word_by_word_is_read_once() -> None:
    grown = ["The pier", "The pier was closed", "The pier was closed in May."]
    text = "\n".join(f"00:00:0{n},000 --> 00:00:0{n + 1},000\n{line}\n" for n, line in enumerate(grown))
    assert read_one("a.srt", text).text == "The pier was closed in May."


def test_a_file_without_cues_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="no subtitles"):
        read_one("a.srt", "The pier was closed in May.")


@pytest.mark.model
def test_the_citation_names_the_time(tmp_path: Path) -> None:
    write(tmp_path, "town-talk.srt", SRT)
    library = Library(tmp_path / "library")
    library.add(tmp_path / "town-talk.srt")
    quote = ask("Why was the harbour closed?", library=library).quotes[0]
    assert quote.citation == "town talk, at 00:00:01"
