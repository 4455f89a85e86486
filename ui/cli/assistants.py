"""The command that assistants start: mcp."""

from __future__ import annotations

from typing import Annotated

import typer

from quoth.qa.answer.confidence import FOUND

from .options import DEFAULT, CandidatesOption, ConfidenceOption, CrossEncoderOption, LibraryOption


def mcp(library: LibraryOption = DEFAULT, candidates: CandidatesOption = None,
        allow_changes: Annotated[bool, typer.Option(
            "--allow-changes", envvar="QUOTH_ALLOW_CHANGES", help="Also let assistants add and remove articles.",
        )] = False,
        min_confidence: ConfidenceOption = FOUND, cross_encoder: CrossEncoderOption = None) -> None:  # fmt: skip
    """Serve assistants over standard input and output, by the Model Context Protocol (see docs/mcp.md)."""
    from quoth.ui.mcp.stdio import serve  # imports the protocol's SDK, which takes a second

    serve(library, candidates, min_confidence, cross_encoder, allow_changes=allow_changes)
