"""The older mails within a mail's text, which it answers or forwards.

Libraries for this (quotequail, mail-parser-reply) cut a mail once, at the first mark of an older one, which loses the
replies between quoted lines; they know about ten languages, and none gives places in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from quoth.index.reading.document import Span

_QUOTED = re.compile(r"[ \t]{0,3}(?:[A-Z]{1,4})?>")
"""A line of an older mail; some programs put the writer's initials before the mark."""
_FROM = "from|von|de|da|van|från|fra|lähettäjä|od|kimden|от|от кого|felad[oó]|发件人|寄件者|差出人|보낸 ?사람"
_DATE = (
    "sent|date|gesendet|datum|envoyé|enviad[oa]s?(?: el| em)?|fecha|data|inviato|verzonden|skickat|sendt|dato|lähetetty"
    "|päivämäärä|wysłano|odesláno|gönderildi|tarih|отправлено|дата|küldve|dátum|发送时间|日期|送信日時|日付"
    "|보낸 ?날짜|날짜"
)
_TO = "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|kime|кому|címzett|收件人|宛先|받는 ?사람"
_SUBJECT = (
    "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|konu|тема|tárgy|主题|件名"
    "|제목"
)
_HEADER = re.compile(
    rf"[>\s*_]*(?:(?P<sender>{_FROM})|(?P<date>{_DATE})|(?P<to>{_TO}|cc|bcc|kopie|copie)|(?P<subject>{_SUBJECT}))"
    r"[*_]*\s?[:：][*_\s]*(?P<value>.*)",
    re.IGNORECASE,
)
_MAX_HEADER_LINES = 12
_MAX_SENDER = 500
"""Maximum number of characters in which a sender is looked for."""
_FORWARDED = (
    r"(?:begin )?forwarded message|(?:anfang der )?weitergeleitete[nr]? (?:e-?mail|nachricht)"
    r"|début du message (?:réexpédié|transféré)|message (?:transféré|réexpédié)|(?:inicio del )?mensaje reenviado"
    r"|mensagem encaminhada|(?:inizio )?messaggio (?:inoltrato|inviato)|(?:begin )?doorgestuurd bericht"
    r"|vidarebefordrat (?:meddelande|brev)|videresendt (?:melding|besked)|przekazana wiadomość|přeposlaná zpráva"
    r"|пересылаемое сообщение|пересланное сообщение|转发的邮件|転送メッセージ"
)
_ORIGINAL = (
    r"original (?:message|appointment)|ursprüngliche (?:nachricht|e-?mail)|message d['’]origine|mensaje original"
    r"|mensagem original|messaggio originale|oorspronkelijk bericht|origineel bericht"
    r"|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti|wiadomość oryginalna"
    r"|původní zpráva|исходное сообщение|özgün ileti|eredeti üzenet|原始邮件|元のメッセージ|원본 메시지"
)
_SEPARATOR = re.compile(
    rf"\s*(?:-{{2,}}\s*(?:{_FORWARDED}|{_ORIGINAL})\s*-{{2,}}|(?:{_FORWARDED})\s?:)\s*$", re.IGNORECASE
)
_FORWARD = re.compile(_FORWARDED, re.IGNORECASE)
RULE = re.compile(r"[ \t]*[_*=-]{10,}[ \t]*$")
_WROTE = (
    r"wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|ha scritto|scrive|schreef|geschreven|escreveu|skrev"
    r"|kirjoitti|napisał(?:\(?a\)?)?|napsal(?:\(?a\)?)?|írta|yazdı|написала?(?:\(а\))?|пишет|έγραψε|写道|寫道|書きました|작성"
)
_NAMED = re.compile(
    rf"(?:[^.!?\n]|\.(?=\S)){{0,160}}(?:(?<!\w)(?:{_WROTE})\b.{{0,80}}|<\S+@\S+>\s?)[:：]\s*$",
    re.IGNORECASE,
)
"""The line above quoted lines: "Odd Berge <odd@survey.example> writes:"."""
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|No dia|Den|Dne|Dnia|W dniu|Στις|Il giorno|(?:\w{2,4}, )?\d{1,4})\b"
    rf"(?=.*(?:\d{{4}}|\d[:.h]\d\d)).{{5,250}}?(?<!\w)(?:{_WROTE})\b.{{0,100}}[:：]\s*$"
    r"|\d{4}[-/年].{5,120}<\S+@\S+>\s?[:：]\s*$"
)
"""A line with a date that introduces an older mail, also one whose lines have no mark."""


@dataclass(frozen=True, slots=True)
class Older:
    """An older mail within a mail."""

    span: Span
    body: Span
    """Without the lines that introduce it."""
    introduction: Introduction


class Introduction(NamedTuple):
    """What the lines above an older mail say of it."""

    sender: str | None = None
    sent: str | None = None
    forwarded: bool = False
    """Whether they say that it is forwarded."""


def older_mails(text: str, known: Sequence[Span] = ()) -> list[Older]:
    """Return the older mails in a mail's text, in order, each with the lines that introduce it.

    Lines with a mark (">") are older, and what stands between them is the writer's. After an introduction without
    marked lines, all the rest is older.

    :param known: spans, in order, that the mail's markup shows to be older.
    """
    lines = [m.span() for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    found: list[Older] = []
    at = 0
    while at < len(lines):
        has_mark = _QUOTED.match(text, *lines[at])
        if not has_mark and (introduced := _introduction(text, lines, at)):
            body, said = introduced
            marked = body < len(lines) and _is_marked(text, lines[body], known)
            end = _last_marked(text, lines, body, known) + 1 if marked else len(lines)
            inner = (lines[body][0], lines[end - 1][1]) if body < end else (lines[end - 1][1],) * 2
            found.append(Older((lines[at][0], lines[end - 1][1]), inner, said))
            at = end
        elif _is_marked(text, lines[at], known):
            end = _last_marked(text, lines, at, known) + 1
            found.append(Older((lines[at][0], lines[end - 1][1]), (lines[at][0], lines[end - 1][1]), Introduction()))
            at = end
        elif named := _named(text, lines, at, known):
            end = _last_marked(text, lines, named, known) + 1
            said = Introduction(_sender_in(" ".join(text[lines[at][0] : lines[named][0]].split())))
            found.append(Older((lines[at][0], lines[end - 1][1]), (lines[named][0], lines[end - 1][1]), said))
            at = end
        else:
            at += 1
    return found


def _is_marked(text: str, line: Span, known: Sequence[Span]) -> bool:
    at = bisect_right(known, line[0], key=lambda span: span[0]) - 1
    return bool(_QUOTED.match(text, *line)) or (at >= 0 and line[0] < known[at][1])


def _last_marked(text: str, lines: Sequence[Span], at: int, known: Sequence[Span]) -> int:
    """Return the number of the last line of a run of marked lines; blank lines do not end it."""
    while at + 1 < len(lines) and _is_marked(text, lines[at + 1], known):
        at += 1
    return at


def _introduction(text: str, lines: Sequence[Span], at: int) -> tuple[int, Introduction] | None:
    """Return the number of the line after an introduction that begins here, and what it says; None if none begins."""
    line = text[slice(*lines[at])].strip()
    separated = bool(_SEPARATOR.match(line))
    header = _header(text, lines, at + 1 if separated or RULE.match(line) else at)
    if separated:
        end, said = header or (at + 1, Introduction())
        return end, said._replace(forwarded=bool(_FORWARD.search(line)))
    if header:
        return header
    paragraph = _paragraph_lines(text, lines, at)
    for count in range(1, len(paragraph) + 1):
        joined = " ".join(paragraph[:count])
        if _ATTRIBUTION.match(joined):
            later = any(_ATTRIBUTION.match(" ".join(paragraph[i:count])) for i in range(1, count))
            return None if later else (at + count, Introduction(_sender_in(joined)))
    return None


def _paragraph_lines(text: str, lines: Sequence[Span], at: int) -> list[str]:
    """Return a line and up to two that follow it without a blank line between them."""
    found = [text[slice(*lines[at])].strip()]
    for before, line in pairwise(lines[at : at + 3]):
        if text.count("\n", before[1], line[0]) > 1:
            break
        found.append(text[slice(*line)].strip())
    return found


def _header(text: str, lines: Sequence[Span], at: int) -> tuple[int, Introduction] | None:
    """Return the number of the line after the header of an older mail, and what it says; None if none begins here.

    A header names at least three of sender, date, recipient and subject; the first of its lines names the sender.
    """
    values: dict[str, str] = {}
    end = at
    for i in range(at, min(at + _MAX_HEADER_LINES, len(lines))):
        match = _HEADER.match(text[slice(*lines[i])])
        role = next((name for name in ("sender", "date", "to", "subject") if match[name]), "") if match else ""
        if (match and role not in ("", "sender") and i > at) or (match and role == "sender" and i == at):
            values.setdefault(role, match["value"].strip())
            end = i + 1
        elif i == at or i > end or text.count("\n", lines[i - 1][1], lines[i][0]) > 1:
            break
    said = Introduction(_sender_in(values.get("sender", "")), values.get("date"))
    return (end, said) if len(values) >= 3 else None


def _named(text: str, lines: Sequence[Span], at: int, known: Sequence[Span]) -> int | None:
    """Return the number of the first marked line if a line that names its writer begins here; else None."""
    paragraph = _paragraph_lines(text, lines, at)
    for after in range(at + 1, min(at + 3, at + len(paragraph) + 1, len(lines))):
        if _is_marked(text, lines[after], known):
            return after if _NAMED.match(" ".join(paragraph[: after - at])) else None
    return None


def _sender_in(words: str) -> str | None:
    """Return the name in the sender's line of a header or in an introduction; its address if it has no name."""
    words = words[:_MAX_SENDER]
    words = re.sub(rf".*\d[:.h]\d\d(?:\s?[AaPp]\.?[Mm]\.?)?|.*\d{{4}}|\b(?:{_WROTE})\b|[:：]\s*$", "", words)
    words = re.sub(r"^\s*Uhr\b|\[mailto:[^\]]*\]", "", words)
    name = re.sub(r"<[^>]*>", "", words).strip(" \t,;*\"'")
    address = re.search(r"[\w.+-]+@[\w.-]+", words)
    return name or (address.group() if address else None)


def without_marks(text: str) -> Iterator[str]:
    """Yield the lines of an older mail without their first mark."""
    for line in text.split("\n"):
        match = _QUOTED.match(line)
        yield re.sub(r"^ ", "", line[match.end() :]) if match else line
