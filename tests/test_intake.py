"""Uploaded files: their names, limits, how they are added, and that no file without an article is left."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest

from quoth import Library
from quoth.index.errors import LibraryNotWritable
from quoth.ui.server.imports import Imports
from quoth.ui.server.uploads import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES, NotUploaded, Uploads, safe_name
from tests.made import FERRY, QUAY, write


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def uploads(clock: list[float]) -> Iterator[Uploads]:
    with Uploads(lambda: clock[0]) as uploads:
        yield uploads


@pytest.fixture
def imports(library: Library, uploads: Uploads) -> Imports:
    return Imports(library, uploads)


def up(uploads: Uploads, name: str, content: str, size: int | None = None) -> str:
    async def body() -> AsyncIterator[bytes]:
        yield content.encode()

    async def received() -> str:
        return await uploads.receive(name, len(content.encode()) if size is None else size, body())

    return anyio.run(received)


def added(library: Library) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (library.folder / "added").glob("*")}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("NOTES.TXT", "NOTES.TXT"), ("#1.txt", "#1.txt"), ("essay.markdown", "essay.markdown"),
        ("письмо о море.txt", "письмо о море.txt"), ("日本語.md", "日本語.md"), ("\"it's\".txt", "\"it's\".txt"),
        ("a\nb\r\x00c.txt", "a_b__c.txt"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"),
        ("..", "_.."), ("", "_"), (".pending", "_.pending"), ("a/", "_"), ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("ж" * 300, "ж" * 100), ("a." + "b" * 300, "a." + "b" * 198), ("half\ud800.txt", "half_.txt"),
        (" a.txt ", "a.txt"),
    ],
)  # fmt: skip
def test_a_stored_name_is_safe_and_otherwise_the_file_s_own(name: str, stored: str, tmp_path: Path) -> None:
    assert safe_name(name) == stored
    write(tmp_path, stored, "x")


@pytest.mark.parametrize(
    "name", ["NOTES.TXT", "#1.txt", "essay.markdown", "письмо.txt", "no ending", '"it\'s" 100%.txt']
)
def test_files_are_added_under_their_own_names(library: Library, uploads: Uploads, imports: Imports, name: str) -> None:
    changes, conflicts = imports.add([up(uploads, name, FERRY)], None)
    assert changes is not None
    assert (len(changes.added), conflicts) == (1, [])
    assert [Path(a.source).name for a in library.articles()] == [name]
    assert added(library) == {name: FERRY}


def test_a_file_without_an_article_is_rejected_with_a_reason_and_deleted(
    library: Library, uploads: Uploads, imports: Imports
) -> None:
    changes, _ = imports.add([up(uploads, "a.txt", ""), up(uploads, "b.txt", FERRY)], None)
    assert changes is not None
    assert [(Path(r.source).name, bool(r.reason)) for r in changes.rejected] == [("a.txt", True)]
    assert added(library) == {"b.txt": FERRY}


def test_files_are_deleted_if_adding_them_fails(
    library: Library, uploads: Uploads, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.add([up(uploads, "b.txt", QUAY)], None)

    def full(*_: object, **__: object) -> None:
        raise LibraryNotWritable("The disk is full.")

    monkeypatch.setattr(library, "add", full)
    with pytest.raises(LibraryNotWritable):
        imports.add([up(uploads, "a.txt", FERRY), up(uploads, "b.txt", QUAY)], None)
    _, conflicts = imports.add([token := up(uploads, "b.txt", FERRY)], None)
    assert [upload.token for upload in conflicts] == [token]
    for replacing in (True, False):
        with pytest.raises(LibraryNotWritable):
            imports.resolve([up(uploads, "b.txt", FERRY)], replacing=replacing)
    assert added(library) == {"b.txt": QUAY}


def test_a_folder_that_cannot_be_written_is_named(library: Library, uploads: Uploads, imports: Imports) -> None:
    library.add(write(library.folder.parent, "quay.txt", QUAY))
    _, removed = imports.remove(library.articles()[0].id)
    Path(removed[0][0]).unlink()
    folder = library.folder / "added"
    folder.write_text("a file in place of the folder")
    for change in (
        lambda: imports.add([up(uploads, "ferry.txt", FERRY)], None), lambda: imports.restore(removed),
        lambda: imports.resolve([up(uploads, "ferry.txt", FERRY)], replacing=True),
        lambda: imports.resolve([up(uploads, "ferry.txt", FERRY)], replacing=False),
    ):  # fmt: skip
        with pytest.raises(LibraryNotWritable, match=f"cannot be stored in the folder {re.escape(str(folder))}"):
            change()


@pytest.mark.parametrize(
    ("replacing", "files"), [(True, {"ferry.txt": QUAY}), (False, {"ferry.txt": FERRY, "ferry-2.txt": QUAY})]
)
def test_an_upload_with_the_name_of_another_file_waits_for_a_decision(
    library: Library, uploads: Uploads, imports: Imports, replacing: bool, files: dict[str, str]
) -> None:
    imports.add([up(uploads, "ferry.txt", FERRY)], None)
    changes, conflicts = imports.add([up(uploads, "ferry.txt", QUAY)], None)
    assert (changes, [upload.path.name for upload in conflicts]) == (None, ["ferry.txt"])
    assert {a.text for a in library.articles()} == {FERRY}
    imports.resolve([upload.token for upload in conflicts], replacing=replacing)
    assert added(library) == files
    assert {a.text for a in library.articles()} == set(files.values())


def test_an_unreadable_upload_does_not_replace_a_file(library: Library, uploads: Uploads, imports: Imports) -> None:
    imports.add([up(uploads, "ferry.txt", FERRY)], None)
    changes = imports.resolve([up(uploads, "ferry.txt", "")], replacing=True)
    assert len(changes.rejected) == 1
    assert added(library) == {"ferry.txt": FERRY}
    assert [a.text for a in library.articles()] == [FERRY]


def folder_of(uploads: Uploads, token: str) -> Path:
    return uploads.waiting([token])[0].path.parent.parent


def test_the_size_and_number_of_uploads_are_limited(uploads: Uploads, clock: list[float]) -> None:
    with pytest.raises(NotUploaded, match="larger than 50 MB"):
        up(uploads, "a.txt", "x", size=MAX_BYTES + 1)
    for content in ("xx", ""):
        with pytest.raises(NotUploaded, match="did not arrive completely"):
            up(uploads, "a.txt", content, size=1)
    folder = folder_of(uploads, up(uploads, "a.txt", FERRY))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len([*folder.iterdir()]) == 1
    tokens = [up(uploads, "a.txt", "x") for _ in range(MAX_FILES - 1)]
    with pytest.raises(NotUploaded, match=f"at most {MAX_FILES} files"):
        up(uploads, "a.txt", "x")
    uploads.drop(tokens)
    clock[0] += 3601  # the first is older than an hour
    up(uploads, "b.txt", "x")
    assert [path.name for path in folder.glob("*/*")] == ["b.txt"]
    assert MAX_TOTAL_BYTES >= MAX_BYTES


def test_the_total_size_of_uploads_is_limited(uploads: Uploads) -> None:
    async def together() -> list[str]:
        refused: list[str] = []

        async def one(tasks: anyio.abc.TaskGroup) -> None:
            async def body() -> AsyncIterator[bytes]:
                await full.wait()
                yield b""

            try:
                await uploads.receive("a.txt", MAX_BYTES, body())
            except NotUploaded as error:
                refused.append(str(error))
                full.set()

        full = anyio.Event()
        async with anyio.create_task_group() as tasks:
            for _ in range(MAX_TOTAL_BYTES // MAX_BYTES + 1):
                tasks.start_soon(one, tasks)
        return refused

    assert [reason for reason in anyio.run(together) if "MB can be added at once" in reason]


def test_waiting_uploads_are_deleted_when_the_server_stops() -> None:
    with Uploads() as uploads:
        folder = folder_of(uploads, up(uploads, "a.txt", FERRY))
        assert folder.is_dir()
    assert not folder.exists()
