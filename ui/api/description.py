"""The OpenAPI description of the API, and the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from fastapi.openapi.utils import get_openapi
from markupsafe import Markup
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from quoth.ui.page.render import render
from quoth.ui.server.security.guard import Rules

from .events import Event
from .problems import KINDS, Problem, documented, either

_SUMMARY = "Answers to questions about a folder of articles, in the articles' own words."
_DESCRIPTION = """Every result that quotes names the article and the offsets of the words, so that
`text == article.text[start:end]`. Errors are problems in JSON (RFC 9457) with a stable `type`."""
_TOKEN = {"type": "http", "scheme": "bearer", "description": "The server's token for reading or for changes."}
_PASSWORD = {"type": "http", "scheme": "basic", "description": "The server's name and password."}
_EVERYWHERE = ("unauthorized", "unknown-host", "cross-site", "too-many-tries", "failed")
"""Kinds of problems that every operation can have."""
_SCHEMAS = "#/components/schemas/{model}"


def described(routes: Sequence[BaseRoute], address: str, rules: Rules) -> dict[str, Any]:
    """Return the OpenAPI description.

    :param address: the path of the API, as clients see it.
    :param rules: what clients may do.
    """
    found = get_openapi(
        title="Quoth", version=version("quoth"), summary=_SUMMARY, description=_DESCRIPTION, routes=routes,
        servers=[{"url": address}],
        tags=[
            {"name": "questions", "description": "Ask, find and check."},
            {"name": "articles", "description": "Read, add and remove articles."},
        ],
    )  # fmt: skip
    components = found["components"]
    schemas = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, more = models_json_schema([(Problem, "serialization"), (Event, "serialization")], ref_template=_SCHEMAS)
    schemas.update(more["$defs"])
    components["securitySchemes"] = {
        **({"token": _TOKEN} if rules.tokens else {}), **({"password": _PASSWORD} if rules.password else {}),
    }  # fmt: skip
    schemes: list[dict[str, list[str]]] = [{name: []} for name in components["securitySchemes"]]
    for path, method, operation in operations(found):
        changes = path.startswith("/articles") and method != "get"
        operation["security"] = schemes if schemes and (changes or rules.guards_reading) else [{}, *schemes]
        reads_json = "application/json" in operation.get("requestBody", {}).get("content", {})
        general = (*_EVERYWHERE, *(("read-only",) * changes), *(("bad-request", "too-large") * reads_json))
        for status, told in documented(*general).items():
            _join(operation["responses"], str(status), told)
        _exemplify(operation, schemas)
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path, method and description of each operation."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def described_html(description: dict[str, Any]) -> str:
    """Return the page that shows a description."""
    return render(
        "api.html", api=description, operations=[*operations(description)], kinds=KINDS, as_json=_as_json,
        type_of=type_of, sample=_sample,
        fields=lambda schema: Markup(render("api-fields.html", schema=schema, type_of=type_of)),
    )  # fmt: skip


def type_of(schema: dict[str, Any]) -> str:
    """Return the type that a schema describes, with its limits and default, in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            types = " or ".join(type_of(each) for each in schema[choice])
            break
    else:
        types = str(schema.get("format") or schema.get("type", "value"))
        if "enum" in schema or "const" in schema:
            types = " or ".join(map(str, schema.get("enum") or [schema["const"]]))
        elif types == "array":
            types = f"list of {type_of(schema['items'])}"
    low, high = schema.get("minimum"), schema.get("maximum")
    limits = f", {low} to {high}" if low is not None and high is not None else ""
    default = schema.get("default")
    return f"{types}{limits}" + ("" if default in (None, []) else f", by default {default}")


def _sample(parameter: dict[str, Any]) -> str:
    """Return a value to try for a parameter."""
    examples = parameter.get("examples") or parameter["schema"].get("examples") or [parameter.get("example", "")]
    return str(examples[0] if isinstance(examples, list) else examples)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _join(responses: dict[str, Any], status: str, told: dict[str, Any]) -> None:
    """Add a response with problems to those of an operation, which may have others with this status."""
    known = responses.get(status)
    if known is None:
        responses[status] = told
        return
    known["description"] = either(known["description"], told["description"])
    for media_type, content in told["content"].items():
        known["content"][media_type]["examples"] |= content["examples"]


def _exemplify(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Describe the result, and add an example of it, made of the examples of its fields."""
    result = operation["responses"]["200"]
    if result["description"] == "Successful Response":
        result["description"] = "The result"
    for media_type, content in result["content"].items():
        if "json" in media_type:
            content["example"] = example(content["schema"], schemas)


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return an example for a schema: its own, else one that is made of the examples of its fields.

    :param schemas: those that references lead to, by name.
    """
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "default" in schema:
        return schema["default"]
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return example(schema[choice][0], schemas)
    if schema.get("type") == "array":
        return [example(schema["items"], schemas)]
    return {name: example(field, schemas) for name, field in schema["properties"].items()}
