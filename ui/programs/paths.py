"""Which paths on the server a program may name."""

from __future__ import annotations

import os
from collections.abc import Sequence

from quoth.index.library import Library
from quoth.index.sync.places.place import contains


def are_inside(paths: Sequence[str], library: Library) -> bool:
    """Return whether all paths lead into folders of the library. They need not exist."""
    folders = [os.path.realpath(folder) for folder in library.folders()]
    try:
        real = [os.path.realpath(path) for path in paths]
    except ValueError:  # a null character
        return False
    return all(any(contains(folder, path) for folder in folders) for path in real)
