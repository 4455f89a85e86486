"""Text that can be stored and tokenised, from whatever a reader returned: the one place where surrogates end.

Halves of a surrogate pair come from JSON, YAML and RTF, which write characters above U+FFFF as two. A pair becomes its
character, and a half without its other half becomes U+FFFD, the replacement character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from .document import ParsedArticle, Refused

_PAIRS = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_STATED = ("text", "title", "author", "language", "url", "name", "tags", "collection", "reference")
"""Fields that hold what the file states in words."""
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


def sanitised(read: ParsedArticle | Refused) -> ParsedArticle | Refused:
    """Return what was read with its surrogates joined or replaced, and its offsets adapted."""
    if isinstance(read, Refused):
        return Refused(*map(clean_text, read))
    values = {field.name: getattr(read, field.name) for field in fields(read)}
    changes: dict[str, Any] = {
        name: clean for name, value in values.items() if name in _STATED and (clean := _clean(value)) != value
    }
    if not changes:
        return read
    if pairs := [match.start() for match in _PAIRS.finditer(read.text)]:
        changes |= _moved(read, lambda place: place - bisect_right(pairs, place - 2))
    return replace(read, **changes)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _clean(part) for key, part in value.items()}
    return type(value)(map(_clean, value)) if isinstance(value, (list, tuple)) else value


def clean_text(text: str) -> str:
    """Return a text without surrogates."""
    return _SURROGATES.sub(lambda match: _joined(match.group()), text)


def _joined(surrogates: str) -> str:
    if len(surrogates) == 1:
        return "\ufffd"
    return surrogates.encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def _moved(article: ParsedArticle, now: Callable[[int], int]) -> dict[str, Any]:
    """Return the fields of an article that hold offsets, with new ones.

    :param now: the new offset for an old one.
    """
    return {
        "blocks": tuple(replace(block, start=now(block.start), end=now(block.end)) for block in article.blocks),
        "pages": tuple(page._replace(spans=tuple((now(a), now(b)) for a, b in page.spans)) for page in article.pages),
        "runs": tuple(run._replace(start=now(run.start), end=now(run.end)) for run in article.runs),
    }
