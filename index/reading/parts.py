"""Parts of a file (sheets, slides, chapters, mails, entries, rows): their names, and refusals of those that fail."""

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


def unique_name(name: str, counts: dict[str, int]) -> str:
    """Return the name of a part, with a number if an earlier part has the same.

    :param counts: how many parts have had each name; is updated.
    """
    counts[name] = counts.get(name, 0) + 1
    return name if counts[name] == 1 else f"{name} ({counts[name]})"
