"""Markdown shown formatted: every run of characters stands where it says, and a mark is exactly its quote."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quoth import Article
from quoth.index.reading.formats.markdown import markdown_blocks
from quoth.ui.page.formatted import Words, formatted, is_formatted
from quoth.ui.page.markdown_blocks import markdown_nodes
from quoth.ui.page.markdown_inline import Run, Tag
from quoth.ui.page.source import source_html

TEXT = """---
title: The ferry
---
# The *last* ferry

It carried **four hundred people** and [a goat](https://example.org/goat "of the miller") &amp; no \\*cars\\*.
~~Five~~ `two  ships` came\\
later, see <https://example.org/quay>.

> She *said*: “never
> again”.
> - first
>   and last

| Port | Fare \\| child |
|------|:----:|
| **Quay** | `2.10` |
| | 3 |

```python
if ferry:

    print(1)
```

<p onclick="x">raw</p>

[r]: https://example.org/r
"""
_WORDS = st.sampled_from([
    "ferry", "a b", "ship", "é𝒜漢", "*", "**", "_", "`", "``", "~~", "~", "[", "](x)", '](https://a.b "t")', "![p](q)",
    "<https://a.b>", "<b>", "&amp;", "&copy;", "&", "\\*", "\\\\", "\\", "|", "\\|", "!", "[r]", "[^1]",
    "<!-- c -->", " ", "  ", "\t", "\0", "\u00a0", "\u2028",
])  # fmt: skip
_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "  \n", "\\\n", "\n\n\n", " \n"])
_STARTS = st.sampled_from([
    "", "# ", "## ", "> ", ">", "- ", "1. ", "7) ", "  ", "    ", "\t", "| ", "```\n", "~~~ x\n", "---\n", "===\n",
    "***\n", "|-|-|\n", "--|--\n", "[r]: https://c.d\n", "[^1]: ", "<div>\n", "<!-- ", "> - ", "- > ", "- | ",
])  # fmt: skip
_LINES = st.tuples(_STARTS, st.lists(_WORDS, max_size=6).map("".join), st.sampled_from(["", " #", "|"]), _ENDS)
MARKDOWN = st.lists(_LINES.map("".join), max_size=8).map("".join)


def article(text: str) -> Article:
    return Article(1, "a.md", None, None, None, "", text)


def runs(text: str) -> list[Run]:
    return [node for node in markdown_nodes(text, 0) if isinstance(node, Run)]


def as_shown(source: str) -> str:
    """What a piece of source means where its markup is not shown."""
    if re.search(r"[\r\n]", source):
        return "\n"
    source = "\\|" if source == "\\\\|" else source  # a table takes away the first of two backslashes
    return source[1] if source.startswith("\\") and len(source) == 2 else unescape(source)


@given(MARKDOWN)
@example("\r\n# a\0b\n")
@example("| a\\|b | c |\n|-|-|\n| `x\\|y` | z | more |\n")
@example("- | a | b |\n  |---|---|\n  | c | d |\n")
@example("~~~~~a~~~~~ ***b** c*")
@example("a\\\rb")
@example("\\\\|\n---\n\n")
@settings(max_examples=400)
def test_each_run_stands_where_it_says_and_in_order(text: str) -> None:
    at = 0
    for run in runs(text):
        assert at <= run.start <= run.end <= len(text)
        source = text[run.start : run.end]
        assert run.text in (source, as_shown(source))
        at = run.end
    open_tags: list[str] = []
    for node in markdown_nodes(text, 0):
        if isinstance(node, Tag) and node.name not in ("br", "hr"):
            if node.opens:
                open_tags.append(node.name)
            else:
                assert open_tags.pop() == node.name
    assert open_tags == []


@given(MARKDOWN, st.data())
@settings(max_examples=200)
def test_the_marks_are_the_visible_characters_of_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = [shown.words for shown in formatted(article(text), (start, end), (start, end)) if shown.words]
    marked = [part for part in words if part.is_quote and part.text]
    wanted = ""
    for run in runs(text):
        if len(run.text) == run.end - run.start:
            wanted += run.text[max(start - run.start, 0) : max(end - run.start, 0)]
        elif run.start < end and start < run.end:
            wanted += run.text
    assert "".join(part.text for part in marked) == wanted
    assert "".join(part.text for part in words) == "".join(run.text for run in runs(text))
    assert sum(part.is_first for part in words) <= 1


@given(MARKDOWN)
@example("~~~ x\n\n")
def test_every_quotable_word_is_shown(text: str) -> None:
    covered = {at for run in runs(text) for at in range(run.start, run.end)}
    for block in markdown_blocks(text):
        shown = [at for at in range(block.start, block.end) if at in covered]
        assert shown or not re.search("ferry|ship", text[block.start : block.end])


def test_a_quote_across_formatting_is_marked_in_pieces() -> None:
    quote = '**four hundred people** and [a goat](https://example.org/goat "of the miller") &amp; no \\*cars\\*'
    start = TEXT.index(quote)
    parts = formatted(article(TEXT), (start, start + len(quote)), (start, start + len(quote)))
    marked = [shown.words for shown in parts if shown.words and shown.words.is_quote]
    assert [words.text for words in marked] == [
        "four hundred people", " and ", "a goat", " ", "&", " no ", "*", "cars", "*",
    ]  # fmt: skip
    assert [words.is_first for words in marked] == [True, *[False] * 8]


def test_a_quote_in_a_block_quotation_or_a_cell_is_marked_without_the_signs_between() -> None:
    for quote, shown in (("“never\n> again”", "“never\nagain”"), ("Fare \\| child", "Fare | child"), ("2.10", "2.10")):
        start = TEXT.index(quote)
        parts = formatted(article(TEXT), (start, start + len(quote)), (0, 0))
        assert "".join(part.words.text for part in parts if part.words and part.words.is_quote) == shown


def test_markdown_has_the_elements_that_it_means() -> None:
    html = source_html(article(TEXT), 0, 0)
    shown, text = html.split('<div class="quoth-text"')
    for element in (
        "<h3", "<em>", "<strong>", "<s>", "<code>", "<br>", "<blockquote>", "<ul>", "<table>", "<th>", "<td>", "<pre>",
        '<a href="https://example.org/goat"', ' rel="noopener noreferrer"',
    ):  # fmt: skip
        assert element in shown, element
    assert "title: The ferry" in re.sub(r"<[^>]*>", "", shown)  # the front matter, as it is written
    assert "[r]: https://example.org/r" in shown
    assert unescape(re.sub(r"<[^>]*>", "", text.partition(">")[2])) == TEXT


@pytest.mark.parametrize("text", [
    "[a](javascript:alert(1)) [b](data:text/html,x) [c](vbscript:x) [d](file:///etc/passwd) [e](other.md)",
    "![x](http://127.0.0.1:9/beacon.png)", "<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b",
    "<a href='javascript:x'>y</a>", "[a](<https://a.b/\"onmouseover=x>)", "```html\n<script>x</script>\n```",
    "&lt;script&gt;", "<svg onload=x>", "[r]\n\n[r]: javascript:x",
])  # fmt: skip
def test_nothing_of_an_article_becomes_html_or_is_loaded(text: str) -> None:
    html = source_html(article(text), 0, 0)
    view = html[html.index('<div class="quoth-formatted"') : html.index('<div class="quoth-text"')]
    tags = set(re.findall(r"<([a-z][a-z0-9]*)", view))
    assert tags <= {"div", "span", "mark", "a", "p", "pre", "code"}
    assert all(link.startswith("https://") for link in re.findall(r' href="([^"]*)"', view))
    assert not re.search(r"<[^>]* (?:src|on\w+)=", view)


def test_only_markdown_of_a_moderate_length_is_formatted() -> None:
    assert "quoth-formatted" not in source_html(Article(1, "a.txt", None, None, None, "", "# a"), 0, 0)
    assert "quoth-formatted" not in source_html(article("# a\n\n" * 100_000), 0, 0)
    assert not is_formatted(article("![" * 40_000))  # it would take seconds
    assert is_formatted(article("The *ferry* sails at nine, and the [goat](goat.md) sails with it.\n\n" * 4_000))
    assert isinstance(next(formatted(article("a"), (0, 0), (0, 0))).tag, Tag)
    (empty,) = [s.words for s in formatted(article("a"), (0, 0), (0, 0)) if s.words and not s.words.text]
    assert empty == Words("", 0, 0, True, False, True)  # the place to begin
