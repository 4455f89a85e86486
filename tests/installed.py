"""Quoth's wheel, and ways to install it into an empty home, without a network.

Installing all dependencies takes minutes. Here they are empty wheels of the lowest versions, from a folder
that serves as package index; their modules are those of the test environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
SOURCES = (
    "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
    "LICENSE", "LICENSES", "docs", "locks", "seeds", "quoth", "index", "qa", "ui", "haystack_integrations",
)  # fmt: skip
BIN = "Scripts" if sys.platform == "win32" else "bin"


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Return what a command prints; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(folder: Path) -> tuple[Path, Path]:
    """Return a source archive, and the wheel that was built from it alone."""
    source = folder / "source"  # a copy, so that nothing of an earlier build gets in
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, source)
        else:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=ignored)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", source)
    (archive,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return archive, wheel


def metadata(wheel: Path) -> Message:
    """Return what a wheel says about itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def add_dependencies(wheel: Path) -> None:
    """Write an empty wheel for each dependency of a wheel, beside it."""
    for line in metadata(wheel).get_all("Requires-Dist") or ():
        requirement = Requirement(line)
        if requirement.marker is None:
            (lowest,) = (each.version for each in requirement.specifier if each.operator in (">=", "=="))
            _empty_wheel(wheel.parent, requirement.name, lowest)


def _empty_wheel(folder: Path, name: str, number: str) -> None:
    base = f"{re.sub('[-_.]+', '_', name).lower()}-{number}"
    files = {
        f"{base}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n",
        f"{base}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in (*files, f"{base}.dist-info/RECORD"))
    with zipfile.ZipFile(folder / f"{base}-py3-none-any.whl", "w") as archive:
        for file, content in (files | {f"{base}.dist-info/RECORD": record}).items():
            archive.writestr(file, content)


class Home:
    """An empty home folder, in which installers know only one folder of wheels.

    :param folder: the home, which is made.
    :param wheels: the folder of wheels.
    """

    def __init__(self, folder: Path, wheels: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder), "USERPROFILE": str(folder), "PYTHONPATH": sysconfig.get_path("purelib"),
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIPX_HOME": str(folder / "pipx"), "PIPX_BIN_DIR": str(folder / "bin"), "PIPX_MAN_DIR": str(folder / "man"),
            "PIPX_DEFAULT_PYTHON": sys.executable, "UV_PYTHON": sys.executable, "UV_NO_CONFIG": "1", "UV_OFFLINE": "1",
            "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(wheels), "UV_CACHE_DIR": str(folder / "uv"),
            "UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin"),
        }  # fmt: skip

    def install(self, *command: str | Path) -> None:
        """Run an installer, which sees no package of the test environment; what it installed sees them."""
        run(*command, cwd=self.folder, env={k: v for k, v in self.environment.items() if k != "PYTHONPATH"})
        for packages in self.folder.rglob("site-packages"):  # commands of pipx ignore PYTHONPATH
            (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
