"""A failure inside one file stays with that file: the others are added, and the library stays intact."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quoth import Library, ask
from quoth.index.check import check
from quoth.index.reading.document import Block, GlyphRun, OcrWord, Page, ParsedArticle, Refused
from quoth.index.reading.sanitise import sanitised
from quoth.index.records import Encoded
from quoth.index.sync import sandbox
from quoth.index.sync.wire import Content, answer_in, packed
from tests.made import write
from tests.words import WordEncoder

pytestmark = pytest.mark.every_store

GOOD = "The ferry leaves the northern quay at nine every morning."
FACE = "\U0001f600"


def folder_with(tmp_path: Path, **files: bytes | str) -> Path:
    """Return a folder with good.txt and other files; the name ``a__rtf`` means a.rtf."""
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "good.txt", GOOD)
    for name, data in files.items():
        write(folder, name.replace("__", "."), data)
    return folder


def answers(library: Library) -> bool:
    return ask("When does the ferry leave?", library=library).quotes[0].text == GOOD


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rtf", r"{\rtf1\ansi The crew waved \u-10179?\u-8704? at everybody on the pier.}"),
        ("a.rtf", r"{\rtf1\ansi The crew waved \u-10179? at everybody on the pier.}"),
        ("a.md", '---\ntitle: "\\uD83D"\nauthor: "x\\uDE00"\n---\n\nThe crew waved at everybody on the pier.\n'),
        ("a.csv", "id,text\n1,The crew waved at everybody on the pier.\n"),
        (
            "a.html",
            '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "\\ud83d crew", '
            '"author": {"name": "\\ude00"}}</script></head><body><article><p>The crew waved at everybody on the pier, '
            "and everybody on the pier waved back at the crew as long as the ship was in sight.</p></article></body>",
        ),
        ("a.jsonl", '{"id": "\\ud83d", "title": "\\ude00", "text": "The crew waved \\ud83d\\ude00 at it \\ud83d."}'),
    ],
)  # fmt: skip
def test_half_a_surrogate_pair_breaks_nothing(tmp_path: Path, library: Library, name: str, data: str) -> None:
    folder = folder_with(tmp_path)
    write(folder, name, data)
    write(folder, f"{name}.yaml", 'title: "\\uD83D quay"')
    changes = library.add(folder)
    assert len(changes.added) == 2, changes.rejected
    assert answers(library)
    for article in library.articles():
        f"{article.text}{article.title}{article.author}{article.source}".encode()  # raises if a half is left
    assert check(library._where, encoder=WordEncoder()) == ()


def test_a_pair_of_surrogates_becomes_its_character_and_offsets_follow() -> None:
    pair, half = "\ud83d\ude00", "\ud83d"
    text = f"Hello {pair} you. {half} Bye {pair}."
    heading, prose = text.index("."), len(text)
    article = ParsedArticle(
        text, (Block("heading", 0, heading), Block("prose", heading + 2, prose)), title=pair,
        pages=(Page("1", ((0, heading), (heading + 2, prose))),), runs=(GlyphRun(heading + 2, prose, 0, 0),),
    )  # fmt: skip
    clean = sanitised(article)
    assert isinstance(clean, ParsedArticle)
    assert clean.text == f"Hello {FACE} you. \ufffd Bye {FACE}."
    assert clean.title == FACE
    assert [clean.text[b.start : b.end] for b in clean.blocks] == [f"Hello {FACE} you", f"\ufffd Bye {FACE}."]
    assert [clean.text[a:b] for a, b in clean.pages[0].spans] == [f"Hello {FACE} you", f"\ufffd Bye {FACE}."]
    assert (clean.runs[0].start, clean.runs[0].end) == (clean.blocks[1].start, len(clean.text))
    assert sanitised(Refused(half, pair)) == Refused("\ufffd", FACE)


def test_an_article_arrives_from_the_other_process_as_it_was_sent() -> None:
    article = ParsedArticle(
        "a b", (Block("heading", 0, 1, 2), Block("prose", 2, 3)), "T", None, None, "en", None, "n",
        (Page("iv", ((0, 1), (2, 3)), True),), (GlyphRun(0, 1, 0, 5),), (OcrWord(0, 0, 1, 0.1, 0.2, 0.3, 0.4),),
    )  # fmt: skip
    for content in (article, Refused("a", "b")):
        assert answer_in(packed(Content(content))) == Content(content)


class Fails(WordEncoder):
    """Fails to embed a text with the word "poison", or returns a vector that cannot be stored for it."""

    def __init__(self, when: str) -> None:
        super().__init__()
        self.when = when

    def word_pieces(self, text: str) -> np.ndarray:
        if self.when == "tokenising" and "poison" in text:
            raise TypeError("TextInputSequence must be str")
        return super().word_pieces(text)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        if self.when == "embedding" and any("poison" in text for text in texts):
            raise RuntimeError("no vector")
        encoded = super().encode(texts)
        if self.when != "storing":
            return encoded
        bad = np.array(["x"] * self.dimensions)
        return [replace(e, vector=bad) if "poison" in t else e for e, t in zip(encoded, texts, strict=True)]


@pytest.mark.parametrize("when", ["tokenising", "embedding", "storing"])
def test_an_article_that_fails_at_any_stage_is_rejected_alone(tmp_path: Path, when: str) -> None:
    folder = folder_with(
        tmp_path, bad__txt="This sentence holds poison.", b__csv="id,text\n1,The crew rests.\n2,The poison stays."
    )
    encoder = Fails(when)
    library = Library(tmp_path / "library", encoder=encoder)
    changes = library.add(folder)
    assert {Path(a).name for a in changes.added} == {"good.txt", "b.csv#1"}
    assert {Path(r.source).name for r in changes.rejected} == {"bad.txt", "b.csv#2"}
    assert all(r.reason for r in changes.rejected)
    assert answers(library)
    encoder.when = ""
    assert {Path(a).name for a in library.add(folder).added} == {"bad.txt"}
    assert check(library._where, encoder=encoder) == ()


def test_an_encoder_that_embeds_nothing_is_no_fault_of_the_files(tmp_path: Path) -> None:
    class Broken(WordEncoder):
        def encode(self, texts: Sequence[str]) -> list[Encoded]:
            raise RuntimeError("the driver is gone")

    library = Library(tmp_path / "library", encoder=Broken())
    with pytest.raises(RuntimeError, match="the driver is gone"):
        library.add(folder_with(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["pipe.md", "feed.xml", "good.txt.yaml", ".quothignore", "pipe.pdf"])
def test_a_named_pipe_is_refused_at_once(tmp_path: Path, library: Library, name: str) -> None:
    folder = folder_with(tmp_path)
    os.mkfifo(folder / name)
    changes = library.add(folder)
    assert len(changes.rejected) == 1
    assert "it is a pipe, a socket or a device" in changes.rejected[0].reason
    if name in ("pipe.md", "feed.xml", "pipe.pdf"):
        assert answers(library)
        assert library.add(folder / name).rejected


def test_long_text_is_read_in_the_other_process(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_with(tmp_path, long__md=f"{GOOD}\n\n" * 2_000)
    monkeypatch.setattr(sandbox, "_SECONDS", 0.001)  # less than that process needs to start
    changes = library.add(folder)
    assert [Path(a).name for a in changes.added] == ["good.txt"]
    assert "takes more than" in changes.rejected[0].reason


def test_a_deeper_ignore_file_overrides_those_above_it(tmp_path: Path, library: Library) -> None:
    folder = folder_with(tmp_path)
    for place in ("a", "a/b", "shut"):
        (folder / place).mkdir()
        for name in ("keep.txt", "drop.txt"):
            write(folder / place, name, f"The quay of {place} has a {name[:4]}.")
    write(folder, ".quothignore", "keep.txt\ndrop.txt\nshut/\n")
    write(folder / "a", ".quothignore", "!keep.txt\n")
    write(folder / "shut", ".quothignore", "!keep.txt\n")
    changes = library.add(folder)
    assert {os.path.relpath(a, folder) for a in changes.added} == {
        "good.txt", os.path.join("a", "keep.txt"), os.path.join("a", "b", "keep.txt")
    }  # fmt: skip
    write(folder / "a" / "b", ".quothignore", "keep.txt\n!drop.txt\n")
    changes = library.rebuild(folder)
    assert {os.path.relpath(a, folder) for a in changes.added} == {os.path.join("a", "b", "drop.txt")}
    assert {os.path.relpath(a, folder) for a in changes.removed} == {os.path.join("a", "b", "keep.txt")}


def test_the_last_line_that_fits_a_folder_decides_whether_it_is_searched(tmp_path: Path, library: Library) -> None:
    folder = folder_with(tmp_path)
    for place in ("a", "a/b", "a/c"):
        (folder / place).mkdir()
        write(folder / place, "keep.txt", f"The quay of {place} is long.")
    write(folder, ".quothignore", "a/**\n!a/b/\n")
    write(folder / "a" / "b", ".quothignore", "!keep.txt\n")
    changes = library.add(folder)
    assert {os.path.relpath(a, folder) for a in changes.added} == {"good.txt", os.path.join("a", "b", "keep.txt")}


def test_an_ignore_file_with_a_pattern_that_means_nothing_leaves_out_its_folder(
    tmp_path: Path, library: Library
) -> None:
    folder = folder_with(tmp_path)
    (folder / "a").mkdir()
    write(folder / "a", "x.txt", "The quay is long.")
    write(folder / "a", ".quothignore", "!\n")
    changes = library.add(folder)
    assert answers(library)
    assert len(changes.added) + len(changes.rejected) == 2


def test_an_article_that_the_database_cannot_hold_is_rejected_alone(library: Library, tmp_path: Path) -> None:
    letters = "".join(random.Random(0).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9_000))
    (tmp_path / "lamps.csv").write_text(f"id,text\n{letters},The lamp is red.\nwest,It is green.\n", "utf-8")
    changes = library.add(tmp_path / "lamps.csv")
    assert "It is green." in {article.text for article in library.articles()}
    assert len(library.catalogue()) + len(changes.rejected) == 2
