"""Signs of life while a file is read that takes long: a scan, whose pages are recognised one by one."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[int, int], None]
"""Called with the number of the page that is being read, from 1, and the number of pages."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Report the pages to a listener from now on."""
    _listeners.append(listener)


def page_started(number: int, pages: int) -> None:
    """Report that the reading of a page begins.

    :param number: number of the page, from 1.
    :param pages: number of the file's pages.
    """
    for listener in _listeners:
        listener(number, pages)
