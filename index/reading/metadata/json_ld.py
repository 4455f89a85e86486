"""Descriptions of articles in a web page's JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import Any

_ARTICLES = re.compile(
    r"(?:Article|BlogPosting|NewsArticle|Report|Review|WebPage|CreativeWork|Posting|Recipe|HowTo|^Question)$"
)
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""Half of a character that is written as two halves; it stands for nothing."""
_MAX_DEPTH = 6


def json_ld_articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON-LD objects that describe articles, news articles and posts first.

    Their ``author`` is a list; references to people (``@id``) are resolved.
    """
    objects = list(json_ld_objects(tree))
    people = {str(o["@id"]): o for o in objects if "@id" in o and o.get("name")}
    articles = [o for o in objects if any(_ARTICLES.search(str(t)) for t in as_list(o.get("@type")))]
    if sum("Review" in as_list(o.get("@type")) for o in articles) > 1:  # what customers say
        articles = [o for o in articles if "Review" not in as_list(o.get("@type"))]
    for article in sorted(
        articles, key=lambda o: not any(str(t).endswith(("Article", "Posting")) for t in as_list(o.get("@type")))
    ):
        authors = [
            people.get(str(a.get("@id")), a) if isinstance(a, dict) else a
            for a in as_list(article.get("author") or article.get("creator"))
        ]
        yield {**article, "author": authors}


def json_ld_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects of a page's JSON-LD, those inside others as well."""
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().casefold() != "application/ld+json":
            continue
        try:
            yield from _objects(json.loads(_LONE_SURROGATE.sub(r"\\ufffd", script.text_content()), strict=False))
        except (ValueError, RecursionError):
            continue


def article_body(tree: Any) -> str:
    """Return the text of the page's article in HTML, as its JSON-LD states it; empty if it does not."""
    bodies = (article.get("articleBody") or article.get("text") for article in json_ld_articles(tree))
    body = next((body for body in bodies if isinstance(body, str)), "")
    if re.search(r"&lt;/?(?:p|br|div)\b", body):
        body = unescape(body)
    if re.search(r"</?(?:p|br|div)\b", body):
        return body
    return "".join(f"<p>{escape(line)}</p>" for line in body.splitlines())


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


def as_list(value: Any) -> list[Any]:
    """Return a property of a JSON-LD object, which may have several values, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
