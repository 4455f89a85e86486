"""A file -> the articles in it: text, blocks, metadata and places. Nothing outside of this folder knows formats."""

from .formats import PLAIN, SEEN, SUFFIXES, is_plain, is_taken, read
from .metadata import corrected
from .records import Block, Reading, Refused
from .tables import FIELDS

__all__ = [
    "FIELDS", "PLAIN", "SEEN", "SUFFIXES", "Block", "Reading", "Refused", "corrected", "is_plain", "is_taken", "read",
]  # fmt: skip
