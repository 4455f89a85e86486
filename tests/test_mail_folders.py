"""Mail as programs keep it: Maildir, Thunderbird's profile, mailboxes without a suffix."""

from __future__ import annotations

from pathlib import Path

import pytest

from quoth import Article, Library


def mail(subject: str, words: str, *headers: str) -> str:
    lines = [*headers, "From: Ann <ann@b.example>", f"Subject: {subject}", f"Message-ID: <{subject}@b.example>",
             "Date: Mon, 30 Nov 2026 05:00:00 +0000"]  # fmt: skip
    return "\n".join([*lines, "", words, ""])


def mailbox(*mails: str) -> str:
    return "".join(f"From - Mon Nov 30 05:00:00 2026\n{text}\n" for text in mails)


def saved(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def by_title(library: Library) -> dict[str | None, Article]:
    return {article.title: article for article in library.articles()}


def collections(library: Library) -> dict[str | None, str | None]:
    return {article.title: article.collection for article in library.articles()}


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = saved(tmp_path / "Maildir", {
        "cur/1732000000.M1P1.host,S=120:2,S": mail("Lamp", "The lamp on the pier is red."),
        "cur/1733000000.M1P2.host:2,RST": mail("Gone", "This mail was deleted."),
        "new/1734000000.M1P3.host": mail("Ropes", "The ropes arrive on Monday."),
        "tmp/1735000000.M1P4.host": mail("Half", "Half of a mail"),
        ".Archive.2024/cur/1700000000.M9.host:2,S": mail("Pier", "The old pier was torn down."),
        "dovecot-uidlist": "3 V1 N4", "subscriptions": "Archive.2024",
    })  # fmt: skip
    for name in ("new", "tmp"):
        (folder / ".Archive.2024" / name).mkdir()
    return folder


def test_maildir(library: Library, maildir: Path) -> None:
    changes = library.add(maildir)
    assert changes.rejected == ()
    assert collections(library) == {"Lamp": "Inbox", "Ropes": "Inbox", "Pier": "Archive/2024"}
    why = {Path(source).name: reason for source, reason in zip(changes.ignored, changes.why_ignored, strict=True)}
    assert (why["1733000000.M1P2.host:2,RST"], why["tmp"]) == ("the mail is deleted", "its mails are still arriving")
    (maildir / "new" / "1734000000.M1P3.host").rename(maildir / "cur" / "1734000000.M1P3.host:2,S")
    (maildir / "cur" / "1732000000.M1P1.host,S=120:2,S").rename(maildir / "cur" / "1732000000.M1P1.host,S=120:2,ST")
    changes = library.rebuild(maildir)
    assert (len(changes.moved), len(changes.removed), changes.embedded) == (1, 1, 0)
    assert sorted(map(str, by_title(library))) == ["Pier", "Ropes"]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return saved(tmp_path / "abc.default-release", {
        "prefs.js": "", "pkcs11.txt": "library of certificates", "crashes/store.txt": "It crashed.",
        "Mail/Local Folders/Inbox": mailbox(
            mail("Lamp", "The lamp on the pier is red.", "X-Mozilla-Status: 0001", "X-Mozilla-Keys: later"),
            mail("Gone", "This mail was deleted.", "X-Mozilla-Status: 0009", "X-Mozilla-Status2: 00000000"),
            mail("Far", "This mail was deleted on the server.", "X-Mozilla-Status2: 00200000"),
        ),
        "Mail/Local Folders/Inbox.msf": "// index", "Mail/Local Folders/Drafts": "",
        "Mail/Local Folders/Drafts.msf": "// index", "Mail/Local Folders/filterlog.html": "<p>A log of filters.</p>",
        "Mail/Local Folders/Inbox.sbd/Harbour.2024": mailbox(mail("Ropes", "The ropes arrive on Monday.")),
        "Mail/Local Folders/Inbox.sbd/Harbour.2024.msf": "// index",
        "Mail/Local Folders/Trash": mailbox(mail("Bin", "Nobody reads this.")),
        "Mail/Local Folders/Trash.msf": "// index",
        "ImapMail/b.example/INBOX": mailbox(mail("Quay", "The quay is 90 metres long.")),
        "ImapMail/b.example/INBOX.msf": "// index",
    })  # fmt: skip


def test_thunderbird(library: Library, profile: Path) -> None:
    changes = library.add(profile)
    assert changes.rejected == ()
    assert collections(library) == {"Lamp": "Inbox", "Ropes": "Inbox/Harbour.2024", "Quay": "INBOX"}
    assert by_title(library)["Lamp"].tags == ("later",)
    assert library.add(profile).embedded == 0
    inbox = profile / "Mail" / "Local Folders" / "Inbox"
    with inbox.open("a") as stream:
        stream.write(mailbox(mail("Buoy", "The buoy at the harbour mouth is green.")))
    changes = library.rebuild(profile)
    assert ([Path(source).name for source in changes.added], changes.embedded) == (["Inbox#Buoy@b.example"], 1)
    inbox.write_text(inbox.read_text().replace("X-Mozilla-Status: 0001", "X-Mozilla-Status: 0009"))
    assert [Path(source).name for source in library.rebuild(profile).removed] == ["Inbox#Lamp@b.example"]
    ropes = profile / "Mail" / "Local Folders" / "Inbox.sbd" / "Harbour.2024"
    ropes.write_text(ropes.read_text().replace("From: Ann", "X-Mozilla-Status: 0009\nFrom: Ann"))
    changes = library.rebuild(profile)
    assert (changes.rejected, len(changes.removed)) == ((), 1)
    assert sorted(map(str, by_title(library))) == ["Buoy", "Quay"]


def test_other_files_stay_what_they_are(library: Library, tmp_path: Path) -> None:
    """Names of folders that programs for mail use, too, and what people keep next to their mails."""
    saved(tmp_path / "files", {
        "project/cur/report.txt": "Note: the quay is 90 metres long.\n\nIt was built of stone.",
        "project/new/plan.md": "# Plan\n\nA second quay is planned.",
        "project/README.md": "# Quays\n\nReports about quays are here.",
        "mails/cur/1732000000.M1P1.host:2,S": mail("Lamp", "The lamp on the pier is red."),
        "mails/new/unusual": mail("Ropes", "The ropes arrive on Monday."), "mails/notes.txt": "Two mails are here.",
        "boxes/Archive": mailbox(mail("Buoy", "The buoy is green.")), "boxes/Archive.msf": "// index",
        "boxes/paper.md": "# Paper\n\nThis is about buoys.",
        "addon/prefs.js": "", "addon/Mail/help.txt": "Help for the add-on.",
    })  # fmt: skip
    changes = library.add(tmp_path / "files")
    assert changes.rejected == ()
    groups = {Path(article.source).name: article.collection for article in library.articles()}
    assert groups == {
        "report.txt": None, "plan.md": None, "README.md": None, "1732000000.M1P1.host:2,S": "mails",
        "unusual": "mails", "notes.txt": None, "Archive#Buoy@b.example": "Archive", "paper.md": None, "help.txt": None,
    }  # fmt: skip
    report = next(article for article in library.articles() if article.source.endswith("report.txt"))
    assert report.text.startswith("Note: the quay")


def test_mailboxes_without_a_suffix(library: Library, tmp_path: Path) -> None:
    saved(tmp_path / "Mail", {
        "inbox": mailbox(mail("Lamp", "The lamp on the pier is red.")), "LICENSE": "From here on, all is free.\n",
        "Sent.mbox/mbox": mailbox(mail("Ropes", "The ropes arrive on Monday.")),
    })  # fmt: skip
    changes = library.add(tmp_path / "Mail")
    assert collections(library) == {"Lamp": "inbox", "Ropes": "Sent"}
    assert changes.why_ignored == ("it has no suffix that names its format",)
