"""How many cores this process may use, and which threads use them first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

from threadpoolctl import ThreadpoolController

_NICE = 10
_limiting = threading.Lock()


def cores() -> int:
    """Return the number of cores that this process may use where the system reports it, else the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lower_priority() -> None:
    """Lower this thread's priority, on systems that have priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


@lru_cache(1)
def _blas_libraries() -> ThreadpoolController:
    """Return the libraries for linear algebra; finding them takes a while."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Run linear algebra on one core.

    OpenBLAS's other threads would wait for more work for tens of milliseconds, spinning, and keep the cores from what
    comes next. The number of threads belongs to the whole process, and is restored afterwards. One thread at a time
    changes it, because two at a time would restore each other's number.
    """
    with _limiting, _blas_libraries().limit(limits=1, user_api="blas"):
        yield
