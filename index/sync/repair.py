"""Repair a library: read damaged articles again, and replace its database by a backup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from quoth.index.errors import LibraryDamaged
from quoth.index.reading.document import Block, ParsedArticle
from quoth.index.records import Article
from quoth.index.storage import integrity

from .chunk import draft_of
from .compare import file_now
from .embed import embed
from .items import Draft
from .writer import Writer


def repair_articles(writer: Writer, damaged: Sequence[int], add: Callable[[list[str]], object]) -> list[int]:
    """Repair articles whose rows are damaged, and remove those that cannot be repaired.

    An article is read again from its file if the file is unchanged, else rebuilt from its stored text if that is
    intact. It gets another id.

    :param damaged: ids of the articles.
    :param add: adds files to the library.
    :returns: former ids of the articles that were repaired.
    """
    store = writer.store
    from_files: dict[int, str] = {}
    from_texts: dict[int, Draft] = {}
    for id_ in damaged:
        path, article = store.file_of(id_), None
        with suppress(LibraryDamaged):
            article = store.article(id_)
        now = file_now(path, article.digest if article else "")
        if path and (now == "same" or (article is None and now == "changed")):
            from_files[id_] = path
        elif path and article:
            with suppress(LibraryDamaged):
                from_texts[id_] = _draft_from_text(writer, path, article)
    with writer.lock():
        for id_ in damaged:
            integrity.discard(store, id_)
        if from_texts:
            store.replace(embed(from_texts.values(), writer.encoders.encoder.encode))
    if from_files:
        add([*from_files.values()])
    writer.update_indexes()
    return [*from_texts, *(id_ for id_, path in from_files.items() if store.known([path]))]


def _draft_from_text(writer: Writer, path: str, article: Article) -> Draft:
    """Return a draft made from an article's stored text.

    :param path: the real path of its file.
    """
    layout, known = writer.store.layout(article.id), writer.store.known([path])[path]
    name = next(name for name, id_ in known.articles.items() if id_ == article.id)
    blocks = layout.blocks or (Block("prose", 0, len(article.text)),)
    content = ParsedArticle(
        article.text, blocks, article.title, article.author, article.published, article.language, article.url, name,
        article.pages, layout.runs, layout.words, article.tags, article.collection, article.reference,
    )  # fmt: skip
    return draft_of(path, known.given, known.source, content, article.digest, writer.encoders.encoder)
