"""Tables of articles (CSV, TSV, JSONL) -> their articles, one a row: columns are known by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import ParsedArticle
from quoth.index.reading.metadata.fields import finished, stated

from .text import plain_blocks

FIELDS = {
    "text": (
        "text",
        "body",
        "content",
        "article",
        "article_text",
        "maintext",
        "full_text",
        "texte",
        "texto",
        "testo",
        "tekst",
    ),
    "title": ("title", "headline", "titel", "titre", "título", "titulo", "titolo"),
    "author": ("author", "authors", "byline", "creator", "autor", "auteur", "autore"),
    "date": (
        "date",
        "published",
        "publish_date",
        "published_at",
        "pubdate",
        "date_published",
        "datum",
        "fecha",
        "data",
    ),
    "url": ("url", "link", "source_url", "address"),
    "language": ("language", "lang"),
    "id": ("id", "uuid", "guid", "key", "slug"),
}
"""What each column may be called; ``--columns`` names others."""
_MAX_CELL = 2**24


def read_csv(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle]:
    """Each row of a table whose first row names its columns.

    :raises UnreadableFile: no column has the text.
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
        yield from _articles(_whole(rows), names, columns)
    except csv.Error as error:
        raise UnreadableFile(f"it is no table that can be read: {error}") from error


def _whole(rows: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    """The rows; one with more cells than there are columns is a text that would lose its end."""
    for row in rows:
        if None in row:
            raise UnreadableFile(
                f"the row that ends in line {rows.line_num} has more cells than there are columns; is a text with "
                f"{rows.reader.dialect.delimiter!r} in it without its quotation marks?"
            )
        yield row


def read_jsonl(data: bytes, columns: Mapping[str, str]) -> Iterator[ParsedArticle]:
    """Each line, a JSON object.

    :raises UnreadableFile: a line is none, or no object has the text.
    """
    rows: list[dict[str, object]] = []
    for number, line in enumerate(decode(data).split("\n"), 1):  # other line ends may stand in strings
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableFile(f"line {number} is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise UnreadableFile(f"line {number} is no JSON object, but {type(row).__name__}")
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield from _articles(rows, names, columns)


def _articles(
    rows: Iterable[Mapping[str, object]], names: Iterable[str], columns: Mapping[str, str]
) -> Iterator[ParsedArticle]:
    by_name = {name.strip().casefold(): name for name in names}
    chosen = {}
    for field, known in FIELDS.items():
        given = (columns[field],) if field in columns else ()
        if name := next((by_name[k.casefold()] for k in (*given, *known) if k.casefold() in by_name), None):
            chosen[field] = name
    if "text" not in chosen:
        raise UnreadableFile(
            f"no column is called {', '.join(FIELDS['text'][:3])} or the like (there are "
            f"{', '.join(by_name) or 'none'}); say which holds the text, as in --columns text=body,title=headline"
        )
    taken: dict[str, int] = {}
    for row in rows:
        text = str(row.get(chosen["text"]) or "")
        if not text.strip():
            continue
        facts = stated({field: row.get(name) for field, name in chosen.items() if field not in ("text", "id")})
        name = str(row.get(chosen.get("id") or chosen.get("url") or "") or sha256(text.encode()).hexdigest()[:16])
        taken[name] = taken.get(name, 0) + 1
        yield finished(
            text, plain_blocks(text), facts, name=name if taken[name] == 1 else f"{name} ({taken[name]})", headed=False
        )
