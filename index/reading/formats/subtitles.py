"""Reading of subtitles (SRT, WebVTT): the cues joined to sentences, with the time of each as its page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import BlockKind, Metadata, Page, ParsedArticle
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article

_TIMING = re.compile(
    r"^[^\S\n]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[^\S\n]*-->"
    r"[^\S\n]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}"
)
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z-]+)\s*$", re.MULTILINE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]*>|\{\\[^}\n]*\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_TURN = re.compile(r"^[-–—]\s*(?=\S)")
_SOUND = re.compile(r"[\W_]*(?:\[[^\]]*\]|\([^)]*\)|[♪♫#][^♪♫#]*[♪♫#]?)[\W_]*")
_MAX_SOUND_CHARS = 200
_PARAGRAPH_CHARS = 400
"""A paragraph ends at the first end of a sentence after this many characters."""
_MAX_PARAGRAPH_CHARS = 1000
"""A paragraph without an end of a sentence ends after this many characters."""
_PAUSE = 4
"""Seconds without a cue after which a finished sentence ends its paragraph."""


@dataclass(slots=True)
class _Cue:
    start: int
    """In seconds, as the end."""
    end: int
    lines: list[str]


@dataclass(slots=True)
class _Piece:
    """Words of one cue within a paragraph."""

    start: int
    """In seconds."""
    words: str


def read_subtitles(data: bytes) -> ParsedArticle:
    """Read subtitles. A cue's page is labelled with its time: "00:12:31".

    :raises UnreadableFile: the file has no cues, or no text in them.
    """
    text = re.sub(r"\r\n?", "\n", decode(data)).replace("\0", "")
    cues = _without_repetition(_cues(text))
    writer = Writer()
    pages: list[Page] = []
    for kind, pieces in _paragraphs(cues):
        at = writer.length
        writer.add(kind, " ".join(piece.words for piece in pieces))
        if not writer.blocks or (block := writer.blocks[-1]).start < at:
            continue
        at = block.start
        for piece in pieces:
            pages.append(Page(_clock(piece.start), ((at, at + len(piece.words)),)))
            at += len(piece.words) + 1
    if not writer.blocks:
        raise UnreadableFile("it has no subtitles: there is no text below a line such as 00:00:01,000 --> 00:00:04,000")
    head = text.partition("\n\n")[0]
    language = _LANGUAGE.search(head) if head.startswith("WEBVTT") else None
    metadata = Metadata(language=language[1] if language else None)
    return replace(parsed_article(writer.text, writer.blocks, metadata, has_header=False), pages=tuple(pages))


def _cues(text: str) -> Iterator[_Cue]:
    """Yield the cues: the lines between a line with two times and the next blank line."""
    cue: _Cue | None = None
    for line in text.split("\n"):
        if match := _TIMING.match(line):
            if cue:
                yield cue
            numbers = [int(number or 0) for number in match.groups()]
            cue = _Cue(_seconds(numbers[:3]), _seconds(numbers[3:]), [])
        elif not line.strip() and cue:
            yield cue
            cue = None
        elif cue and line.strip():
            cue.lines.append(line)
    if cue:
        yield cue


def _seconds(numbers: list[int]) -> int:
    return 3600 * numbers[0] + 60 * numbers[1] + numbers[2]


def _without_repetition(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """Yield the cues without the lines that roll up: those that stand in the cue before it as well."""
    shown: list[str] = []
    for cue in cues:
        lines = [line for raw in cue.lines if (line := " ".join(_plain(raw).split()))]
        same = next((n for n in range(min(len(shown), len(lines)), 0, -1) if shown[-n:] == lines[:n]), 0)
        raw = [line for line in cue.lines if " ".join(_plain(line).split())]
        if shown and lines and not same and len(shown) == 1 and lines[0].startswith(shown[0] + " "):
            rest = lines[0][len(shown[0]) :].strip()  # a line that grows word by word
            raw, same = [rest, *raw[1:]], 0
        shown = lines or shown
        if raw[same:]:
            yield _Cue(cue.start, cue.end, raw[same:])


def _paragraphs(cues: Iterator[_Cue]) -> Iterator[tuple[BlockKind, list[_Piece]]]:
    """Yield paragraphs as the pieces of their cues: one for each speaker, and not too long. Sounds stand apart."""
    held: list[_Piece] = []
    speaker, end = "", 0
    for cue in cues:
        for line in _joined_lines(cue.lines):
            voice = _VOICE.search(line)
            words = " ".join(_plain(line).split())
            if not words:
                continue
            finished = not held or bool(_SENTENCE_END.search(held[-1].words))
            if finished and len(words) <= _MAX_SOUND_CHARS and _SOUND.fullmatch(words):
                if held:
                    yield "prose", held
                    held = []
                yield "boilerplate", [_Piece(cue.start, words)]
                continue
            name = html.unescape(voice[1]).strip() if voice else ""
            turn = bool(_TURN.match(words)) or (name != speaker and bool(name))
            chars = sum(len(piece.words) for piece in held)
            long = chars > _PARAGRAPH_CHARS or cue.start - end > _PAUSE
            if held and (turn or (finished and long) or chars > _MAX_PARAGRAPH_CHARS):
                yield "prose", held
                held = []
            if name and (name != speaker or not held):
                words = f"{name}: {words}"
            speaker = name or speaker
            held.append(_Piece(cue.start, words))
        end = cue.end
    if held:
        yield "prose", held


def _joined_lines(lines: list[str]) -> list[str]:
    """Return the lines of a cue, joined unless each is the turn of a speaker."""
    turns: list[str] = []
    for line in lines:
        if turns and not _TURN.match(_plain(line).strip()) and not _VOICE.search(line):
            turns[-1] += f" {line}"
        else:
            turns.append(line)
    return turns


def _plain(line: str) -> str:
    """Return a line without tags, with characters for its entities."""
    return html.unescape(_TAG.sub("", line))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
