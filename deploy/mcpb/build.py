"""Write the bundle for assistants that install servers from one file: dist/quoth-VERSION.mcpb.

``npx @anthropic-ai/mcpb validate deploy/mcpb/manifest.json`` checks its manifest.
"""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HERE = Path(__file__).parent
FILES = ("manifest.json", "pyproject.toml", "server.py")


def build(folder: Path) -> Path:
    """Write the bundle to a folder, and return its path. The same files give the same bytes."""
    version = json.loads((HERE / "manifest.json").read_text("utf-8"))["version"]
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / f"quoth-{version}.mcpb"
    with ZipFile(bundle, "w") as archive:
        for name in FILES:
            archive.writestr(ZipInfo(name), (HERE / name).read_bytes(), ZIP_DEFLATED)
    return bundle


if __name__ == "__main__":
    print(build(HERE.parents[1] / "dist"))
