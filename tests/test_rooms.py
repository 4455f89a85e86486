"""Imports go one way, and each heavy library is imported where it belongs."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"index": {"index"}, "qa": {"qa", "index"}, "ui": {"ui", "qa", "index"}}
ONLY_IN = {
    "faiss": {"index/vectors.py"}, "tantivy": {"index/words.py"}, "sqlite3": {"index/database.py"},
    "gradio": {"ui/chat.py"}, "sentence_transformers": {"index/reference.py", "qa/cross_encoder.py"},
    "torch": {"index/export.py", "index/reference.py", "qa/cross_encoder.py"},
    "onnxruntime": {"index/encoder.py", "index/export.py", "qa/reader.py"},
}  # fmt: skip


def test_rooms_import_one_way_and_libraries_in_their_place() -> None:
    for room, allowed in MAY_IMPORT.items():
        for path in (ROOT / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                modules = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                    [node.module] if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module else []
                )
                for module in (name.split(".")[0] for name in modules):
                    assert module not in MAY_IMPORT or module in allowed, (path, module)
                    assert module not in ONLY_IN or path.relative_to(ROOT).as_posix() in ONLY_IN[module], (path, module)
