"""The workflows fit their schema and the package. They cannot be run here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_they_fit_the_schema_of_workflows() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_have_a_version_and_few_rights(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert not {"contents", "packages"} & {*job.get("permissions", {})}, name
        for step in job["steps"]:
            assert re.search(r"@v\d", step.get("uses", "@v1")), step
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_the_tests_run_on_the_systems_and_pythons_of_the_package() -> None:
    matrix = job()["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    assert matrix["python"] == [found[1] for each in classifiers if (found := re.search(r":: (3\.\d+)$", each))]


def test_windows_installs_what_the_makefile_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (step,) = (step["run"] for step in job()["steps"] if "Windows" in step.get("if", ""))
    options = re.search(r"^LOCKED = -m pip (.*)$", makefile, re.MULTILINE)
    assert options
    assert step.count(options[1]) == 2
    assert re.findall(r"-r (\S+)", step) == ["locks/run.txt", "locks/torch.txt", "locks/test.txt"]
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for line in step.strip().splitlines()[:4]:
        assert line.replace("/Scripts/", "\\Scripts\\").replace(" --quiet", "") in contributing


def job() -> dict[str, Any]:
    """Return the job that runs the tests."""
    workflow: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))
    return workflow["jobs"]["tests"]  # type: ignore[no-any-return]
