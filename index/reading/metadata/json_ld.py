"""Descriptions of articles in a web page's JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_ARTICLES = re.compile(r"(?:Article|BlogPosting|NewsArticle|Report|Review|WebPage|CreativeWork|Posting|Recipe|HowTo)$")
_MAX_DEPTH = 6


def json_ld_articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON-LD objects that describe articles, news articles and posts first.

    Their ``author`` is a list; references to people (``@id``) are resolved.
    """
    objects: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().casefold() != "application/ld+json":
            continue
        try:
            objects += list(_objects(json.loads(script.text_content(), strict=False)))
        except (ValueError, RecursionError):
            continue
    people = {str(o["@id"]): o for o in objects if "@id" in o and o.get("name")}
    articles = [o for o in objects if any(_ARTICLES.search(str(t)) for t in _listed(o.get("@type")))]
    for article in sorted(
        articles, key=lambda o: not any(str(t).endswith(("Article", "Posting")) for t in _listed(o.get("@type")))
    ):
        authors = [
            people.get(str(a.get("@id")), a) if isinstance(a, dict) else a
            for a in _listed(article.get("author") or article.get("creator"))
        ]
        yield {**article, "author": authors}


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            if isinstance(item, (dict, list)):
                yield from _objects(item, depth + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
