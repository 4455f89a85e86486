"""Mail (EML, MBOX) and saved pages (MHTML) -> their articles, decoded by the standard library's ``email``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from hashlib import sha256

from quoth.index.errors import UnreadableFile
from quoth.index.reading.decoding import decode
from quoth.index.reading.document import Block, Metadata, ParsedArticle, Refused
from quoth.index.reading.layout.writer import Writer
from quoth.index.reading.metadata.fields import finished, one_line

from .html import page_text, parsed, read_page, write_leaves
from .text import plain_blocks

_BEGINS = re.compile(rb"(?:^|(?<=\n))From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_QUOTED = re.compile(r"[ \t]*>")
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em)\b.{5,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu)\b.{0,80}:\s*$",
    re.DOTALL,
)


def read_mail(data: bytes) -> ParsedArticle:
    """One mail.

    :raises UnreadableFile: it says nothing in words.
    """
    return _mail(_message(data))


def read_mbox(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Each mail of a mailbox; its Message-ID is its name."""
    starts = [m.span() for m in _BEGINS.finditer(data)]
    taken: dict[str, int] = {}
    for (_, start), following in zip(starts, [*starts[1:], (len(data), 0)], strict=True):
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start : following[0]])
        message = _message(raw)
        name = (one_line(message.get("Message-ID")) or "").strip("<>") or sha256(raw).hexdigest()[:16]
        taken[name] = taken.get(name, 0) + 1
        name = name if taken[name] == 1 else f"{name} ({taken[name]})"
        try:
            yield _mail(message, name)
        except UnreadableFile as error:
            yield Refused(name, str(error))


def read_mhtml(data: bytes) -> ParsedArticle:
    """A web page that a browser saved as a single file.

    :raises UnreadableFile: there is no page in it.
    """
    message = _message(data)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            address = one_line(part.get("Content-Location") or message.get("Snapshot-Content-Location"))
            return read_page(_content(part), address=address)
    raise UnreadableFile("there is no web page in it")


def _message(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _content(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return page_text(data) if part.get_content_subtype() == "html" else decode(data)


def _mail(message: EmailMessage, name: str = "") -> ParsedArticle:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    if plain is not None and _content(plain).strip():
        text = _content(plain).replace("\r\n", "\n").rstrip()
        blocks = _without_replies(text, plain_blocks(text))
    elif page is not None:
        writer = Writer()
        write_leaves(writer, parsed(_content(page)))
        text, blocks = writer.text, writer.blocks
    else:
        text, blocks = "", []
    if not any(b.kind in ("prose", "item", "row") for b in blocks):
        raise UnreadableFile("the mail says nothing in words")
    facts = Metadata(title=one_line(message.get("Subject")), author=_sender(message), published=_day(message))
    return finished(text, blocks, facts, name=name, headed=False)


def _without_replies(text: str, blocks: list[Block]) -> list[Block]:
    """The same; what is quoted of the mail that is answered, and the line that leads into it, is not this one's."""
    found: list[Block] = []
    for block in blocks:
        words = text[block.start : block.end]
        start = text.rfind("\n", 0, block.start) + 1
        quoted = _QUOTED.match(text, start) or _ATTRIBUTION.match(words)
        found.append(Block("boilerplate", block.start, block.end) if quoted else block)
    return found


def _sender(message: EmailMessage) -> str | None:
    header = message.get("From")
    addresses = getattr(header, "addresses", ())
    return one_line(", ".join(a.display_name or a.addr_spec for a in addresses)) if addresses else one_line(header)


def _day(message: EmailMessage) -> dt.date | None:
    when = getattr(message.get("Date"), "datetime", None)
    return when.date() if when else None
