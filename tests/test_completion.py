"""Shells complete commands, options, sources and names of files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from quoth import Library
from tests.made import write
from tests.terminal import QUOTH, quoth, surroundings
from tests.words import WordEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command, articles, and a library of two of them."""
    folder = tmp_path_factory.mktemp("completion")
    script = "import sys; sys.argv[0] = 'quoth'; from quoth.ui.cli.main import main; main()"
    write(folder, "quoth", f'#!/bin/sh\nexec {QUOTH[0]} -c "{script}" "$@"\n').chmod(0o755)
    for name in ("ferry north.txt", "ferry-south.txt", "new.txt"):
        write(folder, name, f"The {name} sails at nine.\n")
    with pytest.MonkeyPatch.context() as patched, Library(folder / ".quoth", encoder=WordEncoder()) as library:
        patched.chdir(folder)
        library.add(["ferry north.txt", "ferry-south.txt"])
    return folder


def completed(line: str, folder: Path) -> list[str]:
    words = line.split(" ")
    asked = {"_QUOTH_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    return quoth(**asked, QUOTH_LIBRARY=str(folder / ".quoth")).splitlines()


def test_commands_and_options(tmp_path: Path) -> None:
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # tests may run without a shell
    assert "complete_bash" in quoth("--show-completion", "bash", **named)
    assert completed("quoth re", tmp_path) == ["rebuild", "remove", "retrieve", "restore"]
    assert completed("quoth ask --m", tmp_path) == ["--min-confidence"]


def test_sources_of_the_library(folder: Path, tmp_path: Path) -> None:
    assert completed("quoth remove ferry", folder) == ["ferry north.txt", "ferry-south.txt"]
    assert completed("quoth ask --source ferry-", folder) == ["ferry-south.txt"]
    assert not any(completed("quoth remove ferry", tmp_path))  # no library there


def test_bash_completes_sources_and_otherwise_names_of_files(folder: Path) -> None:
    script = """
        eval "$(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 quoth --show-completion bash)"
        COMP_WORDS=(quoth remove ferry-) COMP_CWORD=2; _quoth_completion quoth; echo "${COMPREPLY[*]}"
        COMP_WORDS=(quoth add ne) COMP_CWORD=2; _quoth_completion quoth; echo "${#COMPREPLY[@]}"
        complete -p quoth  # "-o default": names of files, where nothing else fits
    """
    assert run("bash", script, folder) == ["ferry-south.txt", "0", "complete -o default -F _quoth_completion quoth"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_sources_and_otherwise_names_of_files(folder: Path) -> None:
    script = """
        _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 quoth --show-completion fish | source
        complete --do-complete 'quoth remove ferry-'; complete --do-complete 'quoth add ne'
    """
    assert run("fish", script, folder) == ["ferry-south.txt", "new.txt"]


def run(shell: str, script: str, folder: Path) -> list[str]:
    environment = surroundings()
    environment |= {"PATH": f"{folder}:{environment['PATH']}", "HOME": str(folder)}
    done = subprocess.run(
        [shell, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return [line.rstrip() for line in done.stdout.splitlines()]
