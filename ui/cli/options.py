"""What several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LibraryOption = Annotated[
    Path, typer.Option("--library", "-l", envvar="QUOTH_LIBRARY", help="The folder that the library lies in.")
]
FolderArgument = Annotated[str, typer.Argument(help="The folder that the articles lie in.")]
ModelOption = Annotated[
    str | None, typer.Option(help="An embedding model by name or folder, for a new library; else all-MiniLM-L6-v2.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
ConfidenceOption = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, envvar="QUOTH_MIN_CONFIDENCE",
                        help="From which confidence on an answer counts as found: higher gives fewer, surer answers."),
]  # fmt: skip
CrossEncoderOption = Annotated[
    str | None, typer.Option(envvar="QUOTH_CROSS_ENCODER",
                             help="A cross-encoder of your own, by name or folder, to rank the best sentences."),
]  # fmt: skip
ColumnsOption = Annotated[
    str | None, typer.Option(help="Of tables, which column holds what: title=headline,text=body. "
                                  "Remembered by the library."),
]  # fmt: skip
DEFAULT = Path(".quoth")
