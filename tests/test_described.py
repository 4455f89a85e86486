"""Tags, collections and references: read from the formats that state them, stored, filtered by, and kept in copies."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner

from quoth import Filter, Library, NoArticles
from quoth.index.backup import backup, copy, restore
from quoth.index.check import check
from quoth.index.reading.dispatch import read
from quoth.index.reading.document import ParsedArticle
from quoth.index.storage.settings import store_settings
from quoth.ui.cli.main import app
from tests.made import docx, epub, paragraph, write
from tests.postgres import Databases, Opener, database_in
from tests.words import WordEncoder

FERRY = """---
title: The northern ferry
author: [Ann Lee, "Ray, Bo"]
date: 2025-10-30
tags: [ferry/north, "#Travel"]
doi: https://doi.org/10.1234/ferry.7
journal: Journal of Ferries
pages: 3-9
---

The ferry sails at nine.
"""
QUAY = "---\ntags: quay, travel\n---\nThe quay sails nowhere.\n"
MAILBOX = (
    "From a@b.c Mon Nov 30 05:00:00 2026\nFrom: Ann <a@b.c>\nSubject: Ropes\nMessage-ID: <1@b.c>\n"
    "X-Gmail-Labels: Inbox,Harbour\nX-Mozilla-Keys: $label1 later\n\nThe ropes of the ferry arrive on Monday.\n"
)
REFERENCE = {
    "type": "article-journal", "title": "The northern ferry", "DOI": "10.1234/ferry.7",
    "container-title": "Journal of Ferries", "page": "3-9", "issued": {"date-parts": [[2025, 10, 30]]},
    "author": [{"literal": "Ann Lee"}, {"family": "Ray", "given": "Bo"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder, "ferry.md", FERRY)
    write(folder, "quay.md", QUAY)
    write(folder, "harbour.mbox", MAILBOX)
    return folder


def parsed(name: str, data: bytes) -> ParsedArticle:
    (article,) = read(name, data)
    assert isinstance(article, ParsedArticle)
    return article


def names(library: Library, **conditions: Any) -> set[str]:
    try:
        hits = library.retrieve("When does the ferry sail?", 9, where=Filter(**conditions))
    except NoArticles:
        return set()
    return {Path(hit.article.source.partition("#")[0]).name for hit in hits}


@pytest.mark.every_store
def test_what_a_file_states_is_stored_and_filtered_by(library: Library, folder: Path) -> None:
    library.add(folder)
    ferry = library.article_from(str(folder / "ferry.md"))
    assert ferry is not None
    assert (ferry.tags, ferry.collection, ferry.reference) == (("ferry/north", "Travel"), None, REFERENCE)
    assert json.loads(json.dumps(ferry.to_dict()))["reference"] == REFERENCE
    assert {ferry}  # it can be in a set
    ropes = next(entry for entry in library.catalogue() if entry.title == "Ropes")
    assert (ropes.tags, ropes.collection) == (("Inbox", "Harbour", "later"), "harbour")
    assert names(library, tags=frozenset({"TRAVEL"})) == {"ferry.md", "quay.md"}
    assert names(library, tags=frozenset({"travel", "ferry"})) == {"ferry.md"}
    assert names(library, tags=frozenset({"ferr"})) == set()
    assert names(library, collection="Harbour") == {"harbour.mbox"}
    assert names(library, collection="arbour") == set()
    assert library.add(folder).embedded == 0


@pytest.mark.every_store
def test_backups_and_copies_hold_it(library: Library, place: str, folder: Path, tmp_path: Path) -> None:
    library.add(folder)
    before = [(a.tags, a.collection, a.reference) for a in library.articles()]
    backup(place, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", tmp_path / "restored")
    copy(place, tmp_path / "copied")
    for other in ("restored", "copied"):
        with Library(tmp_path / other, encoder=WordEncoder()) as opened:
            assert [(a.tags, a.collection, a.reference) for a in opened.articles()] == before
        assert check(tmp_path / other, encoder=WordEncoder()) == ()


def test_a_server_of_an_older_format_is_upgraded_and_its_readers_may_read(
    server: Opener, postgres: Databases, address: str, folder: Path
) -> None:
    library = server()
    library.add(folder / "quay.md")
    with library._store.database.writing() as connection:
        connection.execute("DROP TABLE descriptions")
        store_settings(connection, {"format": "6"})
    postgres.run("CREATE ROLE before LOGIN")
    database = database_in(address)
    for rights in ("USAGE ON SCHEMA quoth", "SELECT ON ALL TABLES IN SCHEMA quoth"):
        postgres.run(f"GRANT {rights} TO before", database)
    upgraded = server()
    assert [a.tags for a in upgraded.articles()] == [()]
    upgraded.add(folder)
    assert names(server(postgres.address(database, "before")), collection="harbour") == {"harbour.mbox"}


@pytest.mark.only_sqlite
def test_a_damaged_description_is_noticed_and_repaired(library: Library, place: str, folder: Path) -> None:
    library.add(folder)
    with library._store.database.writing() as connection:
        connection.execute("UPDATE descriptions SET tags = '[\"other\"]' WHERE article_id = 1")
    (problem,) = check(place, encoder=WordEncoder(), repair=True)
    assert problem.repaired
    assert "descriptions" in problem.what
    assert sorted(a.tags for a in library.articles()) == [
        ("Inbox", "Harbour", "later"), ("ferry/north", "Travel"), ("quay", "travel"),
    ]  # fmt: skip


def test_the_command_filters_by_tag_and_collection(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "library"
    with Library(place, encoder=WordEncoder()) as library:
        library.add(folder)

    def found(*options: str) -> str:
        result = CliRunner().invoke(app, ["search", "ferry", "-l", str(place), *options])
        return result.output + repr(result.exception)

    assert "quay.md" not in found("--tag", "ferry")
    assert "The ferry sails at nine." in found("--tag", "ferry", "--tag", "travel")
    assert "The ropes of the ferry" in found("--collection", "harbour")
    assert "No article matches these filters" in " ".join(found("--collection", "nowhere").split())


PAGE = """<html><head><title>Ferries</title><meta name="citation_title" content="Ferries in winter">
<meta name="citation_author" content="Roy, Ani"><meta name="citation_author" content="Lee, Ann">
<meta name="citation_doi" content="doi:10.5555/f.1"><meta name="citation_journal_title" content="Sea">
<meta name="citation_firstpage" content="11"><meta name="citation_lastpage" content="19">
<meta name="citation_publication_date" content="2024/05/03"><meta name="keywords" content="ice, ferry">
</head><body><h1>Ferries in winter</h1><p>The ferry waits until the ice on the river has gone.</p></body></html>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour &amp; news</title>
<id>f</id><entry><id>e</id><title>Lamp</title><category term="lamps"/><content>The lamp is red.</content>
</entry></feed>"""

BOOK = (
    "<dc:subject>Ships</dc:subject><dc:subject>Tides</dc:subject><dc:publisher>Pier Press</dc:publisher>"
    "<dc:identifier>urn:isbn:978-3-16-148410-0</dc:identifier>"
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
    "<cp:keywords>ropes, quay</cp:keywords></cp:coreProperties>"
)


def keyworded_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    canvas.setKeywords("lamps; pier")
    canvas.drawString(40, 500, "The lamp on the pier is red.")
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.html", PAGE, {"tags": ("ice", "ferry"), "author": "Ani Roy, Ann Lee", "DOI": "10.5555/f.1"}),
        ("a.atom", ATOM, {"tags": ("lamps",), "collection": "Harbour & news"}),
        ("a.epub", epub(["<p>The ferry sails.</p>"], BOOK), {"tags": ("Ships", "Tides"), "ISBN": "978-3-16-148410-0"}),
        ("a.docx", docx(paragraph("The ferry sails at nine."), docProps__core=CORE), {"tags": ("ropes", "quay")}),
        ("a.pdf", keyworded_pdf(), {"tags": ("lamps", "pier")}),
        ("a.csv", "title,text,tags\nLamp,The lamp on the pier is red.,lamps; pier\n", {"tags": ("lamps", "pier")}),
    ],
)
def test_formats_state_it(name: str, data: str | bytes, expected: Mapping[str, object]) -> None:
    article = parsed(name, data.encode() if isinstance(data, str) else data)
    stated = {"tags": article.tags, "collection": article.collection, "author": article.author, **article.reference}
    assert {key: stated.get(key) if key != "author" else article.author for key in expected} == expected


def test_a_page_of_a_journal_states_its_reference() -> None:
    assert parsed("a.html", PAGE.encode()).reference == {
        "type": "article-journal", "title": "Ferries in winter", "DOI": "10.5555/f.1", "container-title": "Sea",
        "page": "11-19", "issued": {"date-parts": [[2024, 5, 3]]},
        "author": [{"family": "Roy", "given": "Ani"}, {"family": "Lee", "given": "Ann"}],
    }  # fmt: skip
