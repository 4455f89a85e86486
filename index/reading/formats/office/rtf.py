"""Reading of rich text (RTF), whose paragraphs are then read as plain text.

Hidden, struck-out and deleted text, comments, headers, footers and instructions of fields are left out; footnotes come
last. striprtf is not used: it cannot tell raised, hidden and deleted text, drops footnotes and text boxes, and yields
lone surrogates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Block, Metadata, ParsedArticle
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.layout.raised import raised
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.symbols import in_unicode

from .common import heading_level, office_article
from .rtf_words import CHARACTERS, CODE_PAGES, ENDS, SHOWN, SKIPPED
from .runs import Run, joined

_INFO_FIELD = re.compile(r"\{\\(title|author)\s+((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d{1,5}(?!\d))*)\}")
_INFO_CHARS = 20_000
"""Number of characters at the start of the file that are searched for metadata."""
_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_SYMBOL_SET = 2
_CELL = " | "


def read_rtf(data: bytes) -> ParsedArticle:
    """Read a rich text.

    :raises UnreadableFile: the file is not RTF, or contains no text.
    """
    source = data.decode("latin-1")
    start = source.find("{\\rtf")
    if start < 0 or source[:start].strip("\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile("it is not an RTF file: it does not begin with {\\rtf")
    reader = _Reader(source[start:])
    text = reader.text()
    head = source[:_INFO_CHARS]
    fields = {key: one_line(_Reader("{\\rtf1 " + value + "}").text()) for key, value in _INFO_FIELD.findall(head)}
    blocks = [_with_heading(block, reader.headings) for block in plain_blocks(text)]
    return office_article(text, blocks, Metadata(title=fields.get("title"), author=fields.get("author")))


def _with_heading(block: Block, headings: dict[int, int]) -> Block:
    """Return a block, as a heading if its paragraph has the style of one.

    :param headings: offset of a paragraph's start -> level of its heading.
    """
    level = headings.get(block.start)
    return block if level is None or block.kind == "boilerplate" else Block("heading", block.start, block.end, level)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group."""

    skipped: bool = False
    note: bool = False
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    place: str | None = None
    font: int | None = None
    after_unicode: int = 1
    """Number of characters after a Unicode character that stand for it in old programs."""
    table: str = ""
    """Name of the table of fonts or styles that the group belongs to."""
    style: int | None = None
    outside_pair: bool = False
    """Whether the text around a pair of groups, for old and for new programs, is skipped."""


class _Reader:
    """Reads one file from its first group on."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._runs: list[Run] = []
        self._notes: list[Run] = []
        self._length = 0
        self._paragraph_start = 0
        self._level: int | None = None
        self._in_cell = False
        self._bytes = b""
        self._to_skip = 0
        self._note_count = 0
        self._code_page = "cp1252"
        self._fonts: dict[int, tuple[int, str]] = {}
        """Character set and name of each font."""
        self._style_levels: dict[int, int] = {}
        self._style_name = ""
        self._state = _State()
        self.headings: dict[int, int] = {}
        """Level of the heading that begins at an offset."""
        self._read()

    def text(self) -> str:
        """Return the text, with the notes at its end."""
        notes = joined(self._notes).strip()
        return joined(self._runs) + (f"\n\n{notes}\n" if notes else "")

    def _read(self) -> None:
        stack: list[_State] = []
        at, starred = 0, False
        while match := _TOKEN.match(self._source, at):
            at = match.end()
            word, argument, byte, char, brace, plain = match.groups()
            if byte is None:
                self._flush_bytes()
            if brace == "{":
                stack.append(self._state)
                self._to_skip = 0
            elif brace == "}":
                self._to_skip = 0
                if self._state.note and not (stack and stack[-1].note):
                    self._notes.append(("\n", None))
                if not stack:
                    break
                self._state = stack.pop()
                if not stack:
                    break  # what follows the document is no part of it
            elif byte is not None:
                if self._to_skip:
                    self._to_skip -= 1
                else:
                    self._bytes += bytes.fromhex(byte)
            elif char == "*":
                starred = True
                continue
            elif char is not None:
                self._control(char, None)
            elif word is not None:
                number = int(argument) if argument else None
                if word == "bin":
                    at += max(number or 0, 0)
                elif starred and word not in SHOWN:
                    self._state = replace(self._state, skipped=True)
                else:
                    self._control(word, number)
            elif plain is not None:
                skipped = min(self._to_skip, len(plain))
                self._to_skip -= skipped
                self._plain(plain[skipped:])
            starred = False
        self._flush_bytes()
        self._end_paragraph("")

    def _control(self, word: str, number: int | None) -> None:
        state, on = self._state, number != 0
        if word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self._to_skip = state.after_unicode
        elif word in CHARACTERS:
            self._write(CHARACTERS[word])
        elif word in ENDS or word in ("cell", "nestcell", "row", "nestrow"):
            self._end(word)
        elif word in SKIPPED:
            self._state = replace(state, skipped=True, table=word)
        elif word == "upr":
            self._state = replace(state, skipped=True, outside_pair=state.skipped)
        elif word == "ud":
            self._state = replace(state, skipped=state.outside_pair)
        elif word == "footnote":
            self._state = replace(state, note=True, place=None)
        elif word == "chftn" and not state.note:
            self._note_count += 1
            self._write("".join(raised(digit) for digit in str(self._note_count)))
        elif word in ("pard", "intbl") and not state.skipped:
            self._in_cell, self._level = word == "intbl", None if word == "pard" else self._level
        elif word == "plain":
            self._state = replace(state, hidden=False, struck=False, deleted=False, place=None)
        elif word in ("super", "sub"):
            self._state = replace(state, place=f"{word}script" if on else None)
        elif word == "nosupersub":
            self._state = replace(state, place=None)
        elif word in ("up", "dn"):
            self._state = replace(state, place=("superscript" if word == "up" else "subscript") if on else None)
        elif word == "v":
            self._state = replace(state, hidden=on)
        elif word in ("strike", "striked"):
            self._state = replace(state, struck=on)
        elif word == "deleted":
            self._state = replace(state, deleted=on)
        elif word == "uc" and number is not None:
            self._state = replace(state, after_unicode=max(number, 0))
        elif word == "ansicpg" and number:
            self._code_page = f"cp{number}" if number != 65001 else "utf-8"
        elif word == "mac":
            self._code_page = "mac_roman"
        elif word == "outlinelevel" and number is not None:
            if not state.skipped:
                self._level = number + 1 if number < 9 else None
        elif word == "s" and number is not None:
            self._state = replace(state, style=number)
            if not state.skipped:
                self._level = self._style_levels.get(number)
        elif word == "f" and number is not None:
            self._state = replace(state, font=number)
        elif word == "fcharset" and state.table == "fonttbl" and state.font is not None:
            self._fonts[state.font] = number or 0, ""

    def _plain(self, words: str) -> None:
        state = self._state
        if state.table == "stylesheet" and state.style is not None and (level := heading_level(words)):
            self._style_levels[state.style] = level
        elif state.table == "fonttbl" and state.font is not None and words.strip():
            charset, name = self._fonts.get(state.font, (0, ""))
            self._fonts[state.font] = charset, name or words.strip(" ;")
        elif any(c > "\x7f" for c in words):
            self._bytes += words.encode("latin-1")
        elif self._font()[0] == _SYMBOL_SET:
            self._write("".join(in_unicode(c, self._font()[1]) for c in words))
        else:
            self._write(words)

    def _font(self) -> tuple[int, str]:
        return self._fonts.get(self._state.font, (0, "")) if self._state.font is not None else (0, "")

    def _flush_bytes(self) -> None:
        """Write the bytes that were collected, in the encoding of their font."""
        data, self._bytes = self._bytes, b""
        if not data:
            return
        charset, name = self._font()
        if charset == _SYMBOL_SET:
            self._write("".join(in_unicode(chr(byte), name) for byte in data))
            return
        for encoding in (CODE_PAGES[charset] if charset in CODE_PAGES and charset else self._code_page, "cp1252"):
            try:
                self._write(data.decode(encoding))
                return
            except (UnicodeDecodeError, LookupError):
                continue
        self._write("".join(c for c in data.decode("latin-1") if c.isprintable()))

    def _write(self, words: str) -> None:
        state = self._state
        if state.skipped or state.hidden or state.struck or state.deleted or not words:
            return
        runs = self._notes if state.note else self._runs
        if "\udc00" <= words[0] <= "\udfff" and runs and "\ud800" <= runs[-1][0][-1:] <= "\udbff":
            high, place = runs.pop()
            pair = (high[-1] + words[0]).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            runs.append((high[:-1] + pair + words[1:], place))
            self._length += 0 if state.note else len(words) - 1
            return
        runs.append((words, state.place))
        self._length += 0 if state.note else len(words)

    def _end(self, word: str) -> None:
        """End a paragraph, a cell or a row."""
        if self._state.skipped:
            return
        if self._state.note:
            self._notes.append((" ", None))
        elif word in ("cell", "nestcell"):
            self._append(_CELL)
        elif word in ("row", "nestrow"):
            while self._runs and self._runs[-1] == (_CELL, None):
                self._length -= len(self._runs.pop()[0])
            self._end_paragraph("\n")
        elif self._in_cell and ENDS[word] == "\n":
            self._append(" ")
        else:
            self._end_paragraph(ENDS[word])

    def _end_paragraph(self, break_: str) -> None:
        if self._level is not None and self._length > self._paragraph_start:
            self.headings[self._paragraph_start] = self._level
        if break_:
            self._append(break_)
        self._paragraph_start = self._length

    def _append(self, words: str) -> None:
        self._runs.append((words, None))
        self._length += len(words)
