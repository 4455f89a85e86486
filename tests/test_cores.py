"""Who computes on which cores."""

from __future__ import annotations

import threading

from threadpoolctl import threadpool_info

from index.cores import one_thread


def test_linear_algebra_on_one_thread_is_left_as_it_was_by_however_many_at_once() -> None:
    def threads() -> set[int]:
        libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
        return {library["num_threads"] for library in libraries if "numpy" in library["filepath"]}

    before, within, inside = threads(), threading.Barrier(4), []

    def compute() -> None:
        with one_thread():
            within.wait(30)
            inside.append(threads())
            within.wait(30)

    others = [threading.Thread(target=compute) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert inside == [{1}] * 4
    assert threads() == before
