"""Parts of a file that cannot be read, while the others are: sheets, slides, chapters, mails, entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quoth.index.errors import UnreadableFile

from .document import Refused


@contextmanager
def one_part(name: str, refused: list[Refused]) -> Iterator[None]:
    """Refuse a part of a file if the block fails, whatever a library raises.

    :param refused: gets the refusal.
    """
    try:
        yield
    except UnreadableFile as error:
        refused.append(Refused(name, str(error)))
    except MemoryError:
        raise
    except Exception as error:
        refused.append(Refused(name, f"it is damaged ({type(error).__name__}: {error})"))
