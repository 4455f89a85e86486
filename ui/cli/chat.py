"""The command that starts the server: chat."""

from __future__ import annotations

import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from quoth.qa.answer.confidence import FOUND
from quoth.qa.opening import open_library

from .console import notify
from .options import DEFAULT, CandidatesOption, ConfidenceOption, CrossEncoderOption, LibraryOption


def chat(library: LibraryOption = DEFAULT, candidates: CandidatesOption = None,
         host: Annotated[str, typer.Option(
             help="Address to listen on. Other machines can only read, unless --auth or --write-token is given.",
         )] = "127.0.0.1",
         port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")] = 7860,
         auth: Annotated[str | None, typer.Option(
             envvar="QUOTH_AUTH", help="Require this name:password to open the page.",
         )] = None,
         token: Annotated[str | None, typer.Option(
             envvar="QUOTH_TOKEN",
             help="Require this token, or the password, to read. Only programs send it; for browsers, give --auth too.",
         )] = None,
         write_token: Annotated[str | None, typer.Option(
             envvar="QUOTH_WRITE_TOKEN",
             help="Let programs with this token add and remove articles, and nobody else without the password.",
         )] = None,
         read_only: Annotated[bool, typer.Option(
             "--read-only", help="Do not let anyone add or remove articles.",
         )] = False,
         allow_host: Annotated[list[str] | None, typer.Option(
             help="Another name under which the server may be opened, besides this machine's own. Repeatable.",
         )] = None,
         trust_proxy: Annotated[bool, typer.Option(
             "--trust-proxy",
             help="Trust the headers that a proxy sets: X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto.",
         )] = False,
         root_path: Annotated[str, typer.Option(
             help="Path under which a proxy serves the page, for example /quoth.",
         )] = "",
         mcp: Annotated[bool, typer.Option(
             "--mcp", hidden=True, help="Accepted for older scripts: assistants always find the tools at /mcp.",
         )] = False,
         allow_changes: Annotated[bool, typer.Option(
             "--allow-changes",
             help="Also let assistants at /mcp add and remove articles, where the page may (see docs/mcp.md).",
         )] = False,
         log_questions: Annotated[bool, typer.Option(
             "--log-questions", help="Include the questions in the log.",
         )] = False,
         min_confidence: ConfidenceOption = FOUND, cross_encoder: CrossEncoderOption = None) -> None:  # fmt: skip
    """Open the chat in the browser."""
    from quoth.ui.server.security.tokens import MIN_TOKEN, is_token

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    name, _, password = (auth or "").partition(":")
    if auth is not None and not (name and password):
        raise typer.BadParameter("use the form name:password", param_hint="--auth")
    for option, given in (("--token", token), ("--write-token", write_token)):
        if given is not None and not is_token(given):
            raise typer.BadParameter(
                f"use at least {MIN_TOKEN} letters, digits and the signs -._~+/, as `openssl rand -hex 16` makes them",
                param_hint=option,
            )
    if write_token is not None and (read_only or write_token == token):
        reason = "--read-only lets nobody change the library" if read_only else "use another token than --token"
        raise typer.BadParameter(reason, param_hint="--write-token")
    if root_path and not re.fullmatch(r"(/[\w.~-]+)+", root_path):
        raise typer.BadParameter("use a leading slash and no trailing one, as in /quoth", param_hint="--root-path")
    opened = open_library(library, candidates)
    notify("Loading the model and the page …")
    with ThreadPoolExecutor(1) as background:
        prepared = background.submit(opened.prepare)
        from quoth.ui.server.app import serve
        from quoth.ui.server.security.guard import Rules
        from quoth.ui.server.security.origins import Trust
        from quoth.ui.server.security.passwords import Password
        from quoth.ui.server.security.tokens import Tokens
        from quoth.ui.server.service import Settings
    prepared.result()

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("quoth").setLevel(logging.INFO)
    trust = Trust(frozenset(host_name.casefold() for host_name in allow_host or ()), trust_proxy)
    rules = Rules(
        trust, Password(name, password) if auth else None, read_only,
        Tokens(token, write_token) if token or write_token else None,
    )  # fmt: skip
    mode = "read-only; " if read_only else ""
    serve(
        opened, Settings(min_confidence, cross_encoder, log_questions, allow_changes), rules, host, port,
        lambda url: notify(f"The chat is open at {url} ({mode}press Ctrl-C to stop)"), root_path=root_path,
    )  # fmt: skip
