"""The package page's text: README.md, in which links and pictures of the repository have their whole address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent


def page(readme: str, repository: str, version: str) -> str:
    """Return the text of a package page.

    :param readme: Markdown whose links are relative to the repository's root.
    :param repository: its address.
    :param version: the version whose files are linked.
    """

    def whole(link: re.Match[str]) -> str:
        before, path = link.groups()
        kind = "raw" if before.startswith("!") else "blob"
        return f"{before}({repository}/{kind}/v{version}/{path})"

    return re.sub(r"(!?\[[^]]*\])\((?![a-z]+:|#)([^)]+)\)", whole, readme)


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    setup(
        long_description=page(
            (ROOT / "README.md").read_text("utf-8"), project["urls"]["Repository"], project["version"]
        ),
        long_description_content_type="text/markdown",
    )
