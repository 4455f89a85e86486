"""How many threads linear algebra uses."""

from __future__ import annotations

import threading

from threadpoolctl import threadpool_info

from quoth.index.threads import one_thread


def threads() -> set[int]:
    """Return the numbers of threads that numpy's linear algebra uses."""
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return {library["num_threads"] for library in libraries if "numpy" in library["filepath"]}


def test_the_number_of_threads_is_restored_also_after_concurrent_use() -> None:
    before, inside = threads(), list[set[int]]()

    def compute() -> None:
        for _ in range(20):
            with one_thread():
                inside.append(threads())

    others = [threading.Thread(target=compute) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert inside == [{1}] * 80
    assert threads() == before
