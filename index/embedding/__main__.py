"""Export a model, so that later starts are fast.

python -m index                  the default model, unless that is done already
python -m index MODEL FOLDER     any model, to a folder: the process that index/export.py starts
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
