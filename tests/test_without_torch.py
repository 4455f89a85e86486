"""Everything but other models works where the packages of the extra ``models`` are not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quoth.index.embedding.model_files import DEFAULT_MODEL, model_folder
from tests.made import write

pytestmark = pytest.mark.model
ROOT = Path(__file__).parent.parent
ABSENT = ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "safetensors")
HIDE = f"import sys\nsys.modules.update(dict.fromkeys({ABSENT}))  # importing them fails, also in child processes\n"
SCRIPT = """
import importlib.util, sys
import quoth
from quoth.index.embedding import loader
from tests.server import client_of, send

hidden, folder, model = set(sys.argv[1].split()), sys.argv[2], sys.argv[3]
assert not any(importlib.util.find_spec(name) for name in hidden), "the packages are not hidden"
loader._GPU_BYTES = 0  # as for many articles: looks for a GPU
with quoth.Library(folder + "/library") as library:
    assert len(library.add([folder + "/articles"]).added) == 2
    answer = library.ask("How long does the crossing take?")
    assert answer.best and answer.best.text == "The crossing takes fifty minutes.", answer
    assert library.retrieve("How long does the crossing take?")
    assert library.find("fifty").total == 1
    assert library.verify("The crossing takes fifty minutes.")
    report = library.evaluate([quoth.EvalCase(("When does the market open?",), ("eight",))])
    assert report.figures()["questions"] == 1
    with client_of(library) as chat:
        assert chat.get("/").status_code == 200
        assert "fifty" in send(chat, "talk", questions=["How long does the crossing take?"])["html"]
    for use in (
        lambda: library.ask("How long does the crossing take?", cross_encoder=model),
        lambda: quoth.Library(folder + "/other", model).add([folder + "/articles"]),
    ):
        try:
            use()
        except quoth.ModelUnavailable as error:
            print(error)
imported = {name.partition(".")[0] for name, module in sys.modules.items() if module}
assert not imported & hidden, imported & hidden
"""


def test_everything_but_other_models_works_without_torch(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDE, "utf-8")
    (tmp_path / "articles").mkdir()
    write(tmp_path / "articles", "ferry.txt", "The ferry sails at nine.\n\nThe crossing takes fifty minutes.\n")
    write(tmp_path / "articles", "market.txt", "The market opens at eight every Friday.\n")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "QUOTH_CACHE": str(tmp_path / "cache"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, " ".join(ABSENT), str(tmp_path), str(model_folder(DEFAULT_MODEL))],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    cross_encoder, other = done.stdout.splitlines()
    for error in (cross_encoder, other):
        assert "(torch, transformers, sentence_transformers)" in error
        assert error.endswith("pip install 'quoth[models]'")
    assert not (tmp_path / "cache").exists()  # the default model needs no export
