"""Results as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(of: str, columns: Mapping[str, Mapping[str, Any]]) -> str:
    """A table with one line per figure and one column per system or size; figures that are not numbers are left out."""
    lines = [f"| {of} | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    for figure, value in next(iter(columns.values())).items():
        if isinstance(value, (int, float)):
            lines.append(f"| {figure} | {' | '.join(_shown(column[figure]) for column in columns.values())} |")
    return "\n".join(lines) + "\n"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
