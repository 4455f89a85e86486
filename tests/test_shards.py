"""Merging the lists of shards, the slowest of them, and the plan of docs/scale.md, redone by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.shards.merging import merged, recall, slowest, top
from benchmarks.shards.plan import Figures, plan, shard_ms, tables

ROOT = Path(__file__).parent.parent
ROUND = Figures(
    ask_ms=100, search_ms=10, search_growth=3, base_memory=1e9, local_memory=500, local_disk=600, rows_disk=6_000,
    store_ms=0.04, index_ms=0.2, embed_ms=30, shard_memory=1_200, shard_disk=3_000, shard_build_ms=0.5,
    shard_size=625_000, dense_ms=1, dense_growth_ms=0.5, words_ms=2,
)  # fmt: skip


def test_lists_of_shards_are_merged_by_score() -> None:
    ids = np.array([[7, 3, -1], [4, 9, 1]])
    scores = np.array([[0.9, 0.5, 0.0], [0.8, 0.6, 0.1]], np.float32)
    assert merged(ids, scores, 3).tolist() == [7, 4, 9]
    assert merged(ids, scores, 10).tolist() == [7, 4, 9, 3, 1]  # -1 is no passage


def test_a_passage_that_ties_with_the_last_of_the_best_is_as_good() -> None:
    exact = np.array([5, 4, 3, 3, 1, 0, 0], np.float32)
    best = top(exact, 3)
    assert sorted(best) == [3, 4, 5]
    assert recall(exact[[0, 1, 3]], best) == 1  # passage 3 instead of 2, with the same score
    assert recall(exact[[0, 4]], best) == 1 / 3
    assert len(top(exact, 6)) == 5  # two passages do not match at all


def test_the_slowest_shard_is_a_higher_quantile_of_one_shard() -> None:
    times = np.arange(101, dtype=np.float32)  # the quantile q is 100 q
    assert slowest(times, 1, 0.81) == pytest.approx(81)
    assert slowest(times, 2, 0.81) == pytest.approx(90)  # 0.9 · 0.9 = 0.81


def test_a_shard_s_time_grows_with_doublings_and_with_passages() -> None:
    assert shard_ms(ROUND, 625_000) == 1 + 2
    assert shard_ms(ROUND, 2_500_000) == 1 + 0.5 * 2 + 2 * 4  # two doublings; four times the passages


def test_ten_million_passages_on_servers_that_keep_their_indexes() -> None:
    p = plan(ROUND, 10_000_000, 100)
    assert p.servers == math.ceil(100 * (0.1 + 0.01 * 3) / (8 * 0.5)) == 4
    assert p.server_memory == 1e9 + 10e6 * 500 == 6e9
    assert p.server_disk == 10e6 * 600 == 6e9
    assert p.rows == 10e6 * 6_000 == 60e9
    assert p.shards == p.nodes == 0


def test_a_hundred_million_passages_in_shards() -> None:
    p = plan(ROUND, 100_000_000, 100)
    assert p.servers == math.ceil(100 * 0.1 / (8 * 0.5)) == 3
    assert p.shards == 100_000_000 / 2_500_000 == 40
    assert p.nodes == math.ceil(100 * 40 * 0.010 / (8 * 0.5)) == 10  # 10 ms in each shard; memory alone: 5
    assert p.replicas == 2
    assert p.node_memory == 2 * 100e6 * 1_200 / 10 == 24e9
    assert p.node_disk == 2 * 100e6 * 3_000 / 10 == 60e9
    assert plan(ROUND, 100_000_000, 10).nodes == math.ceil(2 * 100e6 * 1_200 / (64e9 * 0.75)) == 5


def test_the_document_shows_the_plan_of_the_committed_results() -> None:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    for table in tables():
        assert table in text


def test_a_question_that_carries_the_idf_scores_as_qdrant_s_own(tmp_path: Path) -> None:
    qdrant = pytest.importorskip("qdrant_edge", reason="there is no qdrant-edge-py for this system")
    sparse = {
        "own": qdrant.EdgeSparseVectorParams(modifier=qdrant.Modifier.Idf), "plain": qdrant.EdgeSparseVectorParams(),
    }  # fmt: skip
    shard = qdrant.EdgeShard.create(str(tmp_path), qdrant.EdgeConfig(sparse_vectors=sparse))
    for number, value in enumerate((1.5, 1.0)):  # two of three passages have the stem 6
        vector = qdrant.SparseVector([6], [value])
        points = [qdrant.Point(number, {"own": vector, "plain": vector})]
        shard.update(qdrant.UpdateOperation.upsert_points(points))
    other = qdrant.SparseVector([8], [1.0])
    shard.update(qdrant.UpdateOperation.upsert_points([qdrant.Point(2, {"own": other, "plain": other})]))
    shard.optimize()
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    for using, weight in (("own", 1.0), ("plain", idf)):
        nearest = qdrant.Query.Nearest(qdrant.SparseVector([6], [weight]), using=using)
        found = shard.query(qdrant.QueryRequest(10, query=nearest))
        assert [hit.id for hit in found] == [0, 1]
        assert [hit.score for hit in found] == pytest.approx([1.5 * idf, 1.0 * idf], rel=1e-5)
    shard.close()
