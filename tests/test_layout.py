"""Imports go one way, no folder uses another's private names, and heavy libraries are imported where they belong."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"index": {"index"}, "qa": {"index", "qa"}, "ui": {"index", "qa", "ui"}}
ONLY_IN: dict[str, set[str]] = {
    "faiss": {"index/search/vectors.py"},
    "haystack": set(),
    "langchain_core": set(),
    "llama_index": set(),
    "gradio": {"ui/server/gradio_page.py"},
    "mcp": {f"ui/mcp/{module}.py" for module in ("articles", "http", "results", "server", "tools")},
    "onnx": set(),
    "onnxruntime": {
        "index/embedding/default_model.py", "index/embedding/encoder.py", "index/embedding/onnx_export.py",
        "index/embedding/session.py",
    },
    "sentence_transformers": {"index/embedding/torch_encoder.py", "qa/ranking/cross_encoder.py"},
    "psycopg": {"index/storage/postgres/database.py"},
    "qdrant_client": {"index/search/qdrant.py"},
    "sqlite3": {
        "index/storage/sqlite/database.py",
        "index/sync/places/zotero_copy.py",
        "index/sync/places/zotero_items.py",
    },
    "tantivy": {"index/search/bm25.py", "index/text/analysis.py"},
    "torch": {"index/embedding/onnx_export.py", "index/embedding/torch_encoder.py", "qa/ranking/cross_encoder.py"},
    "transformers": {"index/embedding/torch_encoder.py"},
}  # fmt: skip
MODULES = [path for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> list[tuple[str, str]]:
    """Modules that a module imports, by their absolute names, with each name taken from them (empty if none)."""
    package = ["quoth", *path.relative_to(ROOT).parent.parts]
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [(module, alias.name) for alias in node.names]
    return found


def test_every_folder_is_read() -> None:
    assert {"index/reading/formats/pdf.py", "qa/ask.py", "ui/server/security/guard.py"} <= {
        path.relative_to(ROOT).as_posix() for path in MODULES
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports(path: Path) -> None:
    folder, module = path.relative_to(ROOT).parts[0], path.relative_to(ROOT).as_posix()
    package = ".".join(["quoth", *path.relative_to(ROOT).parent.parts])
    for name, taken in imported(path):
        top, *rest = name.split(".")
        if top == "quoth":
            assert rest, f"{module} imports the public package, which imports it"
            assert rest[0] in MAY_IMPORT[folder], f"{module} imports {name}"
            if name.rpartition(".")[0] != package and name != package:
                assert not taken.startswith("_"), f"{module} uses {taken}, which is private to {name}"
        assert top not in MAY_IMPORT, f"{module} imports {name}; it is quoth.{name}"
        assert top not in ONLY_IN or module in ONLY_IN[top], f"{module} imports {name}"
