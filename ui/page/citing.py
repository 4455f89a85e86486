"""Ways to cite quoted articles, as HTML: references in two styles, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from quoth.qa.records import Quote
from quoth.ui.exports.bibtex import bibtex
from quoth.ui.exports.csl import csl_ids, csl_item, csl_json
from quoth.ui.exports.references import STYLES, place_of, references
from quoth.ui.language import in_english, say

from .render import render


@dataclass(frozen=True, slots=True)
class _Block:
    """A text to copy, in lines."""

    title: str
    lines: Sequence[Markup]
    is_code: bool = False

    @property
    def shown(self) -> Markup:
        """Its lines as HTML."""
        return Markup("<br>").join(self.lines)

    @property
    def copies(self) -> str:
        """What is copied, as JSON: the plain text, and HTML, which has italics."""
        if self.is_code:
            return json.dumps({"text": self.shown.unescape()})
        return json.dumps({"text": "\n".join(line.striptags() for line in self.lines), "html": str(self.shown)})


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to cite, with what to copy."""

    name: str
    label: str
    blocks: Sequence[_Block]


def citing_html(quotes: Sequence[Quote]) -> str:
    """Ways to cite the articles of quotes.

    :param quotes: one for each article.
    """
    articles = [quote.article for quote in quotes]
    items = [csl_item(article, id_) for article, id_ in zip(articles, csl_ids(articles), strict=True)]
    ways = []
    with in_english():
        made = {style: references(items, style, [*map(place_of, quotes)]) for style in STYLES}
        code = {"BibTeX": bibtex(items), "CSL-JSON": csl_json(items)}
    for style, label in STYLES.items():
        full = sorted((one.full for one in made[style]), key=lambda line: line.striptags().casefold())
        short = [one.short for one in made[style]]
        ways.append(_Way(style, label, [_Block(say("Reference"), full), _Block(say("In the text"), short)]))
    ways += [
        _Way(label.partition("-")[0].casefold(), label, [_Block(label, [Markup.escape(text)], is_code=True)])
        for label, text in code.items()
    ]
    return render("citing.html", ways=ways)
