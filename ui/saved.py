"""Saved answers -> the quotes in them: of ``quoth ask --json``, of the API, and of the chat's exports as Markdown or HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html as lxml_html
from markdown_it import MarkdownIt

from index.errors import UnreadableFile
from qa.verify import Saved

_SOURCE = re.compile(r"\((?P<source>.+), characters (?P<start>\d+) to (?P<end>\d+)\)(?:; also said by .*)?$", re.DOTALL)


def saved_quotes(file: Path) -> list[Saved]:
    """The quotes in a file of saved answers, in order.

    :raises UnreadableFile: it cannot be opened, or holds no answers.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} cannot be read: {error}") from error
    if text.lstrip()[:1] in ("{", "["):
        try:
            found = [*_in_json(json.loads(text))]
        except (ValueError, TypeError, AttributeError) as error:
            raise UnreadableFile(f"{file} holds no answers as `quoth ask --json` prints them: {error}") from error
    else:
        found = [*(_in_html(text) if text.lstrip().lower().startswith("<!doctype") else _in_html(MarkdownIt().render(text)))]
    if not found:
        raise UnreadableFile(f"{file} holds no quotes: give what `quoth ask --json` printed, or what the chat exported.")
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


def _in_html(text: str) -> Iterator[Saved]:
    for block in lxml_html.document_fromstring(text).iter("blockquote"):
        words = block.text_content()
        quote, _, source = words.rpartition("— ")
        if match := _SOURCE.search(source.strip()):
            start, end = int(match["start"]), int(match["end"])
            yield Saved(quote.strip("\n")[: end - start] if len(quote.strip("\n")) > end - start else quote.strip("\n"), match["source"], start, end)
