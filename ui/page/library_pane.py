"""The library's articles, each to be opened, ticked or removed, and what became of a change, as HTML. Pure; every word
is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from quoth.index.records import Changes
from quoth.index.storage.rows import Entry
from quoth.ui.citations import day, title_of
from quoth.ui.escape import in_html
from quoth.ui.language import grouped, say, say_many


def shelf_html(articles: Sequence[Entry], outdated: Changes, changeable: bool) -> str:
    """All articles, to be searched, sorted and ticked on the page; a sign when files have changed since."""
    if not articles:
        return _outdated(outdated, changeable)
    first: dict[int, int] = {}
    for article in articles:
        first.setdefault(article.id if article.copy_of is None else article.copy_of, article.id)
    firsts = set(first.values())
    items = "".join(_item(article, changeable, copy=article.id not in firsts) for article in articles)
    find = say_many(len(articles), "Find among {count} article", "Find among {count} articles")
    orders = "".join(
        f'<option value="{key}">{label}</option>'
        for key, label in (
            ("", say("As added")), ("title", say("By title")), ("published", say("Newest first")),
            ("chars", say("Longest first")),
        )
    )  # fmt: skip
    return (
        f'<section class="quoth-shelf" aria-label="{say("Articles")}">{_outdated(outdated, changeable)}'
        f'<p class="quoth-finding"><input type="search" class="quoth-filter" aria-label="{find}" '
        f'placeholder="{say("Find")}">'
        f'<select class="quoth-order" aria-label="{say("Order of the articles")}">{orders}</select></p>'
        f'{_narrowing(articles)}<ul class="quoth-items">{items}</ul></section>'
    )


def changes_html(changes: Changes) -> str:
    """What was done, and what was not and why."""
    kinds = (
        (changes.added, "{count} added"), (changes.changed, "{count} changed"), (changes.moved, "{count} moved"),
        (changes.unchanged, "{count} unchanged"), (changes.removed, "{count} removed"),
    )  # fmt: skip
    counts = ", ".join(say(words, count=grouped(len(found))) for found, words in kinds if found)
    rejected = "".join(f"<li>{in_html(_file(r.source))}: {in_html(r.reason)}</li>" for r in changes.rejected)
    refused = f'<p class="quoth-error">{say("Not taken:")}</p><ul>{rejected}</ul>' if rejected else ""
    undo = f" {_act('undo', say('Undo'))}" if changes.removed else ""
    missing = ""
    if changes.missing:
        gone = say(
            "{count} files are gone, most of their folder. Is a drive missing? They stay in the library.",
            count=grouped(len(changes.missing)),
        )
        missing = f'<p class="quoth-error">{gone} {_act("forget", say("Forget them"))}</p>'
    told = f'<p class="quoth-note">{in_html(counts or say("Nothing changed"))}.{undo}</p>'
    return f'<div role="status">{told}{missing}{refused}</div>'


def known_html(names: Sequence[str]) -> str:
    """Asks what is to become of files of whose names there are others."""
    if not names:
        return ""
    known = say("Already there, with other content: {files}.", files=in_html(", ".join(names)))
    replace = _act("replace", say("Replace them") if len(names) > 1 else say("Replace it"))
    return f'<div role="status"><p class="quoth-note">{known} {replace} {_act("both", say("Keep both"))}</p></div>'


def _act(what: str, label: str) -> str:
    return f'<button type="button" class="quoth-act" data-do="{what}">{label}</button>'


def error_html(message: str) -> str:
    return f'<p class="quoth-error" role="alert">{in_html(message)}</p>'


def _outdated(changes: Changes, changeable: bool) -> str:
    kinds = ((changes.added, "{count} new"), (changes.changed, "{count} changed"), (changes.removed, "{count} gone"))
    parts = ", ".join(say(words, count=grouped(len(found))) for found, words in kinds if found)
    if not parts:
        return ""
    update = f" {_act('update', say('Bring up to date'))}" if changeable else ""
    told = say("On disk since it was indexed: {changes}.", changes=parts)
    return f'<p class="quoth-outdated" role="status">{told}{update}</p>'


def _narrowing(articles: Sequence[Entry]) -> str:
    """What restricts questions beside the ticks: an author and days of publication."""
    authors = "".join(
        f'<option value="{in_html(author)}">{in_html(author)}</option>'
        for author in sorted({article.author for article in articles if article.author})
    )
    anyone = f'<option value="">{say("Anyone")}</option>'
    return (
        f'<details class="quoth-narrow"><summary>{say("Author and dates")}</summary>'
        f'<label>{say("Author")} <select data-only="author">{anyone}{authors}</select></label>'
        f'<label>{say("Published since")} <input type="date" data-only="since"></label>'
        f'<label>{say("Published until")} <input type="date" data-only="until"></label></details>'
    )


def _item(article: Entry, changeable: bool, *, copy: bool) -> str:
    name, source = in_html(title_of(article)), in_html(article.source)
    same = f" <small>{say('(near-copy of another)')}</small>" if copy else ""
    facts = " · ".join(part for part in (day(article.published), article.author) if part)
    told = [facts, _file(article.source) if article.title else ""]
    lines = "".join(f'<p class="quoth-facts" dir="auto">{in_html(line)}</p>' for line in told if line)
    since = say("{length} characters, in the library since {day}", length=grouped(article.chars),
                day=day(article.added.date()))  # fmt: skip
    remove = (
        f'<button type="button" class="quoth-act quoth-remove" data-do="remove" data-article="{article.id}" '
        f'aria-label="{say("Remove {title}", title=name)}" title="{say("Remove")}">×</button>'
        if changeable
        else ""
    )
    return (
        f'<li class="quoth-item" data-title="{in_html(title_of(article).casefold())}" '
        f'data-published="{article.published or ""}" data-chars="{article.chars:012}">'
        f'<input type="checkbox" class="quoth-tick" data-source="{source}" '
        f'aria-label="{say("Ask {title}", title=name)}" title="{say("Ask only what is ticked")}">'
        f'<div><button type="button" class="quoth-cite" dir="auto" data-article="{article.id}" data-source="{source}" '
        f'data-start="0" data-end="0" title="{source}: {in_html(since)}">{name}{same}</button>'
        f"{lines}</div>{remove}</li>"
    )


def _file(source: str) -> str:
    return source.replace("\\", "/").rsplit("/", 1)[-1]
