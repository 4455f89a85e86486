"""The server over standard input and output, as assistants on this machine start it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from quoth.index.errors import NoArticles, QuothError
from quoth.index.library import Library
from quoth.qa.opening import open_library
from quoth.ui.programs.operations import Operations

from .server import assistants_server

_LOG = logging.getLogger("quoth")


def serve(
    library: str, candidates: str | None, min_confidence: float, cross_encoder: str | None, *, allow_changes: bool
) -> None:
    """Serve until standard input ends, or until interrupted.

    The library is opened, and its model loaded, in the background: the client's greeting is answered at once. Messages
    are logged to standard error; while serving, nothing but the protocol reaches standard output.

    :param library: a folder or an address. It need not exist yet.
    """

    def operations(create: bool) -> Operations:
        try:
            opened = open_library(library, candidates)
        except NoArticles:
            if not create:
                raise
            Library(library, candidates=candidates).close()
            opened = open_library(library, candidates)
        return Operations(opened, min_confidence, cross_encoder)

    def prepare() -> None:
        try:
            operations(False).library.prepare()
        except QuothError as error:
            _LOG.warning("%s", error)

    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    # Waiting for standard input cannot be interrupted otherwise. What is stored stays, as after a crash.
    signal.signal(signal.SIGINT, _end)
    server = assistants_server(operations, allow_changes=allow_changes)
    threading.Thread(target=prepare, name="quoth-prepare", daemon=True).start()
    server.run()
    os._exit(0)  # a model that is still loading does not delay the end


def _end(signal_number: int, frame: FrameType | None) -> None:
    os._exit(128 + signal_number)
