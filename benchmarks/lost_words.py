"""Words of a file that are missing in the articles that Quoth reads from it, by format.

    python -m benchmarks.lost_words FOLDER...

A second, naive extractor takes every word of a file, whatever its function. A word is lost if Quoth's articles have it
less often than the file, and nowhere between the same two neighbours. For a web page, words of the blocks that are not
the article's (menus, notices) are not lost: reading knows of them. Struck and hidden text counts as lost here.
"""

from __future__ import annotations

import io
import json
import mailbox
import re
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
from lxml import etree

from quoth.index.errors import UnreadableFile
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.formats.html import page_source, parse_page
from quoth.index.reading.formats.html_blocks import page_blocks

_WORD = re.compile(r"[^\W_]+")
_TIMING = re.compile(r"^(?:WEBVTT.*|\d+|.*-->.*)$", re.MULTILINE)
_RTF_SKIPPED = re.compile(r"\{\\(?:\*|fonttbl|colortbl|stylesheet|info|pict|header|footer|listtable|xmlnstbl)")
_RTF_CONTROL = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|[{}\r\n]", re.IGNORECASE)


def lost_words(name: str, data: bytes) -> tuple[int, list[str]]:
    """Return the number of words of a file, and the words that are lost.

    :param name: name of the file; its suffix indicates the format.
    :raises UnreadableFile: the file as a whole cannot be read.
    """
    articles = [a for a in read(name, data) if isinstance(a, ParsedArticle)]
    kept = "\n".join(f"{article.title}\n{article.author}\n{article.text}" for article in articles)
    if Path(name).suffix in (".html", ".htm"):
        kept += "\n".join(block.words for block in page_blocks(parse_page(page_source(data))))
    words = _WORD.findall(_plain(_every_word(name, data)))
    available = Counter(_WORD.findall(_plain(kept)))
    missing = Counter(words) - available
    letters = "".join(_WORD.findall(_plain(kept)))
    lost = []
    for i, word in enumerate(words):
        if missing[word] > 0 and "".join(words[max(0, i - 1) : i + 2]) not in letters:
            missing[word] -= 1
            lost.append(word)
    return len(words), lost


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\xad", "").replace("\ufffe", "")).casefold()


def _every_word(name: str, data: bytes) -> str:
    return _EXTRACTORS[Path(name).suffix.lower()](data)


class _PageText(HTMLParser):
    """Everything that a page says, except for its scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("script", "style", "title", "svg")
        if tag in ("p", "div", "br", "li", "td", "th", "h1", "h2", "h3", "h4", "dt", "dd", "tr", "option"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style", "title", "svg") and self._skipped > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def _page(data: bytes) -> str:
    parser = _PageText()
    parser.feed(page_source(data))
    return "".join(parser.parts)


def _pdf(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def _office(parts: str, tags: frozenset[str]) -> Callable[[bytes], str]:
    """Return an extractor of the text in some elements of the parts of a zip archive.

    :param parts: a regular expression for the names of the parts.
    :param tags: local names of the elements; each paragraph is on its own line.
    """

    def extract(data: bytes) -> str:
        lines = []
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                if re.fullmatch(parts, part):
                    root = etree.fromstring(archive.read(part))
                    for element in root.iter():
                        local = etree.QName(element).localname if isinstance(element.tag, str) else ""
                        if local in tags:
                            lines.append("".join(element.itertext()) if local != "t" else element.text or "")
                        elif local in ("p", "si"):
                            lines.append("\n")
        return "".join(lines) if "t" in tags else "\n".join(lines)

    return extract


def _epub(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(_page(archive.read(p)) for p in archive.namelist() if p.endswith((".xhtml", ".html")))


def _rtf(data: bytes) -> str:
    source = data.decode("latin-1")
    while found := _RTF_SKIPPED.search(source):
        depth, end = 1, found.end()
        while depth and end < len(source):
            depth += (source[end] == "{") - (source[end] == "}") if source[end - 1] != "\\" else 0
            end += 1
        source = source[: found.start()] + source[end:]

    def replaced(match: re.Match[str]) -> str:
        word, number, code, sign = match.groups()
        if code:
            return bytes([int(code, 16)]).decode("cp1252", "replace")
        if word == "u" and number:
            return chr(int(number) % 65536)
        return "\n" if word in ("par", "line", "cell", "row", "tab") else sign if sign in ("{", "}", "\\") else ""

    return _RTF_CONTROL.sub(replaced, source)


def _mails(data: bytes) -> str:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data if data.startswith(b"From ") else b"From - Thu Jan  1 00:00:00 1970\n" + data)
        file.flush()
        parts = [
            part for mail in mailbox.mbox(file.name) for part in mail.walk()
            if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment"
        ]  # fmt: skip
        return "\n".join(
            bytes(part.get_payload(decode=True)).decode(part.get_content_charset("utf-8"), "replace") for part in parts
        )


def _feed(data: bytes) -> str:
    root = etree.fromstring(data)
    wanted = ("title", "description", "encoded", "content", "summary")
    texts = [e for item in root.iter("{*}item", "{*}entry") for e in item if etree.QName(e).localname in wanted]
    return "\n".join(_page(unescape("".join(e.itertext())).encode()) for e in texts)


def _subtitles(data: bytes) -> str:
    return re.sub(r"<[^>]*>", "", _TIMING.sub("", data.decode("utf-8-sig")))


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig")


def _json_lines(data: bytes) -> str:
    return "\n".join(str(v) for line in data.decode().splitlines() if line.strip() for v in json.loads(line).values())


_ODF = _office(r"content\.xml", frozenset(("p", "h")))
_EXTRACTORS: dict[str, Callable[[bytes], str]] = {
    ".html": _page, ".htm": _page, ".pdf": _pdf, ".epub": _epub, ".rtf": _rtf, ".eml": _mails, ".mbox": _mails,
    ".xml": _feed, ".rss": _feed, ".atom": _feed, ".txt": _text, ".md": _text, ".csv": _text, ".tsv": _text,
    ".jsonl": _json_lines, ".srt": _subtitles, ".vtt": _subtitles, ".odt": _ODF, ".ods": _ODF, ".odp": _ODF,
    ".docx": _office(r"word/(?:document|footnotes|endnotes)\.xml", frozenset(("t",))),
    ".pptx": _office(r"ppt/(?:slides|notesSlides)/[^/]*\.xml", frozenset(("t",))),
    ".xlsx": _office(r"xl/sharedStrings\.xml", frozenset(("t",))),
}  # fmt: skip


def _files(folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted(Path(folder).rglob("*")) if p.suffix.lower() in _EXTRACTORS and p.is_file())


def main() -> None:
    """Print, for each format, the number of files and words, and the share of words that are lost."""
    words: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    files: dict[str, int] = defaultdict(int)
    for path in _files(sys.argv[1:]):
        try:
            total, missing = lost_words(path.name, path.read_bytes())
        except UnreadableFile as error:
            print(f"{path.name}: {error}")
            continue
        suffix = path.suffix.lower()
        files[suffix] += 1
        words[suffix] += total
        lost[suffix] += len(missing)
        print(f"{path.name}: {len(missing)} of {total} words lost: {' '.join(missing[:12])}")
    for suffix in sorted(files):
        print(
            f"{suffix}: {files[suffix]} files, {words[suffix]:,} words, {lost[suffix] / max(words[suffix], 1):.2%} lost"
        )


if __name__ == "__main__":
    main()
