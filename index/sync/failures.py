"""A failure inside one article stays with that article: it is rejected, and the others are added."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quoth.index.errors import QuothError, UnreadableFile


@contextmanager
def one_article(done: str) -> Iterator[None]:
    """Turn an unexpected error while one article is processed into its rejection.

    :param done: what is done with it, to complete "it cannot be".
    :raises UnreadableFile: the block raised an error that is not Quoth's own.
    """
    try:
        yield
    except QuothError:
        raise
    except Exception as error:
        raise UnreadableFile(f"it cannot be {done} ({type(error).__name__}: {error})") from error
