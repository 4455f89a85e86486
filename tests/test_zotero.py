"""A library of Zotero: articles with what Zotero knows of them, followed as it changes, and never changed itself."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from quoth import Article, Filter, Library
from quoth.index.check import check
from quoth.qa.verify import Saved, verify
from quoth.ui.server.imports import Imports
from quoth.ui.server.uploads import Uploads
from tests.made import epub, pdf
from tests.words import WordEncoder
from tests.zotero import IMAGE, LINK, LINKED, SNAPSHOT, ZoteroFolder

FERRY = "The northern ferry carried its last passengers in the autumn of 2019."
PAGE = (
    '<html><head><title>Other</title><link rel="canonical" href="https://other.example/x"></head><body><h1>Lamps</h1>'
    "<p>The lamp on the pier was lit every evening by the keeper of the harbour.</p></body></html>"
)
REFERENCE = {
    "id": "lee2019ferry", "type": "article-journal", "title": "Ferries in the north", "DOI": "10.1234/ferry",
    "container-title": "Journal of Ferries", "volume": "7", "issue": "2", "page": "3-9", "URL": "https://f.example/7",
    "note": "Citation Key: lee2019ferry", "issued": {"date-parts": [[2019, 10]]},
    "accessed": {"date-parts": [[2024, 5, 3]]},
    "author": [{"family": "Lee", "given": "Ann"}, {"literal": "Ferry Office"}],
    "editor": [{"family": "Ray", "given": "Bo"}],
}  # fmt: skip


def one_page(words: str) -> bytes:
    return pdf([[(40, 500, words)]])


@pytest.fixture
def zotero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ZoteroFolder:
    """Ten items in two collections and a group, of all kinds."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    folder = ZoteroFolder(tmp_path / "Zotero")
    thesis = folder.collection("Thesis")
    first, other = folder.collection("Chapter 1", thesis), folder.collection("Reading")
    ferry = folder.item(
        "journalArticle", "FERRY001",
        {
            "title": "Ferries in the north", "date": "2019-10-00 October 2019", "DOI": "10.1234/ferry",
            "publicationTitle": "Journal of Ferries", "volume": "7", "issue": "2", "pages": "3-9",
            "url": "https://f.example/7", "extra": "Citation Key: lee2019ferry",
            "accessDate": "2024-05-03 10:11:12", "abstractNote": "About ferries.",
        },
        creators=[("author", "Ann", "Lee"), ("editor", "Bo", "Ray"), ("author", "", "Ferry Office")],
        tags=["ships", "north"], collections=[first, other],
    )  # fmt: skip
    folder.attach("FERRYPDF", ferry, "storage:Lee 2019 – Ferries.pdf", one_page(FERRY), title="Full Text PDF")
    folder.attach("FERRYSUP", ferry, "storage:sup.pdf", one_page("Forty ships sailed."), title="Supplement")
    folder.attach("FERRYLNK", ferry, "https://f.example/7", mode=LINK, kind="text/html")
    folder.attach("FERRYIMG", ferry, "storage:image.png", b"\x89PNG", mode=IMAGE, kind="image/png")
    folder.note("FERRYNOT", ferry, "Check the year", "<h1>Check the year</h1><p>The year of the ferry is unsure.</p>")
    lamp = folder.item(
        "webpage", "LAMP0001", {"title": "The <i>lamp</i>", "websiteTitle": "Harbour news"}, tags=["lamps"]
    )
    folder.attach("LAMPPAGE", lamp, "storage:lamp.html", PAGE.encode(), mode=SNAPSHOT, kind="text/html")
    chapter = folder.item(
        "bookSection", "CHAP0001", {"title": "Tides", "bookTitle": "The book of seas", "date": "2001-02-03 3 Feb 2001"},
        creators=[("editor", "Mara", "Quist")], library=2,
    )  # fmt: skip
    (tmp_path / "papers" / "sub").mkdir(parents=True)
    (tmp_path / "papers" / "sub" / "tides.epub").write_bytes(epub(["<p>The tide turns twice a day.</p>"]))
    (tmp_path / "papers" / "own.pdf").write_bytes(one_page("The buoy at the harbour mouth is green."))
    folder.attach(
        "CHAPBOOK", chapter, "attachments:sub/tides.epub", mode=LINKED, kind="application/epub+zip", library=2
    )
    folder.attach("ALONE001", None, str(tmp_path / "papers" / "own.pdf"), mode=LINKED, title="own.pdf")
    gone = folder.item("book", "GONE0001", {"title": "Gone"})
    folder.attach("GONEPDF1", gone, "storage:gone.pdf", one_page("Nobody reads this."))
    folder.run("INSERT INTO deletedItems (itemID) VALUES (?)", gone)
    folder.attach("ABSENT01", lamp, "storage:absent.pdf")
    folder.attach("WINDOWS1", lamp, "C:\\papers\\lamp.pdf", mode=LINKED)
    feed = folder.item("webpage", "FEED0001", {"title": "Feed"}, library=3)
    folder.note("FEEDNOTE", feed, "", "<p>Nothing.</p>")
    folder.note("OWNNOTE1", None, "Ropes", "<p>The ropes arrive on <b>Monday</b>.</p>")
    (folder.folder / "storage" / "FERRYPDF" / ".zotero-ft-cache").write_text(FERRY)
    (folder.folder / "styles").mkdir()
    (folder.folder / "styles" / "apa.txt").write_text("A style.")
    (folder.folder / "zotero.sqlite.bak").write_bytes(b"old")
    profile = tmp_path / ".zotero" / "zotero" / "abc.default"
    profile.mkdir(parents=True)
    (profile / "prefs.js").write_text(
        f'user_pref("extensions.zotero.baseAttachmentPath", "{tmp_path / "papers"}");\n'
        'user_pref("extensions.zotero.useDataDir", false);\n'
    )
    return folder


def by_key(library: Library) -> dict[str, Article]:
    """The articles by the key of their attachment or note, or by their name outside of the storage."""
    found = {}
    for article in library.articles():
        path = Path(article.source)
        found[path.parent.name if "storage" in path.parts else path.name] = article
    return found


def state_of(folder: Path) -> dict[str, tuple[str, int]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p): (sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in files}


@pytest.mark.every_store
def test_articles_have_what_zotero_knows_of_them(library: Library, zotero: ZoteroFolder) -> None:
    before = state_of(zotero.folder)
    changes = library.add(zotero.folder)
    assert changes.rejected == ()
    assert state_of(zotero.folder) == before
    found = by_key(library)
    assert sorted(found) == [
        "FERRYNOT.html", "FERRYPDF", "FERRYSUP", "LAMPPAGE", "OWNNOTE1.html", "own.pdf", "tides.epub",
    ]  # fmt: skip
    ferry = found["FERRYPDF"]
    assert (ferry.title, ferry.author, ferry.published) == ("Ferries in the north", "Ann Lee, Ferry Office", None)
    assert (ferry.url, ferry.tags) == ("https://f.example/7", ("north", "ships"))
    assert ferry.collection == "Reading; Thesis/Chapter 1"
    assert ferry.reference == REFERENCE
    assert FERRY in ferry.text
    assert found["FERRYSUP"].title == "Ferries in the north (Supplement)"
    lamp = found["LAMPPAGE"]
    assert (lamp.title, lamp.url, lamp.collection) == ("The lamp", "https://other.example/x", None)
    assert lamp.reference["container-title"] == "Harbour news"
    tides = found["tides.epub"]
    assert (tides.title, tides.author, tides.published) == ("Tides", "Mara Quist", dt.date(2001, 2, 3))
    assert (tides.collection, tides.reference["type"]) == ("Harbour group", "chapter")
    assert tides.reference["container-title"] == "The book of seas"
    assert found["own.pdf"].reference == {}
    note = found["FERRYNOT.html"]
    assert (note.title, note.text) == (
        "Check the year (note on Ferries in the north)", "Check the year\n\nThe year of the ferry is unsure.",
    )  # fmt: skip
    assert found["OWNNOTE1.html"].text == "The ropes arrive on Monday."
    quote = library.ask("When do the ropes arrive?", min_confidence=0).quotes[0]
    assert quote.article.text[quote.start : quote.end] == quote.text == "The ropes arrive on Monday."
    hits = library.retrieve("ferry", 9, where=Filter(collection="thesis"))
    assert {hit.article.id for hit in hits} == {ferry.id, found["FERRYSUP"].id, note.id}
    why = dict(zip(changes.ignored, changes.why_ignored, strict=True))
    assert why[str(zotero.folder / "storage" / "ABSENT01" / "absent.pdf")].endswith("the file is not there")
    assert why[str(zotero.folder / "storage" / "GONEPDF1" / "gone.pdf")].endswith("no item of Zotero has it")
    assert why[str(zotero.folder / "storage" / "WINDOWS1" / "C:\\papers\\lamp.pdf")].endswith("the file is not there")
    assert why[str(zotero.folder / "styles")] == "Zotero keeps it for itself"
    again = library.add(zotero.folder)
    assert (len(again.unchanged), again.added, again.changed, again.embedded) == (7, (), (), 0)
    assert (library.outdated().changed, library.changed_files()) == ((), ())


@pytest.mark.every_store
def test_a_rebuild_follows_zotero_and_embeds_only_what_it_must(library: Library, zotero: ZoteroFolder) -> None:
    library.add(zotero.folder)
    before = by_key(library)
    ferry = before["FERRYPDF"]
    item = 1  # the first one
    zotero.tag(item, "read")
    zotero.run("UPDATE collections SET collectionName = 'Book' WHERE collectionName = 'Reading'")
    assert len(library.outdated().changed) == 3  # with the note
    changes = library.rebuild(zotero.folder)
    assert (len(changes.changed), changes.embedded) == (3, 0)
    now = by_key(library)["FERRYPDF"]
    assert (now.id, now.tags, now.collection) == (ferry.id, ("north", "read", "ships"), "Book; Thesis/Chapter 1")
    hit = library.retrieve("the last passengers of the northern ferry", 1)[0]
    assert hit.article.tags == ("north", "read", "ships")
    zotero.set(item, "title", "Ferries of the north")
    zotero.set(item, "date", "2019-10-31 31 October 2019")
    changes = library.rebuild(zotero.folder)
    assert len(changes.changed) == 3  # with the note on it
    assert by_key(library)["FERRYPDF"].title == "Ferries of the north"
    assert by_key(library)["FERRYPDF"].published == dt.date(2019, 10, 31)
    zotero.run("UPDATE itemNotes SET note = '<p>The ropes arrive on Friday.</p>' WHERE title = 'Ropes'")
    assert len(library.rebuild(zotero.folder).changed) == 1
    assert by_key(library)["OWNNOTE1.html"].text == "The ropes arrive on Friday."
    for key in ("CHAPBOOK", "OWNNOTE1"):
        zotero.run("INSERT INTO deletedItems (itemID) SELECT itemID FROM items WHERE key = ?", key)
    removed = library.rebuild(zotero.folder).removed
    assert sorted(Path(source).name for source in removed) == ["OWNNOTE1.html", "tides.epub"]
    assert library.rebuild(zotero.folder).unchanged == library.add(zotero.folder).unchanged


def test_it_is_read_while_zotero_holds_it_and_what_zotero_wrote_last(library: Library, zotero: ZoteroFolder) -> None:
    with closing(sqlite3.connect(zotero.database, isolation_level=None)) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("PRAGMA locking_mode = EXCLUSIVE")
        running.execute("UPDATE itemNotes SET note = '<p>The ropes arrive on Sunday.</p>' WHERE title = 'Ropes'")
        assert (zotero.folder / "zotero.sqlite-wal").stat().st_size
        before = state_of(zotero.folder)
        library.add(zotero.folder)
        assert state_of(zotero.folder) == before
        running.execute("UPDATE itemNotes SET note = '<p>The ropes are late.</p>' WHERE title = 'Ropes'")
        assert len(library.rebuild(zotero.folder).changed) == 1
    assert by_key(library)["OWNNOTE1.html"].text == "The ropes are late."


@pytest.mark.parametrize("how", ["garbage", "cut", "newer"])
def test_with_a_database_that_cannot_be_read_nothing_is_lost(library: Library, zotero: ZoteroFolder, how: str) -> None:
    library.add(zotero.folder)
    before = by_key(library)
    if how == "garbage":
        zotero.database.write_bytes(b"no database at all" * 100)
    elif how == "cut":
        zotero.database.write_bytes(zotero.database.read_bytes()[: 3 * 4096])
    else:
        zotero.run("ALTER TABLE itemAttachments RENAME TO attachments")
    changes = library.rebuild(zotero.folder, forget_missing=True)
    assert (changes.removed, changes.changed) == ((), ())
    (refused,) = changes.rejected
    assert ("version of Zotero" if how == "newer" else "is damaged") in refused.reason
    assert "articles stay as they are" in refused.reason
    assert by_key(library) == before


def test_a_note_whose_description_is_damaged_is_repaired(library: Library, zotero: ZoteroFolder) -> None:
    library.add(zotero.folder)
    note = by_key(library)["OWNNOTE1.html"]
    with library._store.database.writing() as connection:
        connection.execute("UPDATE sources SET given = 'other' WHERE article_id = ?", (note.id,))
    (problem,) = check(library._where, encoder=WordEncoder(), repair=True)
    assert problem.repaired
    with Library(library._where, encoder=WordEncoder()) as repaired:
        again = by_key(repaired)["OWNNOTE1.html"]
        assert (again.text, again.title, again.source) == (note.text, note.title, note.source)
        assert repaired.rebuild(zotero.folder).embedded == 0


def test_a_part_of_the_folder_is_known_too(library: Library, zotero: ZoteroFolder) -> None:
    file = next((zotero.folder / "storage" / "FERRYPDF").glob("*.pdf"))
    library.add(file)
    assert by_key(library)["FERRYPDF"].reference == REFERENCE
    assert library.add(zotero.folder / "storage" / "FERRYSUP").embedded == 1
    assert "add the folder" in library.add(zotero.database).rejected[0].reason
    assert len(library.add(zotero.folder).unchanged) == 2


def test_a_quote_from_a_note_is_verified_and_a_moved_folder_is_recognised(
    library: Library, zotero: ZoteroFolder, tmp_path: Path
) -> None:
    library.add(zotero.folder)
    note = by_key(library)["OWNNOTE1.html"]
    saved = Saved(note.text, note.source, 0, len(note.text))
    assert verify(saved, library).file == "same"
    zotero.run("UPDATE itemNotes SET note = '<p>No ropes.</p>' WHERE title = 'Ropes'")
    assert verify(saved, library).file == "changed"
    assert library.file_of(note) is None
    zotero.run("UPDATE itemNotes SET note = ? WHERE title = 'Ropes'", "<p>No ropes.</p>")
    library.rebuild(zotero.folder)
    zotero.folder.rename(tmp_path / "Zotero 2")
    changes = library.add(tmp_path / "Zotero 2")
    assert (len(changes.moved), changes.embedded) == (5, 0)
    shutil.rmtree(tmp_path / "Zotero 2" / "storage" / "LAMPPAGE")
    assert len(library.rebuild(tmp_path / "Zotero 2").removed) == 1


def test_a_removed_note_is_restored_as_zotero_has_it(library: Library, zotero: ZoteroFolder) -> None:
    library.add(zotero.folder)
    note, imports = by_key(library)["FERRYNOT.html"], Imports(library, Uploads())
    _, removed = imports.remove(note.id)
    imports.restore(removed)
    again = by_key(library)["FERRYNOT.html"]
    assert (again.source, again.title, again.collection) == (note.source, note.title, note.collection)
    changes = library.rebuild(zotero.folder)
    assert (changes.added, changes.removed) == ((), ())


def test_a_side_file_corrects_zotero(library: Library, zotero: ZoteroFolder) -> None:
    file = next((zotero.folder / "storage" / "FERRYPDF").glob("*.pdf"))
    Path(f"{file}.yaml").write_text("title: My own title\n")
    library.add(zotero.folder)
    article = by_key(library)["FERRYPDF"]
    assert (article.title, article.author) == ("My own title", "Ann Lee, Ferry Office")


def test_paths_in_the_database_do_not_lead_out_of_the_storage(library: Library, zotero: ZoteroFolder) -> None:
    (zotero.folder / "secret.txt").write_text("The secret is out.")
    zotero.attach("EVIL0001", None, "storage:../../secret.txt", kind="text/plain")
    library.add(zotero.folder)
    assert "secret.txt" not in by_key(library)
