"""Reading articles: one, several, or the list of all."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import Article, Span

from .codec import LISTED, WHOLE, as_article, as_date, listed, placed, unpack_spans
from .database import Database
from .rows import Entry, Layout, Placed
from .schema import AT, CURRENT, PASSAGES

_PLACE = "file || iif(name = '', '', '#' || name)"
"""An article's file, with the article's name if it has one."""


def _real(source: str) -> str:
    """The real path of a file, with the name of an article in it if the source has one."""
    try:
        return os.path.realpath(source)
    except ValueError:  # a null character
        return source


class Articles(Database):
    """Reads articles. Articles come in the order in which they were added."""

    def articles(self) -> list[Article]:
        """All current articles."""
        with self.reading() as connection:
            return [as_article(row) for row in connection.execute(f"{WHOLE} WHERE removed IS NULL ORDER BY id")]

    def article(self, id_: int) -> Article | None:
        """A current article; None if absent."""
        with self.reading() as connection:
            row = connection.execute(f"{WHOLE} WHERE id = ? AND removed IS NULL", (id_,)).fetchone()
            return as_article(row) if row else None

    def article_from(self, source: str) -> Article | None:
        """The current article that is shown with this source, else the first one of the file that it leads to."""
        query = f"{WHOLE} WHERE {{}} = ? AND removed IS NULL ORDER BY id LIMIT 1"
        with self.reading() as connection:
            for column, value in (("source", source), (_PLACE, _real(source)), ("file", _real(source))):
                if row := connection.execute(query.format(column), (value,)).fetchone():
                    return as_article(row)
        return None

    def articles_with(self, words: str) -> list[Article]:
        """The current articles whose text contains a string."""
        query = f"{WHOLE} WHERE removed IS NULL AND instr(text, ?) > 0 ORDER BY id"
        with self.reading() as connection:
            return [as_article(row) for row in connection.execute(query, (words,))]

    def catalogue(self) -> list[Entry]:
        """All current articles without their texts."""
        with self.reading() as connection:
            rows = connection.execute(f"{LISTED} WHERE removed IS NULL ORDER BY id")
            return [
                Entry(
                    article.id, source.source, article.title, article.author, as_date(article.published),
                    article.chars, dt.datetime.fromisoformat(article.added), article.copy_of,
                )
                for article, source in map(listed, rows)
            ]  # fmt: skip

    def layout(self, id_: int) -> Layout:
        """An article's layout; empty if none is stored."""
        with self.reading() as connection:
            row = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
            return Layout.unpacked(row[0]) if row else Layout()

    def sentences(self, id_: int) -> list[Span]:
        """The spans of an article's sentences, in order."""
        query = f"SELECT {PASSAGES.select} FROM passages WHERE article_id = ? ORDER BY id"
        with self.reading() as connection:
            passages = map(PASSAGES.checked, connection.execute(query, (id_,)))
            return [(a, b) for passage in passages for a, b in unpack_spans(passage.sentences, passage.start).tolist()]

    def matching(
        self, at: int, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[Placed]:  # fmt: skip
        """The articles of a generation that match all filters.

        :param at: the generation.
        :param sources: sources to choose from, as they are shown; one that is not shown is the path of a file.
        :param author: a part of the author's name, in any case.
        :param since: the first date of publication.
        :param until: the last date of publication.
        """
        query = (
            f"{LISTED} WHERE {AT} AND (:sources = '[]' OR source IN (SELECT value FROM json_each(:sources)) "
            f"OR file IN (SELECT value FROM json_each(:places)) OR {_PLACE} IN (SELECT value FROM json_each(:places))) "
            "AND (:author IS NULL OR instr(casefolded(author), :author) > 0) "
            "AND (:since IS NULL OR published >= :since) AND (:until IS NULL OR published <= :until) ORDER BY id"
        )
        chosen = list(sources)
        filters = {
            "at": at, "sources": json.dumps(chosen), "author": author and author.casefold(),
            "since": since and since.isoformat(), "until": until and until.isoformat(),
        }  # fmt: skip
        with self.reading() as connection:
            shown = {
                row[0]
                for row in connection.execute(
                    "SELECT source FROM sources WHERE source IN (SELECT value FROM json_each(:sources))", filters
                )
            }
            places = json.dumps([_real(source) for source in chosen if source not in shown])
            return placed(connection.execute(query, filters | {"places": places}))

    def languages(self, at: int) -> dict[str, int]:
        """Number of a generation's articles by language. An article of unknown language counts as English."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT coalesce(language, :english), count(*) FROM articles WHERE {AT} GROUP BY 1",
                {"english": ENGLISH, "at": at},
            ).fetchall()
        return dict(rows)

    def counts(self) -> tuple[int, int]:
        """Numbers of current articles and of their passages."""
        with self.reading() as connection:
            articles, passages = connection.execute(
                f"SELECT count(*), coalesce(total(passages), 0) FROM articles WHERE {CURRENT}"
            ).fetchone()
        return articles, int(passages)
