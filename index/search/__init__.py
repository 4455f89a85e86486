"""Searching passages by vector and by word, and the index files that make it fast."""
