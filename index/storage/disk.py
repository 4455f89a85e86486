"""The disk that files are on."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_space(folder: Path) -> str:
    """A sentence with the free space of a folder's disk; empty if unknown."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f" The disk of {folder} has {free / 2**20:,.1f} MB free."
