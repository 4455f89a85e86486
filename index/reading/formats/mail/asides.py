"""The parts of a mail's text that are no prose: signatures, notices, patches and encoded blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quoth.index.reading.document import Span

from .replies import RULE

_SENT_FROM = re.compile(
    r"(?:sent from my|get outlook for|von meinem .{2,30} gesendet|gesendet von|envoyé de(?:puis)? mon|enviado desde mi"
    r"|enviado do meu|inviato da|verstuurd vanaf|verzonden met|skickat från min|sendt fra min|lähetetty)\b.{0,60}$",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(
    r"mailing list|unsubscribe|listinfo|to leave the list|abbestellen|désabonner|désinscrire|darse de baja",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"(?=.{60})(?=.*\b(?:confidential|privileged|vertraulich|confidentiel\w*|confidencial|riservat\w+|vertrouwelijk)\b)"
    r"(?=.*\b(?:intended (?:only|solely|for)|recipient|empfänger|destinat\w+|geadresseerde|bestemd)\b)"
    r".*\b(?:e-?mail|message|nachricht|mensaje|courriel|messaggio|bericht)\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 12
_PATCH = re.compile(
    r"diff --git |diff -\w+ |Index: \S+$|--- \S+.*\n\+\+\+ \S|@@ -\d+(?:,\d+)? \+\d+"
    r"|---[ \t]*\n [^\n|]+\|\s+(?:\d|Bin)"
)
"""How a patch begins, or the list of its files."""
_IN_PATCH = re.compile(
    r"[ +\-\\@]|diff |index |Index: |={20,}|(?:new|deleted|old) (?:file )?mode|similarity |rename |copy |Binary |GIT |$"
)
_ARMOUR = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s*$")
_UUENCODED = re.compile(r"begin(?:-base64)? [0-7]{3,4} \S")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{56,}={0,2}\s*$")


def asides(text: str) -> list[Span]:
    """Return the spans of signatures, notices, patches and encoded blocks, in order; they may touch."""
    lines = [m.span() for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    found: list[Span] = []
    at = 0
    while at < len(lines):
        end = _aside_end(text, lines, at)
        if end > at:
            found.append((lines[at][0], lines[end - 1][1]))
        at = max(end, at + 1)
    return found


def _aside_end(text: str, lines: Sequence[Span], at: int) -> int:
    """Return the number of the line after the part that begins here; ``at`` if none begins."""
    start, end = lines[at]
    line, rest = text[start:end].rstrip("\r"), len(lines) - at
    if line == "-- " or (line.strip() == "--" and rest <= _SIGNATURE_LINES):
        return len(lines)
    if RULE.match(line) and rest <= _SIGNATURE_LINES and _LIST_FOOTER.search(text, end):
        return len(lines)
    if _SENT_FROM.match(line.strip()):
        return at + 1
    if rest <= _SIGNATURE_LINES and _DISCLAIMER.match(_paragraph(text, start)):
        return len(lines)
    if armour := _ARMOUR.match(line):
        return _armour_end(text, lines, at, armour.group(1))
    if _UUENCODED.match(line):
        return _uuencoded_end(text, lines, at)
    if _PATCH.match(text, start):
        return next((i for i in range(at + 1, len(lines)) if not _in_patch(text, lines[i])), len(lines))
    run = next((i for i in range(at, len(lines)) if not _BASE64.match(text, *lines[i])), len(lines))
    return min(run + 1, len(lines)) if run - at >= 3 else at


def _uuencoded_end(text: str, lines: Sequence[Span], at: int) -> int:
    """Return the number of the line after an encoded block; ``at`` if it is not closed before the next one begins."""
    for i in range(at + 1, len(lines)):
        if text[slice(*lines[i])].strip() in ("end", "===="):
            return i + 1
        if _UUENCODED.match(text, lines[i][0]):
            break
    return at


def _in_patch(text: str, line: Span) -> bool:
    return bool(_IN_PATCH.match(text, *line)) and text[slice(*line)].rstrip("\r") != "-- "


def _armour_end(text: str, lines: Sequence[Span], at: int, name: str) -> int:
    """Return the number of the line after a block from "BEGIN" to "END"; of a signed mail, after its first lines."""
    if name == "PGP SIGNED MESSAGE":
        end = at + 1
        while end < len(lines) and text.startswith("Hash:", lines[end][0]):
            end += 1
        return end
    closing = f"-----END {name}-----"
    return next((i + 1 for i in range(at, len(lines)) if text.startswith(closing, lines[i][0])), len(lines))


def _paragraph(text: str, start: int) -> str:
    """Return the paragraph that begins at an offset, on one line."""
    end = re.compile(r"\n[ \t\r]*\n|\Z").search(text, start)
    return " ".join(text[start : end.start() if end else len(text)].split())
