"""The library's articles, each to be opened, ticked or removed, and what became of a change, as HTML. Pure; every word
is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import Changes
from index.rows import Entry

from .render import day, title_of
from .verbatim import in_html

_ORDERS = (("", "As added"), ("title", "By title"), ("published", "Newest first"), ("chars", "Longest first"))


def shelf_html(articles: Sequence[Entry], outdated: Changes, changeable: bool) -> str:
    """All articles, to be searched, sorted and ticked on the page; a sign when files have changed since."""
    first: dict[int, int] = {}
    for article in articles:
        first.setdefault(article.id if article.copy_of is None else article.copy_of, article.id)
    firsts = set(first.values())
    items = "".join(_item(article, changeable, copy=article.id not in firsts) for article in articles)
    find = f"Find among {len(articles)} article{'' if len(articles) == 1 else 's'}"
    orders = "".join(f'<option value="{key}">{label}</option>' for key, label in _ORDERS)
    return (
        f'<section class="quoth-shelf" aria-label="Articles">{_outdated(outdated, changeable)}'
        f'<p class="quoth-finding"><input type="search" class="quoth-filter" aria-label="{find}" placeholder="Find">'
        f'<select class="quoth-order" aria-label="Order of the articles">{orders}</select></p>'
        f'{_narrowing(articles)}<ul class="quoth-items">{items}</ul></section>'
    )


def changes_html(changes: Changes) -> str:
    """What was done, and what was not and why."""
    kinds = ("added", "changed", "moved", "unchanged", "removed")
    done = [f"{len(getattr(changes, kind))} {kind}" for kind in kinds if getattr(changes, kind)]
    counts = ", ".join(done) or "nothing changed"
    rejected = "".join(f"<li>{in_html(_file(r.source))}: {in_html(r.reason)}</li>" for r in changes.rejected)
    refused = f'<p class="quoth-error">Not taken:</p><ul>{rejected}</ul>' if rejected else ""
    undo = ' <button type="button" class="quoth-act" data-do="undo">Undo</button>' if changes.removed else ""
    missing = (
        f'<p class="quoth-error">{len(changes.missing)} files are gone, most of their folder. '
        "Is a drive missing? They stay in the library. "
        '<button type="button" class="quoth-act" data-do="forget">Forget them</button></p>'
        if changes.missing else ""
    )  # fmt: skip
    told = f'<p class="quoth-note">{in_html(counts[0].upper() + counts[1:])}.{undo}</p>'
    return f'<div role="status">{told}{missing}{refused}</div>'


def known_html(names: Sequence[str]) -> str:
    """Asks what is to become of files of whose names there are others."""
    if not names:
        return ""
    many = len(names) > 1
    return (
        f'<div role="status"><p class="quoth-note">Already there, with other content: {in_html(", ".join(names))}. '
        f'<button type="button" class="quoth-act" data-do="replace">Replace {"them" if many else "it"}</button> '
        '<button type="button" class="quoth-act" data-do="both">Keep both</button></p></div>'
    )


def error_html(message: str) -> str:
    return f'<p class="quoth-error" role="alert">{in_html(message)}</p>'


def _outdated(changes: Changes, changeable: bool) -> str:
    kinds = (("new", changes.added), ("changed", changes.changed), ("gone", changes.removed))
    parts = [f"{len(found)} {kind}" for kind, found in kinds if found]
    if not parts:
        return ""
    update = ' <button type="button" class="quoth-act" data-do="update">Bring up to date</button>' if changeable else ""
    return f'<p class="quoth-outdated" role="status">On disk since it was indexed: {", ".join(parts)}.{update}</p>'


def _narrowing(articles: Sequence[Entry]) -> str:
    """What restricts questions beside the ticks: an author and days of publication."""
    authors = "".join(
        f'<option value="{in_html(author)}">{in_html(author)}</option>'
        for author in sorted({article.author for article in articles if article.author})
    )
    return (
        '<details class="quoth-narrow"><summary>Author and dates</summary>'
        f'<label>Author <select data-only="author"><option value="">Anyone</option>{authors}</select></label>'
        '<label>Published since <input type="date" data-only="since"></label>'
        '<label>Published until <input type="date" data-only="until"></label></details>'
    )


def _item(article: Entry, changeable: bool, *, copy: bool) -> str:
    name, source = in_html(title_of(article)), in_html(article.source)
    same = " <small>(near-copy of another)</small>" if copy else ""
    facts = " · ".join(part for part in (day(article.published), article.author) if part)
    told = [facts, _file(article.source) if article.title else ""]
    lines = "".join(f'<p class="quoth-facts" dir="auto">{in_html(line)}</p>' for line in told if line)
    more = f"{article.source}: {article.chars:,} characters, in the library since {day(article.added.date())}"
    remove = (
        f'<button type="button" class="quoth-act quoth-remove" data-do="remove" data-article="{article.id}" '
        f'aria-label="Remove {name}" title="Remove">×</button>'
        if changeable
        else ""
    )
    return (
        f'<li class="quoth-item" data-title="{in_html(title_of(article).casefold())}" '
        f'data-published="{article.published or ""}" data-chars="{article.chars:012}">'
        f'<input type="checkbox" class="quoth-tick" data-source="{source}" aria-label="Ask {name}" '
        'title="Ask only what is ticked">'
        f'<div><button type="button" class="quoth-cite" dir="auto" data-article="{article.id}" data-source="{source}" '
        f'data-start="0" data-end="0" title="{in_html(more)}">{name}{same}</button>'
        f"{lines}</div>{remove}</li>"
    )


def _file(source: str) -> str:
    return source.replace("\\", "/").rsplit("/", 1)[-1]
