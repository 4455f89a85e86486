"""A few open connections that all threads share: a connection belongs to one transaction at a time."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from quoth.index.errors import LibraryClosed

_IDLE = 8
"""Number of connections that stay open between transactions. More are open while more threads use them at once."""


class _Closes(Protocol):
    def close(self) -> None: ...


_Connection = TypeVar("_Connection", bound=_Closes)


class _Lent(threading.local, Generic[_Connection]):
    """The connection that this thread uses at present."""

    connection: _Connection | None = None


class Connections(Generic[_Connection]):
    """Safe from several threads.

    :param name: what the connections lead to, for messages.
    :param connect: opens a connection.
    :param is_usable: whether a connection can be used again.
    :param most: maximum number of connections; further threads wait for one.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], _Connection],
        is_usable: Callable[[_Connection], bool],
        most: float = math.inf,
    ) -> None:
        self._name = name
        self._most = most
        self._connect = connect
        self._is_usable = is_usable
        self._lent: _Lent[_Connection] = _Lent()
        self._free = threading.Condition()
        """Guards the attributes below; notified when a transaction ends."""
        self._idle: list[_Connection] = []
        """Connections that no thread uses."""
        self._transactions = 0
        """Number of transactions that are running, in all threads."""
        self._beyond = 0
        """Number of those that do not count."""
        self._closed = False

    @property
    def current(self) -> _Connection:
        """The connection of this thread's running transaction."""
        assert self._lent.connection is not None
        return self._lent.connection

    @contextmanager
    def lent(self, *, beyond: bool = False) -> Iterator[_Connection]:
        """Lend a connection to this thread. Inside another such block, it is the same connection.

        :param beyond: do not count it: others need not wait for a connection that is lent for long.
        :raises LibraryClosed: the connections were closed.
        """
        if self._lent.connection is not None:
            yield self._lent.connection
            return
        with self._free:
            self._free.wait_for(lambda: self._closed or beyond or self._transactions - self._beyond < self._most)
            if self._closed:
                raise LibraryClosed(f"{self._name} was closed. Open the library again.")
            self._transactions += 1
            self._beyond += beyond
            connection = self._idle.pop() if self._idle else None
        try:
            if connection is not None and not self._is_usable(connection):
                connection.close()
                connection = None
            connection = self._lent.connection = connection or self._connect()
            yield connection
        finally:
            self._lent.connection = None
            usable = connection is not None and self._is_usable(connection)
            with self._free:
                if connection is not None and usable and not self._closed and len(self._idle) < _IDLE:
                    self._idle.append(connection)
                elif connection is not None:
                    connection.close()
                self._transactions -= 1
                self._beyond -= beyond
                self._free.notify_all()

    def close(self) -> None:
        """Close all connections, after their running transactions. May be called twice."""
        with self._free:
            self._closed = True
            self._free.wait_for(lambda: not self._transactions)
            while self._idle:
                self._idle.pop().close()
