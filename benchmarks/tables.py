"""Results as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(of: str, columns: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown: a line a figure, a column a system or size; what is no single number is left out."""
    lines = [f"| {of} | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    for figure, value in next(iter(columns.values())).items():
        if isinstance(value, (int, float)):
            lines.append(f"| {figure} | {' | '.join(_said(found[figure]) for found in columns.values())} |")
    return "\n".join(lines) + "\n"


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
