"""How many cores this process may use, and who goes first on them."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

_NICE = 10


def cores() -> int:
    """Those that it is allowed, where that is known, else those of the machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def step_back() -> None:
    """Let everybody else go before this thread, where the system knows priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
