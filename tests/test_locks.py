"""The locks satisfy pyproject.toml, have digests and name no host; an audit is skipped only without its database."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FILES = ("run.txt", "torch.txt", "servers.txt", "test.txt", "docs.txt", "cpu.txt", "cuda.txt", "tools.txt")


def without_torch() -> list[str]:
    """Return the packages that an installation without torch leaves out."""
    return [line for line in (ROOT / "locks" / "no-torch.txt").read_text("utf-8").splitlines() if line[0] != "#"]


def declared() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    always = project["project"]["dependencies"] + project["build-system"]["requires"]
    return {
        "run.txt": [line for line in always if Requirement(line).name not in without_torch()],
        "torch.txt": [line for line in always if Requirement(line).name in without_torch()],
        "servers.txt": extras["postgres"] + extras["qdrant"] + extras["ocr"],
        "test.txt": extras["test"],
        "docs.txt": extras["docs"],
        "bench": extras["bench"],
        "tools.txt": project["dependency-groups"]["tools"],
    }


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "locks" / name).read_text("utf-8")
    return dict(re.findall(r"^(\S+)==([^\s;]+)", text, re.MULTILINE))


def test_every_dependency_has_a_lowest_and_a_highest_version() -> None:
    for requirement in (Requirement(line) for lines in declared().values() for line in lines):
        operators = {each.operator for each in requirement.specifier}
        assert operators in ({">=", "<"}, {"=="}), requirement


def test_the_locks_satisfy_the_declared_versions() -> None:
    for name in ("run.txt", "torch.txt", "servers.txt", "test.txt", "docs.txt", "tools.txt"):
        versions = locked(name) | (locked("run.txt") | locked("torch.txt") if name == "test.txt" else {})
        for requirement in map(Requirement, declared()[name]):
            assert versions[canonicalize_name(requirement.name)] in requirement.specifier, f"{requirement}: make lock"


@pytest.mark.parametrize("name", FILES)
def test_every_locked_package_has_a_digest_and_no_host_is_named(name: str) -> None:
    text = (ROOT / "locks" / name).read_text("utf-8")
    entries = re.split(r"\n(?=[^\s#])", text.partition("\n")[2])
    assert all(re.match(r"(#.*\n)?[a-z0-9.-]+==\S+", each) and "--hash=sha256:" in each for each in entries)
    assert not re.search(r"://|--(index|extra-index|find-links|trusted-host)", text)


def test_packages_for_gpus_are_in_a_lock_of_their_own() -> None:
    names = [name for file in ("run.txt", "torch.txt", "servers.txt", "test.txt") for name in locked(file)]
    assert not any(name.startswith(("nvidia", "cuda", "triton")) for name in names)


def test_an_installation_without_torch_has_nothing_of_it() -> None:
    assert {*without_torch()} == {"sentence-transformers", "torch", "transformers"}
    assert not {*without_torch(), "safetensors", "sympy"} & {*locked("run.txt"), *locked("servers.txt")}


AUDITED = {"name": "lxml", "version": "6.1.3", "vulns": []}
VULNERABLE = AUDITED | {"vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["7"]}]}
MISSING = {"name": "lxml", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("out", "err", "code", "message"),
    [
        (json.dumps({"dependencies": [AUDITED]}), "", 0, "^1 packages audited, 0 vuln"),
        (json.dumps({"dependencies": [AUDITED, VULNERABLE]}), "", 1, "VULNERABLE: lxml 6.1.3: PYSEC-1 CVE-1,.* 7"),
        (json.dumps({"dependencies": [VULNERABLE, MISSING]}), "", 1, "not audited: lxml"),
        (json.dumps({"dependencies": [MISSING]}), "", 0, "^SKIPPED: NOTHING WAS AUDITED"),
        ("", "ERROR: Could not connect to PyPI's vulnerability feed", 0, "^SKIPPED: NOTHING WAS AUDITED"),
        ("", "ERROR: hashed requirement has no pin", 1, "^FAILED"),
    ],
)  # fmt: skip
def test_an_audit_fails_on_vulnerabilities_and_is_skipped_only_without_its_database(
    out: str, err: str, code: int, message: str
) -> None:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "locks" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    audit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(audit)
    actual, text = audit.verdict(1, out, err)
    assert actual == code
    assert re.search(message, text)
