"""Reading of mail (EML, MBOX) with the standard library's ``email``.

An article holds what the mail's writer wrote. The older mail that it answers stays visible in the article's text, but
is not quoted: it is its own writer's, and usually an article itself. If a mail says nothing of its own, the mail that
it forwards is the article.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Block, Metadata, ParsedArticle, Refused, Span
from quoth.index.reading.formats.html import page_source, parse_page
from quoth.index.reading.formats.html_blocks import PageBlock, page_blocks, write_blocks
from quoth.index.reading.formats.html_visible import keep_visible
from quoth.index.reading.formats.text import plain_blocks
from quoth.index.reading.layout.blocks import word_count
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.dates import as_date
from quoth.index.reading.metadata.lines import one_line
from quoth.index.reading.metadata.reference import tags_in
from quoth.index.reading.parts import one_part, unique_name

from .asides import asides
from .mail_pages import mark_parts
from .replies import Older, older_mails, without_marks

_FROM_LINE = re.compile(rb"^From \S.*(?:\r?\n|\Z)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MAX_HEADER = 2**16
"""Maximum number of bytes of a mail's header that are looked at."""
_DATED = re.compile(rb"From \S+ .*\d\d:\d\d.*\d{4}")
_HEADER_LINE = re.compile(rb"[!-9;-~]+:|[ \t]|>?From ")
_KNOWN_HEADER = re.compile(
    rb"^(?:from|date|subject|to|received|message-id|return-path|delivered-to|x-[\w-]+):", re.IGNORECASE | re.MULTILINE
)
_MIN_WORDS = 60
"""A plain text with fewer words may only refer to the same mail as a page."""
_STUB_SHARE = 4
"""If the page has more than this many times the words of the plain text, the page is read."""
_NOTHING_WORDS = 8
"""Maximum number of words with which a mail is only forwarded: "For your information, see below."."""
_MAX_GREETING_WORDS = 4
_TAGS = ("Keywords", "X-Keywords", "X-Gmail-Labels")
"""Headers that hold tags."""
_NO_TAGS = ("$label1", "$label2", "$label3", "$label4", "$label5", "junk", "nonjunk", "$junk", "$notjunk", "$mdnsent")
"""What Thunderbird notes where it also keeps tags."""
_MAX_FORWARDS = 5
"""Maximum number of times that a mail was forwarded."""
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|doorst|vb|vs|i|pd)\s*:", re.IGNORECASE)


class _Body(NamedTuple):
    """The text of a mail."""

    text: str
    blocks: list[Block]
    older: list[Older]


def read_mail(data: bytes) -> ParsedArticle:
    """Read a mail.

    :raises UnreadableFile: the mail contains no text.
    """
    return _mail(parse_message(data))


def read_mbox(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the mails of a mailbox, named by their Message-ID."""
    starts = [match.span() for match in _FROM_LINE.finditer(data) if _begins_mail(data, *match.span())]
    name_counts: dict[str, int] = {}
    for (_, start), following in zip(starts, [*starts[1:], (len(data), 0)], strict=True):
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start : following[0]])
        name, refused = sha256(raw).hexdigest()[:16], list[Refused]()
        with one_part(name, refused):
            message = parse_message(raw)
            name = unique_name((one_line(_header(message, "Message-ID")) or "").strip("<>") or name, name_counts)
            try:
                yield _mail(message, name)
            except UnreadableFile as error:
                yield Refused(name, str(error))
        yield from refused


def _begins_mail(data: bytes, start: int, end: int) -> bool:
    """Whether a line "From ..." begins a mail: headers follow it, and a blank line or nothing is above it, or it has a
    sender and a date."""
    above = data[max(0, start - 4) : start]
    if not (start == 0 or above.endswith((b"\n\n", b"\n\r\n")) or _DATED.match(data, start, end)):
        return False
    blank = _BLANK_LINE.search(data, end, end + _MAX_HEADER)
    header = data[end : blank.start() if blank else end + _MAX_HEADER]
    return bool(_KNOWN_HEADER.search(header)) and all(_HEADER_LINE.match(line) for line in header.splitlines())


def parse_message(data: bytes) -> EmailMessage:
    """Parse a MIME message."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part_text(part: MIMEPart) -> str:
    """Decode a part as its header says, otherwise in the encoding that is detected.

    :raises UnreadableFile: the part is not text in any known encoding.
    """
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return page_source(data) if part.get_content_subtype() == "html" else decode(data)


def _mail(message: EmailMessage, name: str = "") -> ParsedArticle:
    body = _body(message)
    title, author, published = one_line(_header(message, "Subject")), _sender(message), _date(message)
    for _ in range(_MAX_FORWARDS):
        older = next((o for o in body.older if o.body[0] < o.body[1]), None)
        if older is None or not _only_forwards(body, older, title):
            break
        body = _plain_body("\n".join(without_marks(body.text[slice(*older.body)])))
        author = one_line(older.introduction.sender)
        published = as_date(older.introduction.sent) or published
    if not _says_something(body.blocks):
        if (attached := _attached_mail(message)) is not None:
            return _mail(attached, name)
        raise UnreadableFile(f"the mail contains no text{_files_in(message)}")
    metadata = Metadata(title=title, author=author, published=published, tags=_tags(message))
    return parsed_article(body.text, body.blocks, metadata, name=name, has_header=False)


def _only_forwards(body: _Body, older: Older, subject: str | None) -> bool:
    """Whether a mail says nothing beside an older mail, or only that it forwards it."""
    if not _says_something(body.blocks):
        return True
    words = sum(word_count(body.text[b.start : b.end]) for b in body.blocks if b.kind != "boilerplate")
    forwards = older.introduction.forwarded or _FORWARD_SUBJECT.match(subject or "")
    return words <= _NOTHING_WORDS and bool(forwards)


def _says_something(blocks: Iterable[Block]) -> bool:
    return any(block.kind in ("prose", "item", "row") for block in blocks)


def _body(message: EmailMessage) -> _Body:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    text = part_text(plain).replace("\r\n", "\n").rstrip() if plain is not None else ""
    words = word_count(text[:10_000])
    if page is not None and words < _MIN_WORDS:
        body = _page_body(part_text(page))
        if not words or word_count(body.text) > _STUB_SHARE * words:
            return body
    for part in message.iter_attachments() if message.get_content_type() == "multipart/mixed" else ():
        if part.get_content_type() == "text/plain" and not part.is_attachment() and not part.get_filename():
            text += "\n\n" + part_text(part).replace("\r\n", "\n").rstrip()
    if text.strip():
        return _plain_body(text)
    attached = (p for p in message.walk() if p.get_content_type() == "text/plain" and p.is_attachment())
    return next((_plain_body(part_text(part).replace("\r\n", "\n")) for part in attached), _Body("", [], []))


def _plain_body(text: str) -> _Body:
    older = older_mails(text)
    own = _blanked(text, [o.span for o in older])
    notes = asides(own)
    hidden = _merged([*(o.span for o in older), *notes])
    blocks = [block for block in plain_blocks(_blanked(own, notes)) if not _overlaps(block, hidden)]
    blocks = _with_ending(text, blocks)
    blocks += [Block("boilerplate", *span) for span in hidden]
    return _Body(text, sorted(blocks, key=lambda block: block.start), older)


def _with_ending(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the writer's greeting and name, short lines at the end, as boilerplate: no text follows
    that they could be headings of."""
    end = len(blocks)
    while end and blocks[end - 1].kind == "heading" and _is_greeting(text[blocks[end - 1].start : blocks[end - 1].end]):
        end -= 1
    return [*blocks[:end], *(replace(block, kind="boilerplate", level=0) for block in blocks[end:])]


def _is_greeting(line: str) -> bool:
    return word_count(line) <= _MAX_GREETING_WORDS and not any(map(str.isdigit, line)) and ":" not in line


def _page_body(source: str) -> _Body:
    tree = parse_page(source)
    keep_visible(tree)
    older_parts, note_parts = mark_parts(tree)
    writer, known = Writer(), list[Span]()

    def marked(block: PageBlock) -> tuple[bool, bool]:
        """Whether a block belongs to an older mail, and to a note."""
        above = {block.parent, *block.parent.iterancestors()} if block.parent is not None else set[Any]()
        return bool(above & older_parts), bool(above & note_parts)

    for (is_older, is_note), blocks_alike in groupby(page_blocks(tree), marked):
        first = len(writer.blocks)
        write_blocks(writer, blocks_alike)
        if is_older:
            known += [(b.start, b.end) for b in writer.blocks[first:]]
        if is_older or is_note:
            writer.blocks[first:] = [replace(b, kind="boilerplate") for b in writer.blocks[first:]]
    text = writer.text
    older = older_mails(text, known)
    spans = [o.span for o in older]
    hidden = _merged([*spans, *asides(_blanked(text, spans))])
    blocks = [replace(b, kind="boilerplate", level=0) if _overlaps(b, hidden) else b for b in writer.blocks]
    return _Body(text, blocks, older)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _overlaps(block: Block, spans: Sequence[Span]) -> bool:
    """Whether a block overlaps one of the merged spans."""
    at = bisect_right(spans, block.start, key=lambda span: span[1])
    return at < len(spans) and spans[at][0] < block.end


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """Return the text with spaces in place of spans, except for line ends."""
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[max(start, at) : end])]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _attached_mail(message: EmailMessage) -> EmailMessage | None:
    """Return the first mail that is attached to a mail; None if there is none."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part is not message:
            content = part.get_payload()
            inner = content[0] if isinstance(content, list) and content else None
            return inner if isinstance(inner, EmailMessage) else None
    return None


def _files_in(message: EmailMessage) -> str:
    names = [name for part in message.walk() if (name := part.get_filename())]
    return f", only attachments ({', '.join(names)}): save them and add them" if names else ""


def _header(message: EmailMessage, name: str) -> Any:
    """Return a header; None if it is missing or ``email`` fails to parse it."""
    with suppress(AttributeError, IndexError, LookupError, TypeError, ValueError):
        return message.get(name)
    return None


def _sender(message: EmailMessage) -> str | None:
    header = _header(message, "From")
    addresses = getattr(header, "addresses", ())
    return one_line(", ".join(a.display_name or a.addr_spec for a in addresses)) if addresses else one_line(header)


def _tags(message: EmailMessage) -> tuple[str, ...]:
    """Return the tags of a mail: what its writer or its reader's mail program gave it, such as the labels of Gmail."""
    stated = [tag for name in _TAGS for tag in tags_in(one_line(_header(message, name)))]
    own = [key for key in (one_line(_header(message, "X-Mozilla-Keys")) or "").split() if key not in _NO_TAGS]
    return tuple(dict.fromkeys([*stated, *own]))


def _date(message: EmailMessage) -> dt.date | None:
    when = getattr(_header(message, "Date"), "datetime", None)
    return when.date() if when else None
