"""How many cores this process may use, who goes first on them, and who is kept off them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

from threadpoolctl import ThreadpoolController

_NICE = 10
_one_at_a_time = threading.Lock()


def cores() -> int:
    """Those that it is allowed, where that is known, else those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def step_back() -> None:
    """Let everybody else go before this thread, where the system knows priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


@lru_cache(1)
def _libraries() -> ThreadpoolController:
    """Those that compute, found once, which takes a while."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra on this core alone. OpenBLAS's other threads would wait for more of it for tens of milliseconds,
    spinning, and keep the cores from what comes next. Afterwards it is as it was, for whoever else computes here: who
    sets it while it is set would put back the wrong number, so that one waits for the other.
    """
    with _one_at_a_time, _libraries().limit(limits=1, user_api="blas"):
        yield
