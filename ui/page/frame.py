"""What stands on the page whatever is asked: the heads of its panes, its notes, and what it begins with."""

from __future__ import annotations

from collections.abc import Sequence

from quoth.ui.escape import in_html
from quoth.ui.exports.kept import LABELS
from quoth.ui.language import say, say_many


def frame_html() -> dict[str, str]:
    """The parts by the names of the elements that they stand in."""
    return {
        "quoth-head": _head(), "quoth-library-head": _pane_head("library", say("Articles"), say("Close the articles")),
        "quoth-ways": _ways(), "quoth-beneath": _beneath(), "quoth-source-top": _source_head(),
        "quoth-basket-foot": _basket_foot(),
    }  # fmt: skip


def _head() -> str:
    return (
        f'<header class="quoth-head"><button type="button" class="quoth-show" data-pane="library" '
        f'aria-controls="quoth-library">{say("Articles")}</button><h1 class="quoth-title">Quoth</h1>'
        f'<button type="button" class="quoth-new" aria-label="{say("New conversation")}">{say("New")}</button>'
        f'<details class="quoth-menu"><summary>{say("Conversations")}</summary><div>'
        f'<button type="button" class="quoth-export" data-format="markdown">{say("Export as Markdown")}</button>'
        f'<button type="button" class="quoth-export" data-format="html">{say("Export as HTML")}</button>'
        f'<ul id="quoth-conversations"></ul></div></details>'
        f'<button type="button" class="quoth-basket-show">{say("Kept")} <span id="quoth-count"></span></button>'
        '</header><p id="quoth-failed" class="quoth-error" role="alert"></p>'
        '<p id="quoth-status" class="quoth-hidden-text" role="status" aria-live="polite"></p>'
    )


def _ways() -> str:
    """Whether what is typed is a question or words to search for."""
    return (
        f'<fieldset class="quoth-way"><legend class="quoth-hidden-text">{say("Ask or search")}</legend>'
        f'<label title="{say("Be answered in the articles’ own words")}"><input type="radio" name="quoth-way" '
        f'value="ask" checked> {say("Ask")}</label>'
        f'<label title="{say("Every passage with these words, without a question")}"><input type="radio" '
        f'name="quoth-way" value="search"> {say("Search")}</label></fieldset>'
    )


def _beneath() -> str:
    return (
        '<p id="quoth-narrowed" class="quoth-note"></p>'
        f'<p class="quoth-note quoth-keys"><kbd>/</kbd> {say("ask")} · '
        f"<kbd>j</kbd> <kbd>k</kbd> {say('next and previous quote')} · <kbd>Esc</kbd> {say('back to the question')}</p>"
    )


def _source_head() -> str:
    moves = (
        ("previous", say("Previous quote"), "↑"), ("next", say("Next quote"), "↓"),
        ("back", say("Back to the question"), "↩"),
    )  # fmt: skip
    buttons = "".join(
        f'<button type="button" class="quoth-move" data-to="{to}" aria-label="{name}" title="{name}">{sign}</button>'
        for to, name, sign in moves
    )
    tabs = "".join(
        f'<button type="button" class="quoth-tab" data-tab="{tab}" aria-pressed="{pressed}">{label}</button>'
        for tab, pressed, label in (("source", "true", say("Source")), ("basket", "false", say("Kept")))
    )
    return _pane_head("source", tabs, say("Close the source"), buttons)


def _basket_foot() -> str:
    buttons = "".join(
        f'<button type="button" class="quoth-basket-export" data-format="{form}">{label}</button>'
        for form, label in LABELS.items()
    )
    return (
        f'<div class="quoth-basket-foot"><span>{say("Export, each quote checked again:")}</span> {buttons}</div>'
        '<div id="quoth-checked" role="status"></div>'
    )


def no_source_html() -> str:
    return f'<p class="quoth-note">{say("Click a citation to read it in its article.")}</p>'


def adding_html() -> str:
    return (
        f'<label class="quoth-drop"><span>{say("Add articles: drop files or a folder here, or choose files")}</span>'
        '<input type="file" multiple></label>'
        f'<label class="quoth-drop quoth-folder"><span>{say("Choose a folder")}</span>'
        '<input type="file" webkitdirectory></label><div class="quoth-doing"></div>'
        '<ul id="quoth-refused" class="quoth-error"></ul>'
    )


def _pane_head(pane: str, title: str, close: str, buttons: str = "") -> str:
    """The head of a side pane, with a button that closes it."""
    return (
        f'<header class="quoth-pane-head"><h2>{title}</h2>{buttons}<button type="button" class="quoth-close" '
        f'data-pane="{pane}" aria-label="{close}" title="{close}">×</button></header>'
    )


def welcome_html(articles: int, examples: Sequence[str], may_change: bool, *, has_examples: bool = False) -> str:
    """What a conversation begins with: questions that the articles answer, or an invitation to bring some.

    :param articles: how many the library holds.
    :param has_examples: there are articles to try the program with.
    """
    if not articles:
        return _invitation(may_change, has_examples)
    offered = "".join(
        f'<li><button type="button" class="quoth-example" dir="auto">{in_html(text)}</button></li>' for text in examples
    )
    begun = say("Your articles answer, for example:")
    asked = f'<p class="quoth-note">{begun}</p><ul>{offered}</ul>' if offered else ""
    return (
        '<section class="quoth-welcome">'
        f"<h2>{say_many(articles, 'Ask your article', 'Ask your {count} articles')}</h2>"
        f"<p>{say('Every answer is a quotation, word for word. Click its source to read it in its place.')}</p>"
        f'{asked}<div class="quoth-doing"></div></section>'
    )


def _invitation(may_change: bool, has_examples: bool) -> str:
    read = say("Text, web pages, PDF, Word, mail and more are read; nothing leaves this machine.")
    if not may_change:
        return (
            f'<section class="quoth-welcome"><h2>{say("There are no articles yet")}</h2>'
            f"<p>{say('They may only be added where this program runs.')}</p></section>"
        )
    button = '<button type="button" class="quoth-act quoth-try" data-do="examples">'
    trying = f"{button}{say('Try it with the example articles')}</button>" if has_examples else ""
    ways = "".join(
        f'<label class="quoth-choose">{label}<input type="file" {kind}></label>'
        for label, kind in ((say("Choose files"), "multiple"), (say("Choose a folder"), "webkitdirectory"))
    )
    return (
        f'<section class="quoth-welcome"><h2>{say("There are no articles yet")}</h2>'
        f"<p>{say('Drop files or a folder anywhere on this page.')} {read}</p>"
        f'<p class="quoth-invited">{ways}{trying}</p>'
        '<div class="quoth-doing"></div></section>'
    )
