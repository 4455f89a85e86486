"""What stands on the page whatever is asked: the heads of its panes, its notes, and what it begins with."""

from __future__ import annotations

from collections.abc import Sequence

from .verbatim import in_html

HEAD = (
    '<header class="quoth-head"><button type="button" class="quoth-show" data-pane="library" '
    'aria-controls="quoth-library">Articles</button><h1 class="quoth-title">Quoth</h1><button type="button" class="quoth-new" '
    'aria-label="New conversation">New</button><details class="quoth-menu"><summary>Conversations</summary><div>'
    '<button type="button" class="quoth-export" data-format="markdown">Export as Markdown</button>'
    '<button type="button" class="quoth-export" data-format="html">Export as HTML</button>'
    '<ul id="quoth-conversations"></ul></div></details></header>'
    '<p id="quoth-status" class="quoth-hidden-text" role="status" aria-live="polite"></p>'
)
TURNS = '<div id="quoth-turns"></div>'
BELOW = (
    '<p id="quoth-narrowed" class="quoth-note"></p><p class="quoth-note quoth-keys"><kbd>/</kbd> ask · '
    "<kbd>j</kbd> <kbd>k</kbd> next and previous quote · <kbd>Esc</kbd> back to the question</p>"
)
NO_SOURCE = '<p class="quoth-note">Click a citation to read it in its article.</p>'
_MOVES = (("previous", "Previous quote", "↑"), ("next", "Next quote", "↓"), ("back", "Back to the question", "↩"))
MOVES = "".join(
    f'<button type="button" class="quoth-move" data-to="{to}" aria-label="{name}" title="{name}">{sign}</button>'
    for to, name, sign in _MOVES
)
"""From quote to quote, and back."""
ADDING = (
    '<label class="quoth-drop"><span>Add articles: drop files here, or choose them</span>'
    '<input type="file" multiple></label><ul id="quoth-refused" class="quoth-error"></ul>'
)


def pane_head(pane: str, title: str, close: str, buttons: str = "") -> str:
    """The head of a side pane, with a button that closes it."""
    return (
        f'<header class="quoth-pane-head"><h2>{title}</h2>{buttons}<button type="button" class="quoth-close" '
        f'data-pane="{pane}" aria-label="{close}" title="{close}">×</button></header>'
    )


def welcome_html(articles: int, examples: Sequence[str], may_change: bool) -> str:
    """What a conversation begins with: questions that the articles answer, or an invitation to bring some.

    :param articles: how many the library holds.
    """
    if not articles:
        drop = "Drop files anywhere on this page, or choose them under <b>Articles</b>. " if may_change else ""
        return (
            '<section class="quoth-welcome"><h2>There are no articles yet</h2>'
            f"<p>{drop}Text, web pages, PDF, Word, mail and more are read; nothing leaves this machine.</p>"
            "<p>To try it with the example articles, run <code>quoth add seeds</code> and come back here.</p></section>"
        )
    offered = "".join(
        f'<li><button type="button" class="quoth-example" dir="auto">{in_html(text)}</button></li>' for text in examples
    )
    asked = f'<p class="quoth-note">Your articles answer, for example:</p><ul>{offered}</ul>' if offered else ""
    return (
        f'<section class="quoth-welcome"><h2>Ask your {articles:,} article{"" if articles == 1 else "s"}</h2>'
        "<p>Every answer is a quotation, word for word. Click its source to read it in its place.</p>"
        f"{asked}</section>"
    )
