"""Changed files -> their articles that are new or changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quoth.index.errors import UnreadableFile
from quoth.index.reading.document import Refused
from quoth.index.storage.store import Store

from .compare import described, stored_as
from .items import ChangedFile, ReadArticle
from .sandbox import Worker
from .tally import Tally


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
        if stored := stored_as(content, file, store):
            if described(content) != described(stored):
                tally.article_described(file, content.name, stored.id, described(content))
            continue
        article = ReadArticle(file, content)
        tally.article_read(article)
        yield article
    if not names and not (file.known and file.provided):  # all mails of a mailbox may be deleted
        raise UnreadableFile("there is no article in it")
    tally.file_read(file, names)
