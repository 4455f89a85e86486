"""Choice of the blocks of a page that are its article.

trafilatura returns rewritten text (words joined, inline words dropped). It is therefore only used to choose among the
page's blocks: a block belongs to the article if its letters occur in trafilatura's text, in the page's order. Blocks
between two chosen blocks with the same parent as one of them are added; on a page that is not an article, all blocks of
running text between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from lxml import etree

from quoth.index.reading.layout.blocks import BULLET
from quoth.index.reading.layout.boilerplate import asks_for_consent
from quoth.index.reading.metadata.json_ld import as_list, json_ld_objects

from .html_blocks import PageBlock, letters_of

_MIN_MAIN_SHARE = 0.45
_MIN_MAIN_SHARE_OF_ARTICLE = 0.25
"""If the chosen blocks have less than this share of the letters of the main element, the main element is used."""
_MAIN_SHARE = 0.7
"""The main element is the lowest element with this share of the page's running text."""
_LONG = 25
"""Minimum number of letters of a block that may match trafilatura's text out of order."""
_SURE_SHARE = 0.6
"""If trafilatura's text has less than this share of the page's running text, its other mode is tried as well."""
_COMMENTS = re.compile(r"^comment(?!ary)|(?:article|post)-comments|^disqus_thread", re.IGNORECASE)
_FORUMS = ("DiscussionForumPosting", "QAPage")
_MAX_PAIRS = 250_000
"""Maximum number of pairs of a block and a line between two anchors among which the best match is looked for."""


def article_blocks(tree: Any, blocks: list[PageBlock], *, is_article: bool) -> list[PageBlock]:
    """Return the blocks of the article, in order.

    :param tree: root element of the page.
    :param blocks: all blocks of the page.
    :param is_article: whether the page says that it is an article. Other pages (documentation, a forum, a service)
        consist of several parts, and trafilatura misses more of them.
    """
    lines = _chosen_lines(tree, blocks)
    keep = _matches([block.letters for block in blocks], lines)
    comments = _comments(tree)
    main = {i for i in _main_blocks(blocks) if blocks[i].parent not in comments}
    min_share = _MIN_MAIN_SHARE_OF_ARTICLE if is_article else _MIN_MAIN_SHARE
    if _letter_count(blocks, (i for i, k in enumerate(keep) if k)) < min_share * _letter_count(blocks, main):
        keep = [i in main for i in range(len(blocks))]
    for before, after in pairwise([i for i, k in enumerate(keep) if k]):
        parents = blocks[before].parent, blocks[after].parent
        for i in range(before + 1, after):
            is_neighbour = any(blocks[i].parent is parent for parent in parents)
            belongs = is_neighbour or (not is_article and blocks[i].parent not in comments)
            keep[i] = belongs and blocks[i].is_running_text
    first = next((i for i, k in enumerate(keep) if k), 0)
    while not is_article and first and blocks[first - 1].parent is blocks[first].parent:  # the author of the first post
        first -= 1
        keep[first] = blocks[first].is_running_text
    chosen = [block for block, k in zip(blocks, keep, strict=True) if k]
    others = [block for block in chosen if not asks_for_consent(block.words)]
    is_policy = 2 * sum(len(block.letters) for block in others) < sum(len(block.letters) for block in chosen)
    return chosen if is_policy else others


def _chosen_lines(tree: Any, blocks: list[PageBlock]) -> list[str]:
    """Return the letters of each line of trafilatura's text: of the longer text of its two modes if one is not sure."""
    lines = _extracted_lines(tree, favor_recall=True)
    running = sum(len(block.letters) for block in blocks if block.is_running_text)
    if sum(map(len, lines)) < _SURE_SHARE * running:
        lines = max(lines, _extracted_lines(tree, favor_recall=False), key=lambda each: sum(map(len, each)))
    return lines


def _extracted_lines(tree: Any, *, favor_recall: bool) -> list[str]:
    import trafilatura  # slow import

    etree.strip_attributes(tree, "rowspan", "colspan")  # it would fill each place that they cover
    extracted = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, favor_recall=favor_recall, with_metadata=False
    )
    text = (extracted.text if extracted is not None else "") or ""
    return [letters for line in text.splitlines() if (letters := letters_of(_without_bullet(line)))]


def _matches(blocks: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """Return for each block whether it occurs in the lines: in their order, or within lines that match no other block.

    :param blocks: letters of each block.
    :param lines: letters of each line.
    """
    keep = [False] * len(blocks)
    unmatched = [True] * len(lines)
    for block, line in best_order(blocks, lines):
        keep[block] = True
        unmatched[line] = False
    rest = "".join(line for line, left in zip(lines, unmatched, strict=True) if left)
    whole = set(lines)
    return [
        k or (len(letters) >= _LONG and (letters in whole or letters in rest))
        for k, letters in zip(keep, blocks, strict=True)
    ]


def best_order(blocks: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the indices of equal blocks and lines, in order (a "patience diff").

    Texts that occur once in both are anchors. What is between two anchors is compared pair by pair.
    """
    counts, line_counts = Counter(blocks), Counter(lines)
    places = {letters: i for i, letters in enumerate(lines)}
    once = [
        (i, places[letters]) for i, letters in enumerate(blocks) if counts[letters] == 1 == line_counts.get(letters, 0)
    ]
    at = (0, 0)
    for anchor in [*_increasing(once), (len(blocks), len(lines))]:
        part, other = blocks[at[0] : anchor[0]], lines[at[1] : anchor[1]]
        matched = _best_match(part, other) if len(part) * len(other) <= _MAX_PAIRS else _first_match(part, other)
        yield from ((at[0] + block, at[1] + line) for block, line in matched)
        if anchor[0] < len(blocks):
            yield anchor
        at = anchor[0] + 1, anchor[1] + 1


def _best_match(blocks: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    for match in SequenceMatcher(None, blocks, lines, autojunk=False).get_matching_blocks():
        yield from ((match.a + i, match.b + i) for i in range(match.size))


def _first_match(blocks: Sequence[str], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield each block with the first equal line after those of the blocks before it."""
    places: dict[str, list[int]] = {}
    for i, letters in enumerate(lines):
        places.setdefault(letters, []).append(i)
    start = 0
    for block, letters in enumerate(blocks):
        found = places.get(letters, [])
        if (at := bisect_left(found, start)) < len(found):
            yield block, found[at]
            start = found[at] + 1


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of the pairs, which are sorted by their first number, that the second also sorts."""
    ends: list[int] = []  # smallest second number at the end of a part of each length
    heads: list[int] = []  # index of the pair with that number
    before = [-1] * len(pairs)
    for i, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before[i] = heads[length - 1] if length else -1
        ends[length : length + 1], heads[length : length + 1] = [second], [i]
    result: list[tuple[int, int]] = []
    i = heads[-1] if heads else -1
    while i >= 0:
        result.append(pairs[i])
        i = before[i]
    return result[::-1]


def _comments(tree: Any) -> set[Any]:
    """Return the elements with readers' comments; none in a forum, where these are the posts."""
    if any(str(kind) in _FORUMS for described in json_ld_objects(tree) for kind in as_list(described.get("@type"))):
        return set()
    named = tree.xpath("//*[contains(@class, 'omment') or contains(@id, 'omment') or starts-with(@id, 'disqus')]")
    containers = [
        element for element in named
        if element.tag != "body" and any(_COMMENTS.search(element.get(name) or "") for name in ("class", "id"))
    ]  # fmt: skip
    return {inner for element in containers for inner in element.iter()}


def _letter_count(blocks: list[PageBlock], indices: Iterable[int]) -> int:
    return sum(len(blocks[i].letters) for i in indices)


def _main_blocks(blocks: list[PageBlock]) -> set[int]:
    """Return the indices of the running text under the page's main element; empty if there is no such element."""
    sizes = {
        i: len(block.letters)
        for i, block in enumerate(blocks)
        if block.is_running_text and block.kind == "prose" and len(block.letters) >= 3 * _LONG
    }
    size_under: Counter[Any] = Counter()
    for i, size in sizes.items():
        for element in (blocks[i].parent, *blocks[i].parent.iterancestors()):
            size_under[element] += size
    candidates = [e for e, size in size_under.items() if size >= _MAIN_SHARE * sum(sizes.values())]
    if not candidates:
        return set()
    main = max(candidates, key=lambda e: sum(1 for _ in e.iterancestors()))
    return {
        i
        for i, block in enumerate(blocks)
        if block.is_running_text
        and (block.parent is main or any(element is main for element in block.parent.iterancestors()))
    }


def _without_bullet(line: str) -> str:
    match = BULLET.match(line)
    return line[match.end() :] if match else line
