"""The parts of a mail's page that its markup shows to be an older mail, or a signature."""

from __future__ import annotations

from typing import Any

from lxml import etree

_OLDER = (
    "//blockquote[@type='cite' or contains(@class, 'protonmail_quote')]"
    "|//*[contains(concat(' ', @class, ' '), ' gmail_quote ') or contains(@class, 'yahoo_quoted')"
    " or contains(@class, 'zmail_extra') or contains(@class, 'moz-forward-container') or @id='OLK_SRC_BODY_SECTION']"
)
_ALL_THAT_FOLLOWS = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='reply-intro'"
    " or (self::div and contains(translate(@style, ' ', ''), 'border:none;border-top:solid#'))]"
)
"""Outlook puts the header of the older mail into an element, and the mail itself after it."""
_NOTES = "//*[contains(@class, 'gmail_signature') or contains(@class, 'moz-signature') or @id='Signature']"


def mark_parts(tree: Any) -> tuple[set[Any], set[Any]]:
    """Return the elements that hold older mails, and those that hold signatures.

    Their content is moved into a new element within them, so that each block of text in them has them above it.
    """
    older = {element: None for element in tree.xpath(_OLDER)}
    for element in tree.xpath(_ALL_THAT_FOLLOWS):
        after = [element, *element.itersiblings()]
        parent = element.getparent()
        if parent is None:
            continue
        place = parent.index(element)
        tail, element_tail = etree.Element("div"), element.tail
        for moved in after:
            tail.append(moved)
        element.tail = element_tail
        parent.insert(place, tail)
        older[tail] = None
    notes = {element: None for element in tree.xpath(_NOTES)}
    for element in (*older, *notes):
        inner = etree.Element("div")
        inner.text, element.text = element.text, None
        inner.extend(list(element))
        element.append(inner)
    return set(older), set(notes)
