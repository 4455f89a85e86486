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
_UNMISTAKABLE = re.compile(
    r"cookies?[-_]?(?:banner|bar|notice|consent|pop-?up|overlay|dialog|box)|onetrust|didomi|sp_message_container|qc-cmp"
    r"|usercentrics|uc-banner|cybotcookiebot|tarteaucitron|axeptio|borlabs|fc-consent|cookieyes|cky-consent|iubenda"
    r"|termly|osano-cm|cmplz|trustarc|evidon|moove_gdpr|klaro",
    re.IGNORECASE,
)
"""Names of the containers that widespread programs make for their notices."""
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
_CONTAINERS = (
    "//*[self::div or self::section or self::aside or self::dialog or self::form or @role='dialog'"
    " or @role='alertdialog']"
)
_KEPT = ("main", "article", "h1")
"""Elements that no notice contains."""


def drop_consent_notices(tree: Any) -> None:
    """Remove the notices from a page: containers that are named like one, and those with such words and a button."""
    for element in tree.xpath(_CONTAINERS):
        if element.getparent() is not None and _is_marked(element) and _is_notice(element):
            element.drop_tree()
    too_long: set[Any] = set()
    for button in tree.xpath("//*[self::button or self::a or self::input[@type='button' or @type='submit']]"):
        words = (button.get("value") or _words(button, 2 * _MAX_ANSWER_CHARS)).strip()
        if len(words) <= _MAX_ANSWER_CHARS and _ANSWER.match(words) and _drop_notice_around(button, too_long):
            too_long.clear()


def _is_marked(element: Any) -> bool:
    names = _names(element)
    is_dialog = element.tag == "dialog" or element.get("role") in ("dialog", "alertdialog")
    return is_dialog or bool(_MARKED.search(names) or _UNMISTAKABLE.search(names))


def _names(element: Any) -> str:
    return f"{element.get('id') or ''} {element.get('class') or ''} {element.get('aria-label') or ''}"


def _is_notice(element: Any) -> bool:
    if next(element.iter(*_KEPT), None) is not None:
        return False
    words = _words(element, _MAX_NOTICE_CHARS)
    is_short = len(words) <= _MAX_NOTICE_CHARS and next(element.iter("button", "a", "input"), None) is not None
    return bool(_SUBJECT.search(words) or (is_short and _UNMISTAKABLE.search(_names(element))))


def _drop_notice_around(button: Any, too_long: set[Any]) -> bool:
    """Remove the smallest element around a button that begins like a notice, if there is one; whether there is.

    :param too_long: elements that are longer than a notice; further ones are added.
    """
    for height, element in enumerate(button.iterancestors("div", "section", "aside", "form", "dialog", "footer")):
        if height > _MAX_HEIGHT or element.getparent() is None or element in too_long:
            return False
        words = " ".join(_words(element, 2 * _MAX_NOTICE_CHARS).split())
        if len(words) > _MAX_NOTICE_CHARS:
            too_long.add(element)
            return False
        if next(element.iter(*_KEPT), None) is not None:
            return False
        if asks_for_consent(words) or any(asks_for_consent(p.text_content().strip()) for p in element.iter("p", "div")):
            element.drop_tree()
            return True
    return False


def _words(element: Any, size: int) -> str:
    """Return the text of an element; of a longer text, little more than its first ``size`` characters."""
    parts: list[str] = []
    for part in element.itertext():
        parts.append(part)
        size -= len(part)
        if size < 0:
            break
    return "".join(parts)
