"""A file -> the articles in it: text, blocks, metadata and places. Nothing outside of this folder knows formats."""

from .formats import SUFFIXES, read
from .records import Block, Reading, Run

__all__ = ["SUFFIXES", "Block", "Reading", "Run", "read"]
