"""Reading of mail (EML, MBOX) with the standard library's ``email``."""

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
from quoth.index.reading.metadata.article import parsed_article
from quoth.index.reading.metadata.fields import one_line

from .html import page_source, parse_page
from .html_blocks import write_page
from .text import plain_blocks

_MESSAGE_START = re.compile(rb"(?:^|(?<=\n))From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")
_QUOTATION = re.compile(r"[ \t]*>")
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em)\b.{5,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|escreveu)\b.{0,80}:\s*$",
    re.DOTALL,
)


def read_mail(data: bytes) -> ParsedArticle:
    """Read a mail.

    :raises UnreadableFile: the mail contains no text.
    """
    return _mail(parse_message(data))


def read_mbox(data: bytes) -> Iterator[ParsedArticle | Refused]:
    """Yield the mails of a mailbox, named by their Message-ID."""
    starts = [match.span() for match in _MESSAGE_START.finditer(data)]
    name_counts: dict[str, int] = {}
    for (_, start), following in zip(starts, [*starts[1:], (len(data), 0)], strict=True):
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start : following[0]])
        message = parse_message(raw)
        name = (one_line(message.get("Message-ID")) or "").strip("<>") or sha256(raw).hexdigest()[:16]
        name_counts[name] = name_counts.get(name, 0) + 1
        name = name if name_counts[name] == 1 else f"{name} ({name_counts[name]})"
        try:
            yield _mail(message, name)
        except UnreadableFile as error:
            yield Refused(name, str(error))


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
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    if plain is not None and part_text(plain).strip():
        text = part_text(plain).replace("\r\n", "\n").rstrip()
        blocks = _without_replies(text, plain_blocks(text))
    elif page is not None:
        writer = Writer()
        write_page(writer, parse_page(part_text(page)))
        text, blocks = writer.text, writer.blocks
    else:
        text, blocks = "", []
    if not any(b.kind in ("prose", "item", "row") for b in blocks):
        raise UnreadableFile("the mail contains no text")
    metadata = Metadata(title=one_line(message.get("Subject")), author=_sender(message), published=_date(message))
    return parsed_article(text, blocks, metadata, name=name, has_header=False)


def _without_replies(text: str, blocks: list[Block]) -> list[Block]:
    """Mark the quotation of the answered mail, and the line before it, as boilerplate."""
    result: list[Block] = []
    for block in blocks:
        words = text[block.start : block.end]
        start = text.rfind("\n", 0, block.start) + 1
        quoted = _QUOTATION.match(text, start) or _ATTRIBUTION.match(words)
        result.append(Block("boilerplate", block.start, block.end) if quoted else block)
    return result


def _sender(message: EmailMessage) -> str | None:
    header = message.get("From")
    addresses = getattr(header, "addresses", ())
    return one_line(", ".join(a.display_name or a.addr_spec for a in addresses)) if addresses else one_line(header)


def _date(message: EmailMessage) -> dt.date | None:
    when = getattr(message.get("Date"), "datetime", None)
    return when.date() if when else None
