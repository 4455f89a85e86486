"""Export a model to a folder: the process that onnx_export.py starts.

python -m quoth.index.embedding MODEL FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from .onnx_export import export

export(sys.argv[1], Path(sys.argv[2]))
