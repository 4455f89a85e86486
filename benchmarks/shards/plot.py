"""The figure of benchmarks/shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def draw(runs: dict[str, dict[str, Any]], file: Path) -> None:
    """Plot recall@50 by shards and candidates of each, and the time of the slowest shard."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "quoth"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(16, 4))
    random = {int(division): run for division, run in runs.items() if division.isdecimal()}
    topics = {run["shards"]: run for division, run in runs.items() if "topic" in division}
    ways = {"ef400": "vectors", "idf_of_all": "words", "own_idf": "words, own IDF"}
    for axis, (way, title) in zip(axes, ways.items(), strict=False):
        for candidates in ("5", "10", "20", "50"):
            shares = [run["recall@50"][way][candidates] for run in random.values()]
            (line,) = axis.plot(list(random), shares, "o-", label=f"{candidates} of each shard")
            shares = [run["recall@50"][way][candidates] for run in topics.values()]
            axis.plot(list(topics), shares, "x--", color=line.get_color())
        axis.set(xscale="log", xlabel="shards (crosses: by topic)", title=f"recall@50, {title}", ylim=(0, 1.02))
        axis.set_xticks(list(random), [str(n) for n in random], minor=False)
        axis.legend(fontsize=8)
    most = runs[max(runs, key=lambda division: (runs[division]["shards"], division.isdecimal()))]
    each = f"{most['passages_each']:,} in each"
    for name, label in (("slowest_p95_of", each), ("slowest_p95_of_independent", f"{each}, if independent")):
        axes[3].plot([int(n) for n in most[name]], list(most[name].values()), "o-", label=label)
    axes[3].plot(
        list(random),
        [run["slowest_p95_ms"] for run in random.values()],
        "s:",
        label=f"{most['passages_each'] * most['shards']:,} in all",
    )
    axes[3].set(xscale="log", xlabel="shards", title="slowest shard, p95 in ms", ylim=(0, None))
    axes[3].set_xticks(list(random), [str(n) for n in random], minor=False)
    axes[3].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
