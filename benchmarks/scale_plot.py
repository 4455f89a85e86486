"""The figure of benchmarks/scale.py."""

from __future__ import annotations

from pathlib import Path


def draw(sizes: dict[str, dict[str, float]], file: Path) -> None:
    """Plot times and sizes by the number of passages."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "quoth"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(12, 4))
    passages = [int(size) for size in sizes]
    shown = [
        ("a question, ms", ["floor_p50_ms", "retrieve_p50_ms", "retrieve_p95_ms", "ask_p50_ms", "ask_p95_ms"]),
        ("seconds", ["open_s", "cold_ask_s", "add_one_s", "remove_one_s"]), ("size", ["disk_GB", "rss_MB"]),
    ]  # fmt: skip
    for axis, (title, names) in zip(axes, shown, strict=True):
        for name in names:
            axis.plot(passages, [figures[name] for figures in sizes.values()], "o-", label=name)
        axis.set(xscale="log", yscale="log", xlabel="passages", title=title)
        axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
