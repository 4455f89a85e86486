"""Servers, shards, memory and disk for a number of passages and of questions a second, from committed measurements.

Each formula is one function here and one line in docs/scale.md.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from ..scale import HERE

CORES, MEMORY_GB = 8, 64
"""A machine."""
BUSY, FULL = 0.5, 0.75
"""Shares of its cores and of its memory that are planned for; the rest is for peaks, updates and the system."""
LOCAL = 10_000_000
"""Most passages whose indexes each server keeps; with more, Qdrant keeps them."""
SHARD = 2_500_000
"""Passages of a shard."""
REPLICAS, NODES = 2, 3
"""Least number of copies of a shard, and of Qdrant's machines: two copies stay searchable when one machine fails, and
Raft needs a majority."""
PASSAGES, QUESTIONS = (1_000_000, 10_000_000, 100_000_000), (10, 100, 1_000)
READ = 30
"""Passages whose rows a question reads."""


@dataclass(frozen=True)
class Figures:
    """What was measured: CPU in milliseconds on one core, memory and disk in bytes a passage."""

    ask_ms: float
    """A question in a small library, reading included."""
    search_ms: float
    """Both searches of a million passages in local indexes."""
    search_growth: float
    """What ten times as many passages multiply ``search_ms`` by."""
    base_memory: float
    """Bytes of a server without passages."""
    local_memory: float
    local_disk: float
    rows_disk: float
    store_ms: float
    index_ms: float
    """Both local indexes, on two cores."""
    embed_ms: float
    shard_memory: float
    shard_disk: float
    shard_build_ms: float
    shard_size: float
    """Passages of the largest shard that was measured."""
    dense_ms: float
    """Search by vector in a shard of that size."""
    dense_growth_ms: float
    """What twice as many passages add to it."""
    words_ms: float
    """Search by words in a shard of that size; it grows with the passages."""


def figures(scale: dict[str, Any], shards: dict[str, Any]) -> Figures:
    """Return the figures of benchmarks/performance/scale.json and shards.json."""
    small, before, million = (scale["sizes"][size] for size in ("1000", "100000", "1000000"))
    one = shards["runs"]["1"]
    divisions = [run for name, run in shards["runs"].items() if name.isdecimal()]
    least = min(divisions, key=lambda run: run["passages_each"])
    built = scale["build"]
    return Figures(
        ask_ms=shards["answering"]["ask_cpu_ms"],
        search_ms=million["step_search_ms"],
        search_growth=million["step_search_ms"] / before["step_search_ms"],
        base_memory=shards["answering"]["rss_MiB"] * 2**20,
        local_memory=(million["rss_MB"] - small["rss_MB"]) * 2**20 / 999_000,
        local_disk=(million["words_GB"] + million["vectors_GB"]) * 1e9 / 1e6,
        rows_disk=million["sqlite_GB"] * 1e9 / 1e6,
        store_ms=million["store_s"] * 1000 / 1e6,
        index_ms=million["index_s"] * 1000 / 1e6,
        embed_ms=built["embed_s"] * 1000 * 2 / built["passages"],
        shard_memory=one["memory_B"],
        shard_disk=one["disk_B"],
        shard_build_ms=one["build_cpu_ms"],
        shard_size=one["passages_each"],
        dense_ms=one["dense_p50_ms"],
        dense_growth_ms=(one["dense_p50_ms"] - least["dense_p50_ms"])
        / math.log2(one["passages_each"] / least["passages_each"]),
        words_ms=one["words_p50_ms"],
    )


@dataclass(frozen=True)
class Plan:
    """Machines for a number of passages and of questions a second; memory and disk of each in bytes."""

    servers: int
    server_memory: float
    server_disk: float
    shards: int
    """0: each server keeps both indexes."""
    replicas: int
    nodes: int
    """Qdrant's machines."""
    node_memory: float
    node_disk: float
    rows: float
    """Bytes of the database."""


def shard_ms(f: Figures, passages: float) -> float:
    """Return the CPU milliseconds of a question in a shard: by vector, growing with each doubling, plus by words,
    growing with the passages."""
    times = passages / f.shard_size
    return f.dense_ms + f.dense_growth_ms * math.log2(times) + f.words_ms * times


def machines(cpu_ms: float, questions: float) -> int:
    """Return questions a second · CPU seconds of each / (cores · share), rounded up."""
    return math.ceil(round(questions * cpu_ms / 1000 / (CORES * BUSY), 6))


def plan(f: Figures, passages: int, questions: int) -> Plan:
    """Return the machines that are needed."""
    rows = passages * f.rows_disk
    if passages <= LOCAL:
        ask = f.ask_ms + f.search_ms * f.search_growth ** math.log10(passages / 1e6)
        memory = f.base_memory + passages * f.local_memory
        return Plan(machines(ask, questions), memory, passages * f.local_disk, 0, 0, 0, 0.0, 0.0, rows)
    shards = math.ceil(passages / SHARD)
    for_cores = machines(shards * shard_ms(f, passages / shards), questions)
    for_memory = math.ceil(REPLICAS * passages * f.shard_memory / (MEMORY_GB * 1e9 * FULL))
    nodes = max(NODES, for_cores, for_memory)
    replicas = max(REPLICAS, math.ceil(nodes / shards))
    copies = replicas * passages / nodes
    return Plan(
        machines(f.ask_ms, questions), f.base_memory, 0.0, shards, replicas, nodes,
        copies * f.shard_memory, copies * f.shard_disk, rows,
    )  # fmt: skip


def tables() -> list[str]:
    """Return the tables of docs/scale.md: machines, and hours of building."""
    f = figures(*(json.loads((HERE / name).read_text("utf-8")) for name in ("scale.json", "shards.json")))
    return ["\n".join(lines) for lines in (_machines(f), _building(f))]


def _machines(f: Figures) -> list[str]:
    lines = [
        "| passages | questions/s | Quoth servers | memory, disk each | Qdrant shards × replicas | Qdrant machines | "
        "memory, disk each | database | rows read |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for passages in PASSAGES:
        for questions in QUESTIONS:
            p = plan(f, passages, questions)
            qdrant = ["–", "–", "–"]
            if p.shards:
                qdrant = [f"{p.shards} × {p.replicas}", str(p.nodes), _sizes(p.node_memory, p.node_disk)]
            cells = [
                f"{passages / 1e6:.0f} M", f"{questions:,}", str(p.servers), _sizes(p.server_memory, p.server_disk),
                *qdrant, f"{p.rows / 1e9:.0f} GB", f"{questions * READ * f.rows_disk / 1e6:.0f} MB/s",
            ]  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _building(f: Figures) -> list[str]:
    lines = [
        "| passages | embedding, core hours | on 1, 4 and 16 machines | storing in turns | local indexes | "
        "Qdrant's indexes, core hours |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for passages in PASSAGES:
        hours = passages / 1000 / 3600
        embedding = hours * f.embed_ms
        spread = ", ".join(_hours(embedding / CORES / machines) for machines in (1, 4, 16))
        of_qdrant = f"{REPLICAS * hours * f.shard_build_ms:.1f}" if passages > LOCAL else "–"
        local = _hours(hours * f.index_ms) if passages <= LOCAL else "–"
        cells = [f"{passages / 1e6:.0f} M", f"{embedding:.0f}", spread, _hours(hours * f.store_ms), local, of_qdrant]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _sizes(memory: float, disk: float) -> str:
    return f"{memory / 1e9:.1f}, {disk / 1e9:.1f} GB"


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"
