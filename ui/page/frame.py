"""The parts of the page that do not depend on a question: the heads of its panes, its notes, how it begins."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.ui.exports.kept import LABELS

from .render import render

_PARTS = ("quoth-head", "quoth-library-head", "quoth-ways", "quoth-beneath", "quoth-source-top", "quoth-basket-foot")
"""The ids of the elements to fill, which are the names of their templates."""


def frame_html() -> dict[str, str]:
    """The HTML of each part, by the id of its element."""
    return {part: render(f"{part}.html", forms=LABELS.items()) for part in _PARTS}


def no_source_html() -> str:
    """A note in place of the source, while none is open."""
    return render("no-source.html")


def adding_html() -> str:
    """The fields that add articles."""
    return render("adding.html")


def welcome_html(articles: int, examples: Sequence[str], may_change: bool, *, has_examples: bool = False) -> str:
    """The beginning of a conversation: questions that the articles answer, or an invitation to add articles.

    :param articles: number of articles in the library.
    :param examples: the questions.
    :param has_examples: there are example articles to try the program with.
    """
    if articles:
        return render("welcome.html", articles=articles, examples=examples)
    return render("invitation.html", may_change=may_change, has_examples=has_examples)
