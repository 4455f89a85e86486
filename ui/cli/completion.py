"""What shells complete besides commands, options and names of files: the sources of the library's articles."""

from __future__ import annotations

import typer

from quoth.index.errors import QuothError
from quoth.qa.opening import open_library


def library_sources(context: typer.Context, incomplete: str) -> list[str]:
    """Return the sources that start so; none if the library cannot be read, or only over a network."""
    library = str(context.params["library"])
    if "://" in library:
        return []
    try:
        return [entry.source for entry in open_library(library).catalogue() if entry.source.startswith(incomplete)]
    except QuothError:
        return []
