"""Reading of tables (CSV, TSV, JSONL), one article per row. Columns are recognised by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import metadata_from

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
    "id": ("id", "uuid", "guid", "key", "slug"),
}  # fmt: skip
"""Field -> names of its column, the preferred first; ``--columns`` gives another name."""
_MAX_CELL = 2**24
"""Maximum number of characters in a cell."""


def read_csv(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle]:
    """Yield the articles of a table whose first row holds the names of its columns.

    :param columns: field -> column name, preferred to ``FIELDS``.
    :raises UnreadableFile: the table is not valid, or no column holds the text.
    """
    csv.field_size_limit(_MAX_CELL)
    text = decode(data)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192].splitlines()[0], ",;\t|")
    except (csv.Error, IndexError):
        dialect = csv.excel
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect, quotechar='"', doublequote=True)
        names = rows.fieldnames or []
        yield from _articles(_complete(rows), names, columns)
    except csv.Error as error:
        raise UnreadableFile(f"it cannot be read as a table: {error}") from error


def _complete(rows: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    """Yield the rows.

    :raises UnreadableFile: a row has more cells than there are columns, so the end of its text would be lost.
    """
    for row in rows:
        if None in row:
            raise UnreadableFile(
                f"the row that ends in line {rows.line_num} has more cells than there are columns; "
                f"put quotation marks around every cell that contains {rows.reader.dialect.delimiter!r}"
            )
        yield row


def read_jsonl(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle]:
    """Yield the articles of a file with one JSON object per line.

    :param columns: field -> key, preferred to ``FIELDS``.
    :raises UnreadableFile: a line is not a JSON object, or no key holds the text.
    """
    rows: list[dict[str, object]] = []
    for number, line in enumerate(decode(data).split("\n"), 1):  # JSON strings may contain other line separators
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableFile(f"line {number} is not valid JSON: {error}") from error
        if not isinstance(row, dict):
            raise UnreadableFile(f"line {number} is a JSON {type(row).__name__}, not an object")
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield from _articles(rows, names, columns)


def _articles(
    rows: Iterable[Mapping[str, object]], names: Iterable[str], columns: Mapping[str, str]
) -> Iterator[ParsedArticle]:
    by_name = {name.strip().casefold(): name for name in names}
    column_of = {}
    for field, known in FIELDS.items():
        requested = (columns[field],) if field in columns else ()
        if name := next((by_name[n.casefold()] for n in (*requested, *known) if n.casefold() in by_name), None):
            column_of[field] = name
    if "text" not in column_of:
        raise UnreadableFile(
            f"no column is called {', '.join(FIELDS['text'][:3])} or the like (columns: "
            f"{', '.join(by_name) or 'none'}); name the column of the text, as in --columns text=body,title=headline"
        )
    name_counts: dict[str, int] = {}
    for row in rows:
        text = str(row.get(column_of["text"]) or "")
        if not text.strip():
            continue
        metadata = metadata_from(
            {field: row.get(column) for field, column in column_of.items() if field not in ("text", "id")}
        )
        name = str(row.get(column_of.get("id") or column_of.get("url") or "") or sha256(text.encode()).hexdigest()[:16])
        name_counts[name] = name_counts.get(name, 0) + 1
        name = name if name_counts[name] == 1 else f"{name} ({name_counts[name]})"
        yield parsed_article(text, plain_blocks(text), metadata, name=name, has_header=False)
