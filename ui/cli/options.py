"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

from quoth.qa.filters import Filter

DEFAULT = ".quoth"


def _day(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date. Use YYYY-MM-DD, as in 2025-10-31.") from error


LibraryOption = Annotated[
    str,
    typer.Option(
        "--library",
        "-l",
        envvar="QUOTH_LIBRARY",
        help="Folder in which the library is stored, or the address of its PostgreSQL database.",
    ),
]
FolderArgument = Annotated[str, typer.Argument(help="Folder that contains the articles.")]
ModelOption = Annotated[
    str | None, typer.Option(help="Name or folder of the embedding model of a new library. "
                                  "The default is all-MiniLM-L6-v2."),
]  # fmt: skip
CandidatesOption = Annotated[
    str | None, typer.Option(envvar="QUOTH_CANDIDATES", show_envvar=True,
                             help="Address of a Qdrant server to search in, instead of indexes in the library's folder "
                                  "(see docs/candidates.md). Its key is $QDRANT_API_KEY."),
]  # fmt: skip
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ConfidenceOption = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, envvar="QUOTH_MIN_CONFIDENCE",
                        help="Minimum confidence of an answer. Higher values give fewer, more reliable answers."),
]  # fmt: skip
CrossEncoderOption = Annotated[
    str | None, typer.Option(envvar="QUOTH_CROSS_ENCODER",
                             help="Name or folder of a cross-encoder of your own, which ranks the best sentences."),
]  # fmt: skip
ColumnsOption = Annotated[
    str | None, typer.Option(help="Which columns of a table to use, as in title=headline,text=body. "
                                  "The library remembers them."),
]  # fmt: skip
AuthorOption = Annotated[
    str | None, typer.Option(help="Use only articles whose author's name contains this, in upper or lower case.")
]
SinceOption = Annotated[
    dt.date | None, typer.Option(parser=_day, metavar="YYYY-MM-DD",
                                 help="Use only articles published on this day or later, and none without a date."),
]  # fmt: skip
UntilOption = Annotated[
    dt.date | None, typer.Option(parser=_day, metavar="YYYY-MM-DD",
                                 help="Use only articles published on this day or earlier, and none without a date."),
]  # fmt: skip
SourceOption = Annotated[
    list[str] | None, typer.Option(help="Use only the article from this source, as `quoth status` prints it. "
                                        "Repeatable."),
]  # fmt: skip
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", help="Use only articles with this tag. Repeatable: they have all of them."),
]  # fmt: skip
CollectionOption = Annotated[
    str | None, typer.Option(help="Use only articles of this collection: of Zotero, or a mailbox, a feed or a site."),
]  # fmt: skip


def filter_of(
    author: str | None, since: dt.date | None, until: dt.date | None, sources: Sequence[str] | None,
    tags: Sequence[str] | None, collection: str | None,
) -> Filter:  # fmt: skip
    """Return the filter that these options describe."""
    return Filter(frozenset(sources or ()), author, since, until, frozenset(tags or ()), collection)
