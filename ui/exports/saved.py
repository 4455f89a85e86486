"""A parser for the quotes in saved answers: the JSON of ``quoth ask --json`` and of the API, and the chat's exports as
Markdown or HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html as lxml_html
from markdown_it import MarkdownIt

from quoth.index.errors import UnreadableFile
from quoth.qa.verify import Saved

AS_KEPT = "as it was kept"
"""Replaces the place of a quote that its article does not have any more."""
_SOURCE = re.compile(
    rf", (?:paragraph \d+(?:, “[^”]*”)?|pages? \S+(?:, read by OCR)?|{AS_KEPT}) "
    r"\((?P<source>.+?), characters (?P<start>\d+) to (?P<end>\d+)\)",
    re.DOTALL,
)
"""The source of a quote, as conversation.py and kept.py write it."""


def saved_quotes(file: Path) -> list[Saved]:
    """The quotes in a file of saved answers, in order.

    :raises UnreadableFile: the file cannot be read, or has no answers.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} cannot be read: {error}") from error
    if text.lstrip()[:1] in ("{", "["):
        try:
            found = [*_in_json(json.loads(text))]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnreadableFile(f"{file} has no answers like those of `quoth ask --json`: {error}") from error
    else:
        is_page = text.lstrip().lower().startswith("<!doctype")
        found = [*_in_html(text if is_page else MarkdownIt().render(text).replace("\r", "&#13;"))]
    if not found:
        raise UnreadableFile(
            f"{file} has no quotes. Use the output of `quoth ask --json`, or a document that the chat exported."
        )
    return found


def _in_json(said: Any) -> Iterator[Saved]:
    for answer in said if isinstance(said, list) else [said]:
        quotes = [*answer["quotes"], *(quote for d in answer.get("disagreements", ()) for quote in d["quotes"])]
        seen = set()
        for quote in quotes:
            source = quote["article"]["source"] if "article" in quote else quote["source"]
            saved = Saved(quote["text"], source, int(quote["start"]), int(quote["end"]))
            if saved not in seen:
                seen.add(saved)
                yield saved


def _in_html(page: str) -> Iterator[Saved]:
    """The quotes of an export; Markdown is rendered first. The last paragraph of a quote names the source."""
    for block in lxml_html.document_fromstring(page).iter("blockquote"):
        *parts, last = [child for child in block if child.tag in ("p", "footer")] or [block]
        match = _SOURCE.search(last.text_content().strip())
        if match is None:
            continue
        if last.tag == "p":
            quote = "\n\n".join(part.text_content() for part in parts)
        else:
            quote = block.text_content().removesuffix(last.text_content())
        yield Saved(quote, match["source"], int(match["start"]), int(match["end"]))
