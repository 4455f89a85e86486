"""Export a model, so that later starts are fast.

python -m quoth.index.embedding                  the default model, unless it is exported already
python -m quoth.index.embedding MODEL FOLDER     any model, to a folder: the process that onnx_export.py starts
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from .model_files import DEFAULT_MODEL, check_model, model_folder
from .onnx_export import export, exported

if sys.argv[1:]:
    export(sys.argv[1], Path(sys.argv[2]))
else:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    exported(DEFAULT_MODEL, check_model(model_folder(DEFAULT_MODEL), default=True))
