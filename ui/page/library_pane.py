"""The library pane as HTML: the list of articles, each to open, tick or remove, and the result of a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from quoth.index.records import Changes, by_reason, file_name
from quoth.index.storage.rows import Entry
from quoth.ui.citations import day, title_of
from quoth.ui.language import grouped, say

from .groups import Group, file_part, in_groups
from .render import render

_MOST_IGNORED = 10
"""Maximum number of ignored files that are listed for each reason."""


class _Item(NamedTuple):
    """An article as the list shows it."""

    id: str
    source: str
    title: str
    key: str
    """The title as it is sorted."""
    published: str
    """In ISO 8601; empty if unknown."""
    chars: str
    """Its length as it is sorted."""
    is_copy: bool
    facts: str
    """Date and author."""
    file: str
    """The file's name, where the title is not that already."""
    hint: str
    """Its source, its length, and the day on which it was added."""
    ask: str
    remove: str
    """Names of the buttons."""


class _Row(NamedTuple):
    """A line of the list: an article, or the name of a group above its articles."""

    name: str
    """Empty for a single article."""
    items: list[_Item]
    key: str
    published: str
    chars: str
    """By which the group is sorted: its name, its newest article, its length."""
    remove: str


def library_html(articles: Sequence[Entry], outdated: Changes, changeable: bool) -> str:
    """All articles, to search, sort and tick on the page, those of a file or a collection folded; a note if files have
    changed since they were indexed, and the files that could not be added.

    :param changeable: the reader may change the library.
    """
    first: dict[int, int] = {}
    for article in articles:
        first.setdefault(article.id if article.copy_of is None else article.copy_of, article.id)
    firsts = set(first.values())
    return render(
        "library.html", rows=[_row(group, firsts) for group in in_groups(articles)], total=len(articles),
        authors=sorted({article.author for article in articles if article.author}), changeable=changeable,
        outdated=_counts((
            (outdated.added, "{count} new"), (outdated.changed, "{count} changed"),
            (outdated.removed, "{count} deleted"),
        )),
        refused=[(_short(file.source), file.reason) for file in outdated.rejected],
    )  # fmt: skip


def changes_html(changes: Changes) -> str:
    """What was changed, and which files were rejected and why."""
    counts = _counts((
        (changes.added, "{count} added"), (changes.changed, "{count} changed"), (changes.moved, "{count} moved"),
        (changes.unchanged, "{count} unchanged"), (changes.removed, "{count} removed"),
    ))  # fmt: skip
    missing = say(
        "{count} files are missing, most of the files in their folder. Is a drive disconnected? "
        "Their articles stay in the library.",
        count=grouped(len(changes.missing)),
    )
    return render(
        "changes.html", counts=counts, removed=changes.removed, missing=missing if changes.missing else "",
        rejected=[(_short(file.source), file.reason) for file in changes.rejected],
        ignored=[
            (", ".join(file_name(source) for source in sources[:_MOST_IGNORED]), len(sources) - _MOST_IGNORED, reason)
            for reason, sources in by_reason(changes).items()
        ],
    )  # fmt: skip


def known_html(names: Sequence[str]) -> str:
    """Asks whether files replace the articles that have the same names; empty if there are none."""
    return render("known.html", names=names) if names else ""


def error_html(message: str) -> str:
    """A message about an error."""
    return render("error.html", message=message)


def _counts(kinds: Sequence[tuple[Sequence[str], str]]) -> str:
    """The numbers of sources in words, without those that are 0."""
    return ", ".join(say(words, count=grouped(len(sources))) for sources, words in kinds if sources)


def _row(group: Group, firsts: set[int]) -> _Row:
    name, articles = group
    return _Row(
        name, [_item(article, article.id not in firsts, bool(name)) for article in articles], name.casefold(),
        max(article.published.isoformat() if article.published else "" for article in articles),
        f"{sum(article.chars for article in articles):012}",
        say("Remove all articles of {name}", name=name) if name else "",
    )  # fmt: skip


def _item(article: Entry, is_copy: bool, is_in_group: bool) -> _Item:
    title, published, length = title_of(article), article.published, grouped(article.chars)
    names_file = article.title and not (is_in_group and file_part(article.source) != article.source)
    since = say("{length} characters, in the library since {day}", length=length, day=day(article.added.date()))
    return _Item(
        str(article.id), article.source, title, title.casefold(), published.isoformat() if published else "",
        f"{article.chars:012}", is_copy, " · ".join(filter(None, (day(published), article.author))),
        file_name(article.source) if names_file else "", f"{article.source}: {since}",
        say("Ask {title}", title=title), say("Remove {title}", title=title),
    )  # fmt: skip


def _short(source: str) -> str:
    """A rejected file without its folder, with the part of it that was rejected: "book.epub#text/one.xhtml"."""
    path, mark, part = source.partition("#")
    name = file_name(path)
    return f"{name}{mark}{part}" if "." in name else file_name(source)
