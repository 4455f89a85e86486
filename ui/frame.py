"""What stands on the page whatever is asked: its head, its notes, the welcome."""

from __future__ import annotations

_EXAMPLES = [
    "How long will China delay its new restrictions on rare earth exports?",
    "When was the 90-day tariff truce reached?",
    "What share of rare earth processing does China control?",
    "Was Taiwan discussed at the meeting?",
]
NO_SOURCE = '<p class="quoth-note">Click a citation to read it in its article.</p>'
HEAD = (
    '<header class="quoth-head"><h1 class="quoth-title">Quoth</h1><details class="quoth-menu"><summary>Conversations</summary><div>'
    '<button type="button" class="quoth-new">New conversation</button> '
    '<button type="button" class="quoth-export" data-format="markdown">Export as Markdown</button> '
    '<button type="button" class="quoth-export" data-format="html">Export as HTML</button>'
    '<ul id="quoth-conversations"></ul></div></details></header>'
    '<p id="quoth-status" class="quoth-hidden-text" role="status" aria-live="polite"></p>'
)
ADDING = (
    '<label class="quoth-drop"><span>Add articles: drop files here, or choose them</span> '
    '<input type="file" multiple></label><ul id="quoth-refused" class="quoth-error"></ul>'
)
KEYS = '<p class="quoth-note quoth-keys"><kbd>/</kbd> ask · <kbd>j</kbd> <kbd>k</kbd> next and previous quote · <kbd>Esc</kbd> back to the question</p>'


def welcome_html(*, about_the_examples: bool) -> str:
    """What a conversation begins with."""
    examples = "".join(f'<li><button type="button" class="quoth-example">{text}</button></li>' for text in _EXAMPLES)
    shown = f"<p>For example:</p><ul>{examples}</ul>" if about_the_examples else ""
    return (
        '<section class="quoth-welcome"><p>Ask your articles. Every answer is a quotation, word for word; '
        f"click its source to read it in its place.</p>{shown}</section>"
    )
