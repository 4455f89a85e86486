"""Removal of the notices that ask a page's visitor for consent to cookies or to the use of personal data."""

from __future__ import annotations

import re
from typing import Any

from quoth.index.reading.layout.boilerplate import asks_for_consent

_MARKED = re.compile(
    r"cookies?[-_]?(?:banner|bar|notice|consent|policy|law|pop-?up|modal|info|message|overlay|dialog|disclaimer|manager"
    r"|preferences?|settings?)|(?:^|\W)cookies?(?:\W|$)|consent|gdpr|onetrust|didomi|usercentrics|truste"
    r"|(?:^|[\W_])(?:cmp|qc-cmp\d?|ccpa|lgpd)(?:[\W_]|$)|privacy[-_]?(?:banner|notice|pop-?up|manager|cent(?:er|re))",
    re.IGNORECASE,
)
"""Names in the id or class of a notice's container."""
_SUBJECT = re.compile(
    r"\bcookies?\b.*(?:\b(?:web)?sites?\b|browser|sitio|sito|seite)|\b(?:web)?sites?\b.*\bcookies?\b|\bconsent|privacy"
    r"|personal data|legitimate interest|datenschutz|einwillig|personenbezogen|données personnelles|privacidad|consenso"
    r"|toestemming|samtycke|samtykke|privacidade",
    re.IGNORECASE | re.DOTALL,
)
_ANSWER = re.compile(
    r"(?:i |yes,? )?(?:accept|agree|allow|reject|decline|deny|refuse|got it|ok(?:ay)?\b|understood|consent\b)"
    r"|(?:alle\w* )?(?:akzeptier|zustimm|ablehn|annehm|erlaub)|(?:tout )?(?:accepter|refuser)|j['’]accepte"
    r"|acept|rechazar|accetta|rifiuta|accepteren|weigeren|akkoord|aceitar|rejeitar|godkänn|godta",
    re.IGNORECASE,
)
"""What is written on the buttons of a notice."""
_MAX_ANSWER_CHARS = 40
_MAX_NOTICE_CHARS = 6_000
_MAX_HEIGHT = 8
"""Maximum number of elements between a notice and its button."""
_KEPT = ("main", "article", "h1")
"""Elements that no notice contains."""


def drop_consent_notices(tree: Any) -> None:
    """Remove the notices from a page: containers that are named like one, and those with such words and a button."""
    marked = tree.xpath("//div | //section | //aside | //dialog | //form | //*[@role='dialog' or @role='alertdialog']")
    for element in marked:
        if element.getparent() is not None and _is_marked(element) and _is_notice(element):
            element.drop_tree()
    for button in tree.xpath("//button | //a | //input[@type='button' or @type='submit']"):
        words = (button.get("value") or button.text_content()).strip()
        if len(words) <= _MAX_ANSWER_CHARS and _ANSWER.match(words):
            _drop_notice_around(button)


def _is_marked(element: Any) -> bool:
    names = f"{element.get('id') or ''} {element.get('class') or ''} {element.get('aria-label') or ''}"
    is_dialog = element.tag == "dialog" or element.get("role") in ("dialog", "alertdialog")
    return is_dialog or bool(_MARKED.search(names))


def _is_notice(element: Any) -> bool:
    return next(element.iter(*_KEPT), None) is None and bool(_SUBJECT.search(element.text_content()))


def _drop_notice_around(button: Any) -> None:
    """Remove the smallest element around a button that begins like a notice; nothing if there is none."""
    for height, element in enumerate(button.iterancestors("div", "section", "aside", "form", "dialog", "footer")):
        words = " ".join(element.text_content().split())
        if (
            height > _MAX_HEIGHT
            or element.getparent() is None
            or len(words) > _MAX_NOTICE_CHARS
            or next(element.iter(*_KEPT), None) is not None
        ):
            return
        if asks_for_consent(words) or any(asks_for_consent(p.text_content().strip()) for p in element.iter("p", "div")):
            element.drop_tree()
            return
