"""Reading of tables (CSV, TSV, JSONL): one article per row if a column holds text, else one article.

Columns are recognised by their names, and a column of text also by its paragraphs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.data_tables import MAX_CHARS, check_cells, header_rows, write_wide_table
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import metadata_from
from quoth.index.reading.parts import unique_name

from .csv_rows import csv_rows
from .text import plain_blocks

FIELDS = {
    "text": (
        "text", "body", "content", "article", "article_text", "maintext", "full_text", "texte", "texto", "testo",
        "tekst",
    ),
    "title": ("title", "headline", "titel", "titre", "título", "titulo", "titolo"),
    "author": ("author", "authors", "byline", "creator", "autor", "auteur", "autore"),
    "date": (
        "date", "published", "publish_date", "published_at", "pubdate", "date_published", "datum", "fecha", "data",
    ),
    "url": ("url", "link", "source_url", "address"),
    "language": ("language", "lang"),
    "tags": ("tags", "keywords", "schlagwörter", "mots-clés", "etiquetas"),
    "id": ("id", "uuid", "guid", "key", "slug"),
}  # fmt: skip
"""Field -> names of its column, the preferred first; ``--columns`` gives another name."""
_METADATA = ("title", "author", "date", "url", "language", "tags")
_MAX_TITLE_CHARS = 60
"""Maximum average length of the cells in a column of titles."""
_SAMPLE_ROWS = 1000
"""Number of rows that say what the columns hold."""
_MIN_WORDS, _MIN_CHARS = 3, 12
"""A text has at least so many words, or characters where words are not divided."""
_MIN_PROSE_CHARS = 120
"""Minimum average length of the cells in a column of text whose name does not say so."""
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s|$)")


def read_csv(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
    """Yield an article for each row, and a refusal for each row that cannot be read.

    A table without a column of text is one article. Otherwise its first row holds the names of the columns.

    :param columns: field -> column name, preferred to ``FIELDS``.
    :raises UnreadableFile: the table has no rows, or no column of the name that ``columns`` gives for the text.
    """
    refused: list[Refused] = []
    rows = csv_rows(decode(data), refused)
    sample = [*islice(rows, _SAMPLE_ROWS)]
    if not sample:
        raise UnreadableFile(f"{refused[0].name}: {refused[0].reason}" if refused else "it has no rows")
    names = [name.strip() for name in sample[0][1]]
    cells = [row for _, row in sample[1:]]
    column_of = _columns(names, cells, columns)
    if "text" in column_of:
        articles = _articles(_records(names, chain(sample[1:], rows), refused), column_of)
        first = next(articles, None)
        if first is None and refused:
            raise UnreadableFile(f"{refused[0].name}: {refused[0].reason}")
        if first:
            yield first
            yield from articles
    else:
        yield _table((row for _, row in chain(sample, rows)), refused)
    yield from refused


def read_jsonl(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle | Refused]:
    """Yield an article for each line, which is a JSON object, and a refusal for each line that cannot be read.

    Objects without a key that holds the text are the rows of a table, which is one article.

    :param columns: field -> key, preferred to ``FIELDS``.
    :raises UnreadableFile: no line is a JSON object, or none has the key that ``columns`` gives for the text.
    """
    records: list[dict[str, object]] = []
    refused: list[Refused] = []
    for number, line in enumerate(decode(data).split("\n"), 1):  # JSON strings may contain other line separators
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            refused.append(Refused(f"line {number}", f"it is not valid JSON: {error}"))
            continue
        if isinstance(record, dict):
            records.append(record)
        else:
            refused.append(Refused(f"line {number}", f"it is a JSON {type(record).__name__}, not an object"))
    if not records:
        raise UnreadableFile(f"{refused[0].name}: {refused[0].reason}" if refused else "it has no lines")
    names = list(dict.fromkeys(name for record in records for name in record))
    check_cells(min(len(records), _SAMPLE_ROWS), len(names))
    rows = ([_shown(record.get(name)) for name in names] for record in records)
    sample = [*islice(rows, _SAMPLE_ROWS)]
    column_of = _columns(names, sample, columns)
    if "text" in column_of:
        yield from _articles(records, column_of)
    else:
        yield _table(chain([names], sample, rows), refused, headers=1)
    yield from refused


def _records(
    names: Sequence[str], rows: Iterable[tuple[int, list[str]]], refused: list[Refused]
) -> Iterator[dict[str, object]]:
    """Yield the rows as objects.

    :param refused: gets a refusal for each row with more cells than there are columns: the end of its text would be
        lost.
    """
    for line, cells in rows:
        if any(cells[len(names) :]):
            refused.append(Refused(f"line {line}", (
                f"the row has {len(cells)} cells, but there are {len(names)} columns; put quotation marks around every "
                "cell that contains the separator"
            )))  # fmt: skip
        else:
            yield dict(zip(names, cells, strict=False))


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each field that has one; there is no column of text if the rows are data.

    A column of text whose name does not say so is the "whole row", too: its other cells belong to the text.

    :param rows: the first rows.
    :raises UnreadableFile: a column is requested for the text, and there is none of its name.
    """
    by_name = {name.strip().casefold(): name for name in names}
    column_of = {}
    for field, known in FIELDS.items():
        requested = (columns[field],) if field in columns else ()
        if name := next((by_name[n.casefold()] for n in (*requested, *known) if n.casefold() in by_name), None):
            column_of[field] = name
    text = columns.get("text", "").casefold()
    if text and text not in by_name and "text" not in column_of:
        raise UnreadableFile(
            f"no column is called {columns['text']} (columns: {', '.join(by_name)}); name the column of the text, as "
            "in --columns text=body,title=headline"
        )
    cells = {
        name: [row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at, name in enumerate(names)
    }
    if "text" in column_of and column_of["text"].strip().casefold() != text and _is_terse(cells[column_of["text"]]):
        del column_of["text"]
    prose = _prose_column(cells, len(rows)) if "text" not in column_of else None
    if prose and len(prose) <= _MAX_TITLE_CHARS:  # otherwise the first row is a row like the others
        column_of |= {"text": prose, "whole row": prose}
        if label := _label_column(cells, len(rows)):
            column_of.setdefault("title", label)
    return column_of


def _is_terse(cells: Sequence[str]) -> bool:
    """Whether the cells are mostly numbers or a word or two: a column called "content" or "article" can hold that."""
    return 2 * sum(len(cell.split()) < _MIN_WORDS and len(cell) < _MIN_CHARS for cell in cells) > len(cells)


def _prose_column(cells: Mapping[str, Sequence[str]], rows: int) -> str | None:
    """Return the column whose cells are mostly paragraphs; the longest of several; None if there is none."""
    best, longest = None, float(_MIN_PROSE_CHARS)
    for name, column in cells.items():
        chars = sum(map(len, column)) / max(1, len(column))
        sentences = sum(bool(_SENTENCE.search(cell)) for cell in column)
        if chars >= longest and 2 * len(column) > rows and 2 * sentences > len(column):
            best, longest = name, chars
    return best


def _label_column(cells: Mapping[str, Sequence[str]], rows: int) -> str | None:
    """Return the first column of short words that are mostly different; None if there is none."""
    for name, column in cells.items():
        short = sum(map(len, column)) <= _MAX_TITLE_CHARS * len(column)
        if column and short and not any(cell[0].isdigit() for cell in column) and 2 * len(set(column)) > rows:
            return name
    return None


def _table(rows: Iterable[Sequence[str]], refused: list[Refused], *, headers: int | None = None) -> ParsedArticle:
    """Return a table as one article.

    :param refused: gets a refusal for the rows that are too many.
    :param headers: number of its header rows; None if unknown.
    :raises UnreadableFile: the table has no words, or too many cells.
    """
    kept: list[list[str]] = []
    left = MAX_CHARS
    for number, row in enumerate(rows, 1):
        left -= sum(len(cell) + 3 for cell in row)
        if left < 0 and kept:
            refused.append(Refused(f"rows from {number:,} on", (
                f"they are left out: the table has more than {MAX_CHARS:,} characters; divide it into several files"
            )))  # fmt: skip
            break
        kept.append([cell.strip() for cell in row])
    width = max(map(len, kept))
    check_cells(len(kept), width)
    kept = [row + [""] * (width - len(row)) for row in kept]
    writer = Writer()
    write_wide_table(writer, kept, header_rows(kept) if headers is None else headers)
    if not writer.blocks:
        raise UnreadableFile("it contains no text")
    return parsed_article(writer.text, writer.blocks, Metadata(), has_header=False)


def _articles(records: Iterable[Mapping[str, object]], column_of: Mapping[str, str]) -> Iterator[ParsedArticle]:
    """Yield the rows that have a text.

    :param column_of: field -> column. With a "whole row", its other cells belong to the text as well, each with the
        name of its column.
    """
    name_counts: dict[str, int] = {}
    for record in records:
        text = _shown(record.get(column_of["text"]))
        if not text.strip():
            continue
        fields = {field: record.get(column) for field, column in column_of.items() if field in _METADATA}
        if "whole row" in column_of:
            facts = "\n".join(
                f"{name}: {cell}"
                for name, value in record.items()
                if name != column_of["text"] and (cell := " ".join(_shown(value).split()))
            )
            text = f"{facts}\n\n{text}" if facts else text
        digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        stated = str(record.get(column_of.get("id") or column_of.get("url") or "") or digest)
        name = unique_name(stated, name_counts)
        yield parsed_article(text, plain_blocks(text), metadata_from(fields), name=name, has_header=False)


def _shown(value: object) -> str:
    """Return a JSON value as a cell shows it."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else str(value)
