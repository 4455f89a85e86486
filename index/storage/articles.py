"""Reading articles: one, several, or the list of all."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from typing import Any

from quoth.index.reading.metadata.language import ENGLISH
from quoth.index.records import COLLECTION_SEPARATOR, Article, Span

from .codec import CATALOGUED, LISTED, WHOLE, as_article, as_entry, placed, unpack_spans, unpack_tags
from .part import Part
from .rows import Entry, Layout, Placed
from .schema import AT, CURRENT, PASSAGES

_PLACE = "file || CASE name WHEN '' THEN '' ELSE '#' || name END"
"""An article's file, with the article's name if it has one."""


def _real(source: str) -> str:
    """The real path of a file, with the name of an article in it if the source has one."""
    try:
        return os.path.realpath(source)
    except ValueError:  # a null character
        return source


def _is_in(stated: str, group: str) -> bool:
    """Whether a tag or a collection is a group, or in it ("a/b" is in "a"), in any case."""
    stated, group = stated.casefold(), group.casefold()
    return stated == group or stated.startswith(f"{group}/")


class Articles(Part):
    """Reads articles. Articles come in the order in which they were added."""

    def articles(self) -> list[Article]:
        """All current articles."""
        with self.database.reading() as connection:
            return [as_article(row) for row in connection.execute(f"{WHOLE} WHERE removed IS NULL ORDER BY id")]

    def article(self, id_: int) -> Article | None:
        """A current article; None if absent."""
        with self.database.reading() as connection:
            row = connection.execute(f"{WHOLE} WHERE id = ? AND removed IS NULL", (id_,)).fetchone()
            return as_article(row) if row else None

    def article_from(self, source: str) -> Article | None:
        """The current article that is shown with this source, else the first one of the file that it leads to."""
        query = f"{WHOLE} WHERE {{}} = ? AND removed IS NULL ORDER BY id LIMIT 1"
        with self.database.reading() as connection:
            for column, value in (("source", source), (_PLACE, _real(source)), ("file", _real(source))):
                if row := connection.execute(query.format(column), (value,)).fetchone():
                    return as_article(row)
        return None

    def articles_with(self, words: str) -> list[Article]:
        """The current articles whose text contains a string."""
        query = f"{WHOLE} WHERE removed IS NULL AND instr(text, ?) > 0 ORDER BY id"
        with self.database.reading() as connection:
            return [as_article(row) for row in connection.execute(query, (words,))]

    def catalogue(self) -> list[Entry]:
        """All current articles without their texts."""
        with self.database.reading() as connection:
            return [*map(as_entry, connection.execute(f"{CATALOGUED} WHERE removed IS NULL ORDER BY id"))]

    def layout(self, id_: int) -> Layout:
        """An article's layout; empty if none is stored."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT layout FROM layouts WHERE article_id = ?", (id_,)).fetchone()
            return Layout.unpacked(row[0]) if row else Layout()

    def sentences(self, id_: int) -> list[Span]:
        """The spans of an article's sentences, in order."""
        query = f"SELECT {PASSAGES.select} FROM passages WHERE article_id = ? ORDER BY id"
        with self.database.reading() as connection:
            passages = map(PASSAGES.checked, connection.execute(query, (id_,)))
            return [(a, b) for passage in passages for a, b in unpack_spans(passage.sentences, passage.start).tolist()]

    def matching(
        self, at: int, sources: Iterable[str] = (), author: str | None = None, since: dt.date | None = None,
        until: dt.date | None = None, tags: Iterable[str] = (), collection: str | None = None,
    ) -> list[Placed]:  # fmt: skip
        """The articles of a generation that match all filters.

        :param at: the generation.
        :param sources: sources to choose from, as they are shown; one that is not shown is the path of a file.
        :param author: a part of the author's name, in any case.
        :param since: the first date of publication.
        :param until: the last date of publication.
        :param tags: tags that an article has, in any case; "a" is also the tag of an article with "a/b".
        :param collection: the collection, in any case, or one that it is in: "a" for "a/b".
        """
        conditions = [AT]
        values: dict[str, Any] = {
            "at": at, "since": since and since.isoformat(), "until": until and until.isoformat()
        }  # fmt: skip
        with self.database.reading() as connection:
            if chosen := list(sources):
                rows = connection.execute("SELECT source FROM sources WHERE source = ANY(?)", (chosen,))
                shown = {row[0] for row in rows}
                values |= {"sources": chosen, "places": [_real(source) for source in chosen if source not in shown]}
                conditions.append(f"(source = ANY(:sources) OR file = ANY(:places) OR {_PLACE} = ANY(:places))")
            if author is not None:
                rows = connection.execute("SELECT DISTINCT author FROM articles WHERE author IS NOT NULL")
                values["authors"] = [name for (name,) in rows if author.casefold() in name.casefold()]
                conditions.append("author = ANY(:authors)")
            if since:
                conditions.append("published >= :since")
            if until:
                conditions.append("published <= :until")
            for number, tag in enumerate(tags):
                rows = connection.execute("SELECT DISTINCT tags FROM descriptions WHERE tags IS NOT NULL")
                values[f"tags{number}"] = [
                    packed for (packed,) in rows if any(_is_in(stated, tag) for stated in unpack_tags(packed))
                ]
                conditions.append(f"id IN (SELECT article_id FROM descriptions WHERE tags = ANY(:tags{number}))")
            if collection is not None:
                rows = connection.execute("SELECT DISTINCT collection FROM descriptions WHERE collection IS NOT NULL")
                values["collections"] = [
                    stated for (stated,) in rows
                    if any(_is_in(one, collection) for one in (stated, *stated.split(COLLECTION_SEPARATOR)))
                ]  # fmt: skip
                conditions.append("id IN (SELECT article_id FROM descriptions WHERE collection = ANY(:collections))")
            return placed(connection.execute(f"{LISTED} WHERE {' AND '.join(conditions)} ORDER BY id", values))

    def languages(self, at: int) -> dict[str, int]:
        """Number of a generation's articles by language. An article of unknown language counts as English."""
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT coalesce(language, :english), count(*) FROM articles WHERE {AT} GROUP BY 1",
                {"english": ENGLISH, "at": at},
            ).fetchall()
        return dict(rows)

    def counts(self) -> tuple[int, int]:
        """Numbers of current articles and of their passages."""
        with self.database.reading() as connection:
            articles, passages = connection.execute(
                f"SELECT count(*), coalesce(sum(passages), 0) FROM articles WHERE {CURRENT}"
            ).fetchone()
        return int(articles), int(passages)
