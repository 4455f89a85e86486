"""A file -> the articles in it: text, blocks, metadata and places. Nothing outside of this folder knows formats."""

from .formats import SUFFIXES, read
from .metadata import corrected
from .records import Block, Reading, Run
from .tables import FIELDS

__all__ = ["FIELDS", "SUFFIXES", "Block", "Reading", "Run", "corrected", "read"]
