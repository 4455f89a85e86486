"""The library as a table of its articles, and what became of a change, as HTML. Pure; every word is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from index import Changes
from index.rows import Entry

from .render import day, title_of
from .verbatim import in_html

_COLUMNS = (("Title", "title"), ("Author", "author"), ("Date", "date"), ("Length", "length"), ("Indexed", "indexed"))


def shelf_html(articles: Sequence[Entry], outdated: Changes, changeable: bool) -> str:
    """All articles, to be filtered and sorted on the page; a sign when files have changed since."""
    heads = "".join(f'<th scope="col"><button type="button" class="quoth-sort">{label}</button></th>' for label, _ in _COLUMNS)
    first: dict[int, int] = {}
    for article in articles:
        first.setdefault(article.id if article.copy_of is None else article.copy_of, article.id)
    firsts = set(first.values())
    rows = "".join(_row(article, changeable, copy=article.id not in firsts) for article in articles)
    count = f"{len(articles)} article{'' if len(articles) == 1 else 's'}"
    return (
        f'<section class="quoth-shelf" aria-label="Articles">{_outdated(outdated, changeable)}'
        f'<label class="quoth-filter-label">Find among {count} <input type="search" class="quoth-filter"></label>'
        f'<div class="quoth-scroll" tabindex="0" role="region" aria-label="Table of articles"><table><thead><tr>{heads}'
        f'{"<th><span class=quoth-hidden-text>Remove</span></th>" if changeable else ""}</tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def changes_html(changes: Changes) -> str:
    """What was done, and what was not and why."""
    kinds = ("added", "changed", "moved", "unchanged", "removed")
    counts = ", ".join(f"{len(getattr(changes, kind))} {kind}" for kind in kinds if getattr(changes, kind)) or "nothing changed"
    rejected = "".join(f"<li>{in_html(r.source.replace(chr(92), '/').rsplit('/', 1)[-1])}: {in_html(r.reason)}</li>" for r in changes.rejected)
    refused = f'<p class="quoth-error">Not taken:</p><ul>{rejected}</ul>' if rejected else ""
    undo = ' <button type="button" class="quoth-act" data-do="undo">Undo</button>' if changes.removed else ""
    missing = (
        f'<p class="quoth-error">{len(changes.missing)} files are gone, most of their folder. Is a drive missing? They stay in the library. '
        '<button type="button" class="quoth-act" data-do="forget">Forget them</button></p>'
        if changes.missing else ""
    )  # fmt: skip
    return f'<div role="status"><p class="quoth-note">{in_html(counts[0].upper() + counts[1:])}.{undo}</p>{missing}{refused}</div>'


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
    parts = [f"{len(found)} {kind}" for kind, found in (("new", changes.added), ("changed", changes.changed), ("gone", changes.removed)) if found]
    if not parts:
        return ""
    update = ' <button type="button" class="quoth-act" data-do="update">Bring up to date</button>' if changeable else ""
    return f'<p class="quoth-outdated" role="status">On disk since it was indexed: {", ".join(parts)}.{update}</p>'


def _row(article: Entry, changeable: bool, *, copy: bool) -> str:
    title = in_html(title_of(article)) + (" <small>(near-copy of another)</small>" if copy else "")
    length = f"{article.chars:,}"
    remove = (
        f'<td><button type="button" class="quoth-act" data-do="remove" data-article="{article.id}" aria-label="Remove {in_html(title_of(article))}">Remove</button></td>'
        if changeable
        else ""
    )
    return (
        f'<tr><td data-key="{in_html(title_of(article).casefold())}"><button type="button" class="quoth-cite" dir="auto" data-article="{article.id}" '
        f'data-source="{in_html(article.source)}" data-start="0" data-end="0">{title}</button></td>'
        f"<td>{in_html(article.author or '')}</td>"
        f'<td data-key="{article.published or ""}">{day(article.published)}</td><td data-key="{article.chars:012}">{length}</td>'
        f'<td data-key="{article.added.isoformat()}">{day(article.added.date())}</td>{remove}</tr>'
    )
