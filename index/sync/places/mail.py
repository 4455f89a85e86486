"""Mail as programs keep it: Maildir, a file for each mail, and Thunderbird's mailboxes, files without a suffix."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from quoth.index.reading.detect import SUFFIXES
from quoth.index.reading.provided import Provided

from .place import Elsewhere, contains

_OWN = "the mail program keeps it for itself"
_EMPTY = "it has no mail"
_DELETED = "the mail is deleted"
_ARRIVING = "its mails are still arriving"
_MAILS = ("cur", "new")
_MAIL = re.compile(r"\d{9,}\.|.*[:;!]2,[A-Za-z]*$")
"""Name of a mail in a Maildir: it begins with the second of its arrival, or ends with what was done with it."""
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
"""What a mail's reader did with it, at the end of its name; ``;`` and ``!`` stand for ``:`` on Windows."""
_INBOX = ("maildir", ".maildir")
_LOGS = ("filterlog.html", "junklog.html")
"""What Thunderbird itself writes next to mailboxes in a format that is read."""
_INDEX, _SUBFOLDERS = ".msf", ".sbd"
"""After a mailbox's name, name Thunderbird's index of it, and the folder of the mailboxes in it."""
_LEFT_OUT = {"trash": "it is Thunderbird's bin", "junk": "it is Thunderbird's folder of spam"}
_ACCOUNTS = ("Mail", "ImapMail")
"""Folders of a profile of Thunderbird that hold mail."""


class Maildir:
    """A folder with a file for each mail; see ``Place``."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)
        name = os.path.basename(self.folder)
        self._collection = "Inbox" if name.lower() in _INBOX else name.lstrip(".").replace(".", "/")

    def of_folder(self, path: str) -> str | None:
        if path == os.path.join(self.folder, "tmp"):
            return _ARRIVING
        is_subfolder = os.path.dirname(path) == self.folder and os.path.isdir(os.path.join(path, "cur"))
        return "" if is_subfolder else None

    def of_file(self, path: str) -> Provided | str | None:
        inside, name = os.path.relpath(os.path.dirname(path), self.folder), os.path.basename(path)
        if name.lower().endswith(SUFFIXES) and not _MAIL.match(name):
            return None
        if inside not in _MAILS:
            return _OWN if inside == "." else None
        flags = _FLAGS.search(path)
        return _DELETED if flags and "T" in flags[1] else Provided("eml", collection=self._collection)

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()


class Mailboxes:
    """A folder with mailboxes of Thunderbird; see ``Place``."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)
        above, inside = os.path.split(self.folder)
        names: list[str] = []
        while inside.endswith(_SUBFOLDERS):
            names.insert(0, inside.removesuffix(_SUBFOLDERS))
            above, inside = os.path.split(above)
        self._names = names

    def of_folder(self, path: str) -> str | None:
        return _LEFT_OUT.get(os.path.basename(path).removesuffix(_SUBFOLDERS).lower())

    def of_file(self, path: str) -> Provided | str | None:
        folder, name = os.path.split(path)
        if folder != self.folder:
            return None
        if not os.path.isfile(path + _INDEX):
            return None if name.lower().endswith(SUFFIXES) and name.lower() not in _LOGS else _OWN
        if name.lower() in _LEFT_OUT:
            return _LEFT_OUT[name.lower()]
        return Provided("mbox", collection="/".join([*self._names, name])) if os.path.getsize(path) else _EMPTY

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()


class Profile:
    """A profile of Thunderbird, with the mailboxes of all accounts; see ``Place``."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.abspath(folder)

    def of_folder(self, path: str) -> str | None:
        return None if any(contains(os.path.join(self.folder, name), path) for name in _ACCOUNTS) else _OWN

    def of_file(self, path: str) -> Provided | str | None:
        return _OWN  # mailboxes are judged by the place that their own folder is

    def elsewhere(self) -> Iterable[Elsewhere]:
        return ()


def mail_in(folder: str, subfolders: Sequence[str], names: Sequence[str]) -> Maildir | Mailboxes | Profile | None:
    """Return the place of mail that a folder is; None if it is none."""
    if "cur" in subfolders and ("new" in subfolders or "tmp" in subfolders) and _has_mails(folder):
        return Maildir(folder)
    if "prefs.js" in names and any(next(Path(folder, name).glob(f"*/*{_INDEX}"), None) for name in _ACCOUNTS):
        return Profile(folder)
    indexed = {name.removesuffix(_INDEX) for name in names if name.endswith(_INDEX)}
    return None if indexed.isdisjoint(names) else Mailboxes(folder)


def _has_mails(folder: str) -> bool:
    """Whether a folder with the folders of a Maildir holds mails, or nothing yet."""
    names = [name for part in _MAILS for name in _files_in(os.path.join(folder, part))]
    return not names or any(map(_MAIL.match, names))


def _files_in(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    except OSError:
        return []
