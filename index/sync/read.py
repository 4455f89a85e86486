"""Changed files -> their articles that are new or changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import ParsedArticle, Refused
from quoth.index.records import Article
from quoth.index.storage.rows import Description
from quoth.index.storage.store import Store

from .items import ChangedFile, ReadArticle
from .sandbox import Worker
from .tally import Tally

_COMPARED = ("text", "title", "author", "published", "language", "url", "pages")
"""Fields of an article that make it another article."""


def read(files: Iterable[ChangedFile], store: Store, columns: Mapping[str, str], tally: Tally) -> Iterator[ReadArticle]:
    """Yield the articles of each file that the library does not have, as they are read.

    :param columns: which columns of tables hold what.
    """
    with Worker() as worker:
        for file in files:
            try:
                yield from _articles(file, worker, store, columns, tally)
            except UnreadableFile as error:
                tally.file_rejected(file.path, error, file.known, file.state)


def _articles(
    file: ChangedFile, worker: Worker, store: Store, columns: Mapping[str, str], tally: Tally
) -> Iterator[ReadArticle]:
    names: set[str] = set()
    for content in worker.read(file.path, file.digest, columns, file.corrections, tally.page_started, file.provided):
        names.add(content.name)
        if isinstance(content, Refused):
            tally.article_unreadable(file, content.name, content.reason)
            continue
        if file.path in tally.again:
            continue
        if stored := _stored_as(content, file, store):
            if _described(content) != _described(stored):
                tally.article_described(file, content.name, stored.id, _described(content))
            continue
        article = ReadArticle(file, content)
        tally.article_read(article)
        yield article
    if not names and not (file.known and file.provided):  # all mails of a mailbox may be deleted
        raise UnreadableFile("there is no article in it")
    tally.file_read(file, names)


def _described(article: Article | ParsedArticle) -> Description:
    """Return what may change while an article stays the same."""
    return Description(tuple(article.tags), article.collection, article.reference)


def _stored_as(article: ParsedArticle, file: ChangedFile, store: Store) -> Article | None:
    """Return the library's article that is this very article, perhaps with another description; None if it has none.

    An article of a file that holds several is the same also if other articles in the file have changed.
    """
    id_ = file.known.articles.get(article.name) if file.known else None
    stored = store.article(id_) if id_ is not None else None
    if stored is None or (stored.digest != file.digest and not article.name):
        return None
    return stored if all(getattr(stored, field) == getattr(article, field) for field in _COMPARED) else None
