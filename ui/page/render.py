"""HTML from the templates in templates/. Every value that a template writes is escaped, unless it is Markup.

Jinja escapes the characters that HTML gives a meaning. ui/escape.py escapes those that a parser would change: a
carriage return and NUL.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from quoth.ui.escape import in_html
from quoth.ui.language import say, say_many

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """Fill in a template.

    :param template: its file's name.
    """
    return _environment().get_template(template).render(values)


def say_html(english: str, **values: object) -> Markup:
    """Words in the reader's language around values, all escaped.

    :param values: for the {names} in the words; Markup is not escaped.
    """
    return Markup(in_html(say(english))).format(**{name: _escaped(value) for name, value in values.items()})


def _escaped(value: object) -> object:
    """Markup for a text that Jinja alone would not escape completely; any other value as it is, for Jinja to escape."""
    return Markup(in_html(value)) if type(value) is str and ("\r" in value or "\0" in value) else value


@lru_cache(1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # loaded late: `quoth ask` needs no page

    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, finalize=_escaped, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.globals.update(say=say, say_many=say_many, say_html=say_html)
    return environment
