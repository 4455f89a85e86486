"""Roles, passwords and addresses of libraries in PostgreSQL, and databases that are none."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from quoth import Library
from quoth.index.backup import backup, copy
from quoth.index.check import check
from quoth.index.errors import (
    LibraryDamaged,
    LibraryNotWritable,
    LibraryUnavailable,
    NoArticles,
    SettingsMismatch,
)
from quoth.index.storage.location import locate
from quoth.qa.find import find
from tests.made import write
from tests.postgres import Databases, Opener, answer, database_in
from tests.words import WordEncoder

FERRY = "The ferry to Norderney sails at nine. The crossing takes fifty minutes."
LATER = "The ferry to Norderney sails at ten. The crossing takes fifty minutes."
QUAY = "The quay is 90 metres long."


_ROLES = itertools.count(1)


def role(postgres: Databases, address: str, *rights: str) -> str:
    """The address of a database for a new role with some rights."""
    name = f"role{next(_ROLES)}"
    postgres.run(f"CREATE ROLE {name} LOGIN")
    for right in rights:
        postgres.run(f"GRANT {right} TO {name}", database_in(address))
    return postgres.address(database_in(address), name)


def test_a_read_only_server_needs_a_read_only_role(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    writing, ferry = server(), write(tmp_path, "ferry.txt", FERRY)
    writing.add(ferry)
    reader = role(postgres, address, "USAGE ON SCHEMA quoth", "SELECT ON ALL TABLES IN SCHEMA quoth")
    reading = server(reader)
    assert answer(reading) == "The ferry to Norderney sails at nine."
    assert find("crossing", library=reading).total == 1
    assert reading.status().articles == 1
    assert check(reader, encoder=WordEncoder()) == ()
    quay = write(tmp_path, "quay.txt", QUAY)
    for change in (lambda: reading.add(quay), lambda: reading.remove(ferry), lambda: reading.add(tmp_path)):
        with pytest.raises(LibraryNotWritable, match=r"cannot be written: permission denied .*Use a role that"):
            change()
    writing.add(quay)
    assert len(reading.catalogue()) == 2


def test_a_writing_server_needs_a_role_that_may_change_rows(
    server: Opener, postgres: Databases, address: str, tmp_path: Path
) -> None:
    server()
    rows = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA quoth"
    library = server(role(postgres, address, "USAGE ON SCHEMA quoth", rows))
    ferry = write(tmp_path, "ferry.txt", "\n\n".join([FERRY * 20] * 20))
    assert len(library.add(ferry).added) == len(library.remove(ferry).removed) == 1


def test_a_role_without_rights_is_told_which_it_needs(server: Opener, postgres: Databases, address: str) -> None:
    with pytest.raises(LibraryNotWritable, match="permission denied for database"):
        server(role(postgres, address))
    server()
    for rights in ([], ["USAGE ON SCHEMA quoth"]):
        with pytest.raises(LibraryUnavailable, match=r"permission denied for \w+ \w+. Grant its role USAGE on the"):
            server(role(postgres, address, *rights))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:sesame%zz@localhost/library",
        "postgresql://ann:open@sesame@localhost/library",
        "postgresql://ann:open/sesame@localhost/library",
        "postgresql://ann:open/se/same@localhost/library",
        "postgresql://localhost:port/library?password=sesame",
        "postgresql://localhost/library?passwort=sesame",
    ],
)
def test_a_malformed_address_is_not_repeated(address: str) -> None:
    with pytest.raises(LibraryUnavailable) as raised:
        Library(address)
    assert str(raised.value) == (
        "The library's address is malformed. Write it as postgresql://user@host:5432/database, and special characters "
        "of the password as %xx."
    )
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    ["postgresql+psycopg://ann:secret@host/db", "PostgreSQL://ann:secret@host/db", "postgres:/ann:secret@host"],
)
def test_what_is_almost_an_address_is_no_folder(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LibraryUnavailable, match="malformed") as refused:
        Library(address, encoder=WordEncoder())
    assert "secret" not in str(refused.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("postgresql://ann:sesame@[::1]:1/library", "postgresql://ann@[::1]:1/library"),
        ("postgres://ann@/library?password=sesame&host=/nowhere", "postgresql://ann@/library?host=/nowhere"),
        ("postgresql://ann%40b:%40sesame@localhost:1/a%20b", "postgresql://ann%40b@localhost:1/a%20b"),
    ],
)
def test_a_library_is_named_by_its_address_without_the_password(address: str, name: str) -> None:
    assert locate(address).name == name == locate(name).name
    with pytest.raises(LibraryUnavailable, match="cannot be used at present") as raised:
        Library(address)
    assert str(raised.value).startswith(f"{name} cannot be used at present: connection")
    assert "\n" not in str(raised.value)
    assert "sesame" not in f"{raised.value} {locate(address)!r}"


def test_a_password_is_needed_and_never_shown(
    server: Opener, postgres: Databases, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server()
    reader = role(postgres, address, "USAGE ON SCHEMA quoth", "SELECT ON ALL TABLES IN SCHEMA quoth")
    user = reader.removeprefix("postgresql://").partition("@")[0]
    postgres.require_password(user, "open sesame")
    right, wrong = (reader.replace(f"{user}@", f"{user}:{word}@") for word in ("open%20sesame", "sesam%20wrong"))
    for place, why in ((reader, "no password supplied"), (wrong, "password authentication failed")):
        with pytest.raises(LibraryUnavailable, match=f"cannot be used at present: .*{why}") as raised:
            server(place)
        assert "sesam" not in str(raised.value)
    library = server(right)
    shown = f"{library!r} {library.name} {library.folder} {library.status()} {library._store.database!r} {caplog.text}"
    assert "sesam" not in shown
    monkeypatch.setenv("PGPASSWORD", "open sesame")
    assert server(reader).status().articles == 0


def test_a_wrong_database_is_named(server: Opener, postgres: Databases) -> None:
    with pytest.raises(LibraryUnavailable, match=r'database "nothing" does not exist.*Check that the server runs'):
        server(postgres.address("nothing"))
    for use in (check, lambda place: backup(place, "backup.zip"), lambda place: copy(place, "copy")):
        with pytest.raises(LibraryUnavailable, match='database "nothing" does not exist'):
            use(postgres.address("nothing"))


def test_a_database_without_a_library_is_not_changed_by_reading(postgres: Databases, address: str) -> None:
    for use in (check, lambda place: backup(place, "backup.zip"), lambda place: copy(place, "copy")):
        with pytest.raises(NoArticles, match="There is no library in postgresql://"):
            use(address)
    assert postgres.run("SELECT 1 FROM pg_namespace WHERE nspname = 'quoth'", database_in(address)) == []


def test_a_database_of_another_encoding_is_refused(server: Opener, postgres: Databases) -> None:
    postgres.run("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(LibraryUnavailable, match="stores texts as SQL_ASCII; Quoth needs PostgreSQL 14 or later"):
        server(postgres.address("ascii"))


def test_an_older_server_is_refused(server: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quoth.index.storage.postgres.database._OLDEST", 99)
    with pytest.raises(LibraryUnavailable, match=r"runs PostgreSQL \d+; Quoth needs PostgreSQL 99 or later"):
        server()


def test_tables_of_another_program_are_not_touched(server: Opener, postgres: Databases, address: str) -> None:
    postgres.run("CREATE SCHEMA quoth CREATE TABLE boats (name TEXT)", database_in(address))
    with pytest.raises(LibraryDamaged, match=r"is not a Quoth library: it has other tables \(boats\)"):
        server()
    assert postgres.run("SELECT tablename FROM pg_tables WHERE schemaname = 'quoth'", database_in(address)) == [
        ("boats",)
    ]


def test_another_model_is_refused(server: Opener, address: str, tmp_path: Path) -> None:
    server().add(write(tmp_path, "ferry.txt", FERRY))
    with pytest.raises(SettingsMismatch, match=r"The library in postgresql://\S+ was built with the model words-64"):
        Library(address, model="another")


@pytest.mark.parametrize("table", ["passages", "vectors", "texts", "sources"])
def test_a_row_that_was_deleted_by_hand_is_damage(
    server: Opener, postgres: Databases, address: str, tmp_path: Path, table: str
) -> None:
    server().add(write(tmp_path, "ferry.txt", FERRY))
    postgres.run(f"DELETE FROM quoth.{table}", database_in(address))
    with pytest.raises(LibraryDamaged, match=r"is damaged: .* missing. Quoth quotes nothing from damaged data"):
        answer(server())
    assert "missing" in check(address, encoder=WordEncoder())[0].what


def test_a_missing_driver_is_named() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from quoth import Library; from quoth.index.errors import QuothError\n"
        "try: Library('postgresql://ann:sesame@localhost/library')\n"
        "except QuothError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'quoth[postgres]'" in done.stdout
    assert "sesame" not in done.stdout + done.stderr
