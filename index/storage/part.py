"""What the parts of a store have in common: the database."""

from __future__ import annotations

from .database import Database


class Part:
    """One part of a store.

    :param database: which all parts share.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
