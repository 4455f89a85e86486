"""A bad network between a library and its database: connections through it are cut and stalled at will."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit


class Proxy:
    """Passes on what it receives to a database that listens on a socket file.

    :param address: the database.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        at = {name: value for name, (value,) in parse_qs(parts.query).items()}
        self._socket = f"{at['host']}/.s.PGSQL.{at['port']}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.address = f"postgresql://postgres@127.0.0.1:{port}{parts.path}"
        self._open: set[socket.socket] = set()
        self._flowing = threading.Event()
        self._flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                self._open |= {near, far}
                with suppress(OSError):
                    far.connect(self._socket)
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        self._close(source, target)

    def _close(self, *ends: socket.socket) -> None:
        for end in ends:
            self._open.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """End all connections."""
        self._close(*self._open.copy())

    @contextmanager
    def failing(self, seed: int, pause: float) -> Iterator[None]:
        """Cut and stall all connections at random moments.

        :param pause: mean number of seconds between two failures.
        """
        rng, over = random.Random(seed), threading.Event()

        def fail() -> None:
            while not over.wait(rng.expovariate(1 / pause)):
                self._flowing.clear()
                time.sleep(rng.choice([0, 0, rng.random() * 0.2]))
                if rng.random() < 0.8:
                    self.cut()
                self._flowing.set()

        failing = threading.Thread(target=fail)
        failing.start()
        try:
            yield
        finally:
            over.set()
            failing.join()

    def close(self) -> None:
        """Stop listening, and end all connections."""
        self._close(self._listener)
        self.cut()
