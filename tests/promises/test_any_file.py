"""Any file is safe: it is added or refused with a reason, and a good article beside it is added and answers."""

from __future__ import annotations

import io
import mailbox
import random
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest

from quoth import Library, ask
from quoth.index.check import check
from tests import made
from tests.proof import Proof
from tests.words import WordEncoder

GOOD = "The ferry leaves the northern quay at nine every morning."
SUFFIXES = (
    "txt", "md", "html", "xhtml", "mhtml", "pdf", "docx", "odt", "epub", "rtf", "eml", "mbox", "rss", "atom", "xml",
    "csv", "tsv", "jsonl", "xlsx", "ods", "pptx", "odp", "srt", "vtt", "doc", "xls", "ppt",
)  # fmt: skip
ODD = (
    b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\xbd", b"\\ud83d", b"\\u-10179?", b"\xd0\xcf\x11\xe0",
    b"PK\x03\x04", b"%PDF-1.7", b"{\\rtf1", b"<?xml version='1.0'?>", b"<!DOCTYPE a [<!ENTITY a 'aaa'>]>", b"&a;", b"<",
    b"]]>", b"<!--", b"---\n", b"title: \"\\uD83D\"\n", b"a: &a [x]\nb: [*a, *a]\n", b"\x0c" * 40, b"\r\n\r\n",
    b"From \n", b">" * 60, b"[" * 300, b"(" * 300, b"{" * 300, b"<div>" * 300, b'"' * 7, b"|--|--|\n", b" " * 500,
    b"99999999999999999999", b"-1", b"\xcc\x81" * 50, b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"= a\n" * 30, b"\x1b[31m",
)  # fmt: skip
"""Bytes that have a meaning in one of the formats, or none in any."""


@cache
def samples() -> tuple[bytes, ...]:
    """Return a small valid file of every format."""
    words = f"{made.FERRY} {made.QUAY}"
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "Ferry", "Ann <ann@example.org>", "Fri, 3 May 2024 09:00:00 +0200"
    mail.set_content(words)
    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(Path(folder) / "box")
        box.add(mail)
        box.add(mail)
        box.close()
        mbox = (Path(folder) / "box").read_bytes()
    item = f"<item><title>Ferry</title><description>{words}</description><pubDate>3 May 2024</pubDate></item>"
    entry = f"<entry><title>Ferry</title><content>{words}</content></entry>"
    json_ld = '<script type="application/ld+json">{"@type": "Article", "headline": "Ferry"}</script>'
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        f'<c r="A1" t="inlineStr"><is><t>{words}</t></is></c></row></sheetData></worksheet>'
    )
    return (
        words.encode(), words.encode("utf-16"),
        f"---\ntitle: Ferry\n---\n\n# Ferry\n\n{words}\n\n- one\n- two\n".encode(),
        f"<html><head><title>F</title>{json_ld}</head><body><article><p>{words}</p></article></body></html>".encode(),
        f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>{words}"
        "</p>\n--x--\n".encode(),
        made.pdf([[(40, 500, made.FERRY), (40, 480, made.QUAY)]]), made.docx(made.paragraph(words)),
        made.odt(f"<text:p>{words}</text:p>"), made.epub([f"<p>{words}</p>"]),
        rf"{{\rtf1\ansi {words} \u8217? \b bold\b0\par}}".encode(), mail.as_bytes(), mbox,
        f"<rss version='2.0'><channel><title>F</title>{item}{item}</channel></rss>".encode(),
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{entry}</feed>".encode(),
        f"id,title,text\n1,Ferry,{words}\n2,Quay,{words}\n".encode(), b"Year\tShips\n2019\t120\n2020\t135\n",
        f'{{"id": 1, "title": "Ferry", "text": "{words}"}}\n{{"id": 2, "text": "{words}"}}\n'.encode(),
        made.zipped({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": sheet}),
        f"1\n00:00:01,000 --> 00:00:04,000\n{words}\n\n2\n00:00:05,000 --> 00:00:09,000\nBye.\n".encode(),
        f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>{words}\n".encode(),
    )  # fmt: skip


def _noise(data: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 7, 60, 900, 20_000)))


def _spoiled(data: bytes, rng: random.Random) -> bytes:
    """Return a file with a few bytes changed, removed, added or repeated."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 5, 30))):
        at, length = rng.randrange(len(out) + 1), rng.choice((1, 1, 4, 60))
        kind = rng.randrange(4)
        out[at : at + length * (kind != 1)] = (
            rng.randbytes(length) if kind == 0 else rng.choice(ODD) if kind == 1 else b"" if kind == 2
            else out[at : at + length] * 3
        )  # fmt: skip
    return bytes(out)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _spoiled_inside(data: bytes, rng: random.Random) -> bytes:
    """Return a zip archive with one part spoiled, and its checksums right; another file spoiled as a whole."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return _spoiled(data, rng)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        chosen = rng.choice(before.namelist())
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, _spoiled(part, rng) if name == chosen else part)
    return out.getvalue()


def _odd(data: bytes, rng: random.Random) -> bytes:
    return b"".join(rng.choice((*ODD, b"The quay is long. ")) for _ in range(rng.randrange(1, 40)))


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _noise, _spoiled, _spoiled, _spoiled_inside, _spoiled_inside, _cut, _odd,
)  # fmt: skip


@pytest.mark.promise("Any file is safe")
def test_a_good_article_beside_a_file_of_any_bytes_and_suffix(tmp_path: Path, proof: Proof) -> None:
    for number in proof.times(60, 10_000):
        rng = random.Random(number)
        data, suffix = rng.choice(WAYS)(rng.choice(samples()), rng), rng.choice(SUFFIXES)
        side_file = _odd(b"", rng) if rng.random() < 0.1 else b""
        what = f"try {number}: {len(data)} bytes as .{suffix}"
        with tempfile.TemporaryDirectory(dir=tmp_path) as place:
            folder = Path(place) / "articles"
            folder.mkdir()
            made.write(folder, "good.txt", GOOD)
            other = made.write(folder, f"any.{suffix}", data)
            if side_file:
                made.write(folder, f"any.{suffix}.yaml", side_file)
            try:
                with Library(Path(place) / "library", encoder=WordEncoder()) as library:
                    changes = library.add(folder)
                    named = [*changes.added, *(r.source for r in changes.rejected if r.reason), *changes.ignored]
                    proof.holds(any(name.startswith(str(other)) for name in named), f"{what} is not accounted for")
                    quotes = ask("When does the ferry leave the northern quay?", library=library).quotes
                    proof.holds(
                        any(quote.text == GOOD for quote in quotes), f"{what}: the good article does not answer"
                    )
                    if number % 50 == 0:
                        problems = check(library._where, encoder=WordEncoder())
                        proof.holds(not problems, f"{what} damages the library: {problems}")
            except Exception as error:
                proof.holds(False, f"{what}: {type(error).__name__}: {error}")
