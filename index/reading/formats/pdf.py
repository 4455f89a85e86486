"""Reading of PDF files as one article, with the page and the position on it of every character.

PDFium decodes the file (pdfium.py). The reading order of the lines (columns.py), their paragraphs, and the lines that
are not the article's (paragraphs.py) are determined here.

Not covered: tables without clear columns, which become lines of their cells; vertical writing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

import pypdfium2

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Block, GlyphRun, Metadata, OcrWord, Page, ParsedArticle, Span
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.columns import Line, PlacedTable, ordered
from quoth.index.reading.layout.paragraphs import HYPHEN, edge_lines, largest_words, paragraphs
from quoth.index.reading.layout.placed_tables import with_tables
from quoth.index.reading.layout.writer import CELL_SEPARATOR, Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.stated import metadata_shown
from quoth.index.reading.symbols import UNKNOWN

from . import ocr
from .pdf_lines import page_lines
from .pdf_signs import MAX_UNKNOWN, has_unknown_letters
from .pdfium import has_image, open_pdf, pdf_metadata

MAX_PAGES = 5_000
_BLOCK_SEPARATOR = "\n\n"
_MAX_TOUCH = 0.12
"""Maximum distance of two pieces of one word, in font sizes."""
_CLOSING = re.compile(r"[,.;:!?)\]]")
_LINE_HYPHEN = re.compile(rf"(?<=\w)[-\xad{HYPHEN}]$")
"""A hyphen at the end of a line. After a space or another hyphen it is a dash."""


def read_pdf(data: bytes) -> ParsedArticle:
    """Read a PDF.

    :raises UnreadableFile: the file is encrypted, damaged or too long, or contains no text.
    """
    document = open_pdf(data)
    try:
        page_count = len(document)
        if page_count > MAX_PAGES:
            raise UnreadableFile(f"it has {page_count:,} pages; the maximum is {MAX_PAGES:,}. Split it first.")
        pages: list[list[Line]] = []
        heights: list[float] = []
        ocr_words: list[OcrWord] = []
        for number in range(page_count):
            try:
                page = document[number]
                lines = list(page_lines(page, number))
            except pypdfium2.PdfiumError as error:
                raise UnreadableFile(
                    f"its page {number + 1} is damaged ({error}); save a new copy and add it"
                ) from error
            if not lines and ocr.can_read() and has_image(page):
                lines, words = ocr.scanned_lines(page, number)
                ocr_words += words
            heights.append(page.get_height())
            pages.append(ordered(lines))
            page.close()
        if not any(pages):
            hint = "and OCR recognised no words in them" if ocr.can_read() else ocr.HINT
            raise UnreadableFile(f"it contains no text, only images of pages (a scan); {hint}")
        labels = tuple(document.get_page_label(number) or str(number + 1) for number in range(page_count))
        metadata = pdf_metadata(document)
    finally:
        document.close()
    return _article(pages, heights, labels, metadata, ocr_words)


def _article(
    pages: Sequence[list[Line]],
    heights: Sequence[float],
    labels: Sequence[str],
    metadata: Metadata,
    ocr_words: Sequence[OcrWord],
) -> ParsedArticle:
    lines = [line for page in pages for line in page]
    letters = "".join(line.text for line in lines)
    if letters.count(UNKNOWN) > MAX_UNKNOWN * len(letters):
        raise UnreadableFile(
            "it does not state which letters most of its characters are (its fonts lack a map to Unicode); print it to "
            "a new PDF as images and read that by OCR, or add the document it was made from"
        )
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    edges = edge_lines(pages, heights)
    hyphenated = {word.casefold() for line in lines if "-" in line.text for word in re.findall(r"\w+-\w+", line.text)}
    edge_ids = {id(line) for line in edges}
    bodies = [with_tables([line for line in page if id(line) not in edge_ids]) for page in pages]
    at_edges = [[line for line in page if id(line) in edge_ids] for page in pages]
    parts: list[str] = []
    runs: list[GlyphRun] = []
    blocks: list[Block] = []
    at = 0
    for kind, paragraph in paragraphs(bodies, at_edges, usual):
        if table := paragraph[0].table:
            words, own_blocks, own_runs = _written(table)
        else:
            words, own_runs = _joined(paragraph, hyphenated)
            own_blocks = [_block(kind, words)]
        runs += [GlyphRun(run.start + at, run.end + at, run.page, run.first) for run in own_runs]
        blocks += [replace(block, start=block.start + at, end=block.end + at) for block in own_blocks]
        parts.append(words)
        at += len(words) + len(_BLOCK_SEPARATOR)
    text = _BLOCK_SEPARATOR.join(parts)
    largest = largest_words(pages[0] if pages else [], usual)
    article = parsed_article(text, blocks, metadata_shown(metadata, text, largest))
    return replace(article, pages=_pages(labels, runs, ocr_words), runs=tuple(runs), words=tuple(ocr_words))


def _block(kind: str, words: str) -> Block:
    if kind == "edge" or has_unknown_letters(words):
        return Block("boilerplate", 0, len(words))
    return (
        Block("heading", 0, len(words))
        if kind == "heading"
        else classify(words, (0, len(words)), prose=kind == "prose")
    )


def _written(table: PlacedTable) -> tuple[str, list[Block], list[GlyphRun]]:
    """Return the text of a table, its rows and the runs of its cells."""
    writer = Writer()
    cells = [[" ".join(segment.text for segment in cell) for cell in row] for row in table.rows]
    shown = [any(c.isalnum() for cell in row for c in cell) for row in cells]  # the writer ignores the others
    writer.table(cells, header_rows=table.header_rows, group=table)
    runs: list[GlyphRun] = []
    for block, row in zip(writer.blocks, compress(table.rows, shown), strict=True):
        at = block.start
        for cell in row:
            for segment in cell:
                runs.append(GlyphRun(at, at + len(segment.text), segment.page, segment.first))
                at += len(segment.text) + 1
            at += len(CELL_SEPARATOR) - bool(cell)
    blocks = [
        replace(block, kind="boilerplate") if has_unknown_letters(writer.text[block.start : block.end]) else block
        for block in writer.blocks
    ]
    return writer.text, blocks, runs


def _joined(paragraph: Sequence[Line], hyphenated: set[str]) -> tuple[str, list[GlyphRun]]:
    """Join the lines of a paragraph.

    :param hyphenated: words with a hyphen inside a line, in lower case; they keep their hyphen at a line's end.
    :returns: the text, and the runs of the lines in it.
    """
    parts: list[str] = []
    runs: list[GlyphRun] = []
    at = 0
    for line, following in zip(paragraph, [*paragraph[1:], None], strict=True):
        words = line.text.replace(HYPHEN, "-")
        ends_in_hyphen = bool(_LINE_HYPHEN.search(line.text)) and following is not None
        if ends_in_hyphen and following is not None and _is_split_word(words[:-1], following.text, hyphenated):
            words = words[:-1]
        runs.append(GlyphRun(at, at + len(words), line.page, line.first))
        words += "" if ends_in_hyphen or following is None or _touches(line, following) else " "
        parts.append(words)
        at += len(words)
    return "".join(parts), runs


def _touches(line: Line, following: Line) -> bool:
    """Whether a line continues another one without a space, as a superscript does."""
    level = min(line.top, following.top) - max(line.bottom, following.bottom) > 0.5 * min(line.height, following.height)
    gap = _MAX_TOUCH * (3 if _CLOSING.match(following.text) else 1)
    return level and abs(following.left - line.right) < gap * line.size


def _is_split_word(before: str, after: str, hyphenated: set[str]) -> bool:
    """Whether the hyphen between two lines only splits a word: the word has no hyphen elsewhere."""
    left, right = re.search(r"\w+$", before), re.match(r"\w+", after)
    if not left or not right or not right.group()[0].islower():
        return False
    return f"{left.group()}-{right.group()}".casefold() not in hyphenated


def _pages(labels: Sequence[str], runs: Sequence[GlyphRun], ocr_words: Sequence[OcrWord]) -> tuple[Page, ...]:
    """Return the pages with the spans of the text on them."""
    spans: list[list[Span]] = [[] for _ in labels]
    last = -1
    for run in runs:
        of_page = spans[run.page]
        if run.page == last:
            of_page[-1] = of_page[-1][0], run.end
        else:
            of_page.append((run.start, run.end))
        last = run.page
    scanned = {word.page for word in ocr_words}
    return tuple(
        Page(label, tuple(of_page), number in scanned)
        for number, (label, of_page) in enumerate(zip(labels, spans, strict=True))
    )
