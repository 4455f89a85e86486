"""Detection of lines that do not belong to the article: menus, notices, picture credits, calls to subscribe.

A pattern must match the whole line. A sentence that only begins like boilerplate ("Copyright lapsed in 1962, so anyone
may print it.", "First published in 1951, the atlas sold 40,000 copies.") is not boilerplate. Except for signs such as
©, the patterns are English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from quoth.index.reading.document import Block

_MAX_TAIL_SHARE = 0.2
"""Maximum share of the prose that may follow a line of boilerplate for the rest of the text to be boilerplate too."""
_MAX_CHARS = 100
"""Maximum length of a line of boilerplate."""

_LINE = re.compile(
    r"""^(?:
      (?:please\ )?subscribe(?:\ (?:now|today|here|for\ updates|to\ our\b.*))?
    | sign\ up(?:\ (?:now|today|here|(?:for|to)\ (?:our|the)\b.*newsletter.*))?
    | sign\ in | log\ in | register
    | (?:\S+\ ){0,3}newsletters?
    | get\ (?:the|our)\ .*\b(?:newsletter|media\ kit|inbox)\b.*
    | (?:notice|spot(?:ted)?|found|see)\ an?\ (?:error|mistake|typo)\W*
    | ready\ to\ get\ started\W*
    | advertise(?:\ with\ us|ment|ments)? | sponsored(?:\ content)?
    | (?:photo(?:graph)?|image|picture|illustration)s?\s*(?:credits?|courtesy|:|/).*
    | (?:photo(?:graph)?|image|picture|illustration)s?\s*by\s+[^.!?]{2,60}
    | (?:credit|source)s?\s*:\s*[^.!?%]*\b(?:getty|reuters|shutterstock|unsplash|afp|ap)\b[^.!?%\d]*
    | .*(?:/|\ |\()getty\ images\)?
    | \d{1,3}\s*-?\s*min(?:ute)?s?\s*(?:read|reading(?:\ time)?)?
    | (?:reading\ time|read\ time)\b[^.!?]*
    | share(?:\ (?:this|on|via|article)\b[^.!?]{0,40})? | tweet | print | email
    | follow\ us(?:\ (?:on|at|@)\b[^.!?]*|\W*)
    | (?:read|see|learn|load|show)\ more\b[^.!?]{0,40} | related\ (?:articles?|stories|posts|topics|content)\W* """
    r"""| you\ may\ also\ like\W*
    | (?:more\ (?:from|on|in)\b[^.!?]{0,40}) | most\ (?:read|popular) | trending(?:\ now)? | recommended(?:\ for\ you)?
    | (?:original(?:ly)?|first)\ (?:author|published|appeared)s?"""
    r"""(?:\s+(?:in|on|at|by|as)\b[^.!?,]*(?:,\s*[12]\d{3})?\.?|\s*:.*)? | editor(?:ial|['’]s)?\ note\s*:.*
    | categories | tags?\W* | topics | comments?(?:\ \(\d+\))? | leave\ a\ (?:comment|reply) | \d+\ comments?
    | home | menu | search | skip\ to\ (?:main\ )?content | back\ to\ top | contact(?:\ us)? | about\ us
    | privacy(?:\ policy)? | terms(?:\ (?:of|and|&)\ .{0,30})? """
    r"""| cookies?(?:\ (?:policy|settings|preferences|notice|consent))? | all\ rights\ reserved\W*
    | (?:accept|reject|manage|allow)(?:\ (?:all|necessary))?\ cookies
    | (?:©|\(c\)|copyright\s+(?:©|\(c\)|[12]\d{3})).* | .{0,60}\ logo
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_SOLICITATION = re.compile(
    r"\b(?:newsletters?|(?:by )?sign(?:ing)? up|unsubscribe|terms of (?:service|use)|privacy policy|your inbox"
    r"|media kit|advertise with|affiliate partners|cookies? policy|report(?:ing)? any issues|we encourage you"
    r"|editorial note)\b",
    re.IGNORECASE,
)

_CONSENT = re.compile(
    r"""(?:
      (?:we|our\ (?:web)?sites?|this\ (?:web)?site)\ (?:[\w/]+\ ){0,6}cookies
    | [\w.\ -]{1,40}\ (?:and|with)\ our\ .{0,30}partners?\W[^.]{0,60}\b(?:stor|process|access|us)(?:e|es|ing)?\b
    | by\ (?:continuing|clicking|using|browsing|visiting|closing)\b[^.]{0,120}\b(?:agree|accept|consent)
    | (?:wir|diese\ (?:web)?(?:site|seite))\b[^.]{0,60}\b(?:verwende|nutz|setz)[^.]{0,40}\bcookies
    | (?:nous|ce\ site)\b[^.]{0,60}\butilis\w+\ [^.]{0,40}\b(?:cookies|traceurs)
    | (?:este\ sitio\ .{0,10})?(?:utilizamos|usamos|utiliza|usa)\ [^.]{0,20}cookies
    | (?:questo\ sito\ .{0,10})?(?:utilizziamo|usiamo|utilizza|usa)\ [^.]{0,20}cookie
    | (?:wij|deze\ (?:web)?site)\ gebruik\w*\ [^.]{0,20}cookies
    | (?:vi|denne\ siden|den\ här\ webbplatsen)\ (?:använder|anvender|bruker)\ (?:cookies|informasjonskapsler|kakor)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a notice begins that asks for consent to cookies or to the use of personal data."""
_CONSENT_SUBJECT = re.compile(
    r"\b(?:cookies?\b.*\b(?:web)?sites?|(?:web)?sites?\b.*\bcookies?|browser|device|experience|consent|privacy|traffic"
    r"|personal data|adverti[sz]|analy[sz]|analyti|statisti|dispositi|einwillig|datenschutz|gerät|endgerät|webseite"
    r"|audience|navigation|consent\w*|privacidad|experiencia|esperienza|ervaring|personvern|upplevelse)",
    re.IGNORECASE | re.DOTALL,
)


def is_boilerplate(line: str) -> bool:
    """Whether the words of a whole line are boilerplate."""
    return len(line) <= _MAX_CHARS and bool(_LINE.match(line))


def asks_for_consent(words: str) -> bool:
    """Whether a paragraph begins like a notice about cookies or personal data."""
    return bool(_CONSENT.match(words) and _CONSENT_SUBJECT.search(words))


def without_tail(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Mark the tail of a text as boilerplate.

    The tail begins at the first line of boilerplate after which no prose follows, or only a little prose that solicits.
    """
    body = sum(b.end - b.start for b in blocks if b.kind in ("prose", "item"))
    rest, solicits = 0, False
    tail = len(blocks)
    for i in range(len(blocks) - 1, -1, -1):
        block = blocks[i]
        if block.kind in ("prose", "item"):
            rest += block.end - block.start
            solicits = solicits or bool(_SOLICITATION.search(text, block.start, block.end))
            if rest > _MAX_TAIL_SHARE * body:
                break
        if block.kind == "boilerplate" and (solicits or rest == 0):
            tail = i
    return [b if i < tail else replace(b, kind="boilerplate") for i, b in enumerate(blocks)]
