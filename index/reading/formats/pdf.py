"""Reading of PDF files as one article, with the page and the position on it of every character.

PDFium decodes the file (pdfium.py). The reading order of the lines (columns.py), their paragraphs, and the lines that
are not the article's (paragraphs.py) are determined here.

Not covered: tables drawn by position alone, which become lines of their cells; vertical writing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pypdfium2

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Block, GlyphRun, Metadata, OcrWord, Page, ParsedArticle, Span
from quoth.index.reading.layout.blocks import classify
from quoth.index.reading.layout.columns import Line, ordered
from quoth.index.reading.layout.paragraphs import HYPHEN, LARGE, edge_lines, paragraphs
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import one_line

from . import ocr
from .pdfium import has_image, open_pdf, page_lines, pdf_metadata

MAX_PAGES = 5_000
_BLOCK_SEPARATOR = "\n\n"
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
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    edges = edge_lines(pages, heights)
    hyphenated = {word.casefold() for line in lines if "-" in line.text for word in re.findall(r"\w+-\w+", line.text)}
    parts: list[str] = []
    runs: list[GlyphRun] = []
    blocks: list[Block] = []
    at = 0
    for kind, paragraph in paragraphs(pages, edges, usual):
        words, own_runs = _joined(paragraph, hyphenated)
        runs += [GlyphRun(run.start + at, run.end + at, run.page, run.first) for run in own_runs]
        block = (
            Block("heading", 0, len(words)) if kind == "heading"
            else Block("boilerplate", 0, len(words)) if kind == "edge"
            else classify(words, (0, len(words)), prose=kind == "prose")
        )  # fmt: skip
        blocks.append(replace(block, start=block.start + at, end=block.end + at))
        parts.append(words)
        at += len(words) + len(_BLOCK_SEPARATOR)
    text = _BLOCK_SEPARATOR.join(parts)
    article = parsed_article(text, blocks, metadata)
    first_sizes = [line.size for line in pages[0] if line not in edges]
    has_large_line = first_sizes and max(first_sizes) > LARGE * usual
    title = metadata.title or (_title(text, blocks) if has_large_line else article.title)
    return replace(
        article, title=title, pages=_pages(labels, runs, ocr_words), runs=tuple(runs), words=tuple(ocr_words)
    )


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
        words += "" if ends_in_hyphen or following is None else " "
        parts.append(words)
        at += len(words)
    return "".join(parts), runs


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


def _title(text: str, blocks: Sequence[Block]) -> str | None:
    heading = next((b for b in blocks[:6] if b.kind == "heading"), None)
    return one_line(text[heading.start : heading.end]) if heading else None
