"""Escaping of an article's text for HTML, Markdown, terminals, Word and BibTeX, so that a reader of that format gets
every character back.

HTML and Markdown cannot express NUL, so it becomes "␀" there; copying and saving use neither.
"""

from __future__ import annotations

import re
from html import escape

_BLANK_LINE = re.compile(r"(?<=\S)\n\n(?=\S)")
"""Separates paragraphs. Next to other white space it may not: some readers strip all white space from their ends."""
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~$&]|:(?=[\w+-]+:)")
_SIGNS_AT_START = re.compile(r"([0-9]{1,9})(?=[.)])|(?=[-+=])")
_LINE_ENDS_HERE = "&#10;"
_NOT_IN_XML = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_TEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}", **{sign: f"\\{sign}" for sign in "$&#%_"},
}  # fmt: skip
_OF_TEX = re.compile(r"[\\{}$&#%_~^]")
_STEERING = re.compile(r"\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def in_html(text: str) -> str:
    """Text for an element or a quoted attribute. A bare carriage return would become a line feed when it is parsed."""
    return escape(text).replace("\r", "&#13;").replace("\0", "␀")


def in_markdown(text: str) -> str:
    """Paragraphs of CommonMark; joined by blank lines, they are the text.

    :param text: without white space at its ends.
    """
    return "\n\n".join(_paragraph(part) for part in _BLANK_LINE.split(text))


def quoted_in_markdown(text: str) -> str:
    """A text as a block quote of CommonMark."""
    return "\n".join(f"> {line}" if line else ">" for line in in_markdown(text).split("\n"))


def one_line_in_markdown(text: str) -> str:
    """A text for one line, such as a heading; each run of white space becomes one space."""
    return in_markdown(" ".join(text.split()))


def _paragraph(text: str) -> str:
    """A paragraph cannot hold a blank line, so the end of a blank line is written as a character reference."""
    *before, last = text.split("\n")
    return "".join(_line(line) + ("\n" if line.strip(" \t") else _LINE_ENDS_HERE) for line in before) + _line(last)


def _line(line: str) -> str:
    body = line.strip(" \t")
    indent, trail = line[: len(line) - len(line.lstrip(" \t"))], line[len(line.rstrip(" \t")) :] if body else ""
    words = _SIGNS.sub(r"\\\g<0>", body)
    words = words if indent else _SIGNS_AT_START.sub(r"\1\\", words, count=1) if _SIGNS_AT_START.match(words) else words
    return _edge(indent) + words.replace("\r", "&#13;").replace("\0", "␀") + _edge(trail)


def _edge(blanks: str) -> str:
    return "".join(f"&#{ord(blank)};" for blank in blanks)


def on_terminal(text: str) -> str:
    """Text with visible symbols for characters that would move the cursor, set colours or reverse the line."""
    return _STEERING.sub(lambda found: _picture(ord(found[0])), text)


def _picture(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"<U+{code:04X}>"


def in_word(text: str) -> str:
    """Text for a Word file, whose XML cannot express most control characters and has one kind of line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_IN_XML.sub(lambda found: _picture(ord(found[0])), lines)


def in_bibtex(text: str) -> str:
    """Text for a field in braces, on one line; characters that have a meaning in TeX are escaped.

    BibTeX counts the braces of a field, and does not know that "\\{" is escaped.
    """
    return _OF_TEX.sub(lambda found: _TEX[found[0]], " ".join(text.split()))
