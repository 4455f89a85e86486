"""Metadata in the properties of a PDF or an office file, which often belong to its template or to an earlier document.

They count as far as the text shows them. The date on which a file was made is not the date of publication.
"""

from __future__ import annotations

import re
from dataclasses import replace

from quoth.index.reading.document import Metadata

_TOP_CHARS = 6_000
"""Number of characters at the start and at the end of a text in which title and author stand."""
_MIN_TITLE_WORDS = 3
"""Minimum number of words of a title that counts although the largest text on the first page is another one."""
_PROGRAM_TITLE = re.compile(
    r"(?:untitled\W*\d*|(?:microsoft|powerpoint|word|excel)\b.* - .*"
    r"|.*\.(?:docx?|odt|rtf|indd|pdf|tex|qxd|pptx?|xlsx?|dvi|ps)"
    r"|(?:slide|page|document|presentation|dokument|book)\W*\d*|.*\btemplate\b.*|\W*|layout \d+|cover|front cover)$",
    re.IGNORECASE,
)
"""Titles that programs and templates set by default."""
_PROGRAM_AUTHOR = re.compile(
    r"(?:anonymous|unknown|user|admin(?:istrator)?|author|owner|windows user|python-docx|\W*)$", re.IGNORECASE
)
"""Authors that programs set by default."""


def metadata_shown(metadata: Metadata, text: str, largest: str | None = None) -> Metadata:
    """Return the metadata without the title and author that belong to something else than the text.

    A title stands in the text if the text has a title of its own. An author stands in the text or with such a title.

    :param largest: the title in the text: the largest words on the first page, or the topmost heading; empty if it has
        none; None if unknown, and then any title counts that no program set.
    """
    title = _plain(_credible_title(metadata.title) or "")
    shown = bool(title.strip()) and (largest is None or title in _plain(text[:_TOP_CHARS]))
    if shown and largest and len(title.split()) < _MIN_TITLE_WORDS:
        shown = title in _plain(largest)
    author = metadata.author
    if author is not None and (
        _PROGRAM_AUTHOR.match(author)
        or not (shown or any(_plain(author) in _plain(part) for part in (text[:_TOP_CHARS], text[-_TOP_CHARS:])))
    ):
        author = None
    return replace(metadata, title=metadata.title if shown else largest or None, author=author)


def _credible_title(title: str | None) -> str | None:
    """Return a title, or None if a program or a template set it."""
    return None if title is None or _PROGRAM_TITLE.match(title) else title


def _plain(words: str) -> str:
    """Return the words in lower case between single spaces."""
    return " " + re.sub(r"[\W_]+", " ", words).strip().casefold() + " "
