"""Extraction of dates, sums, names and lists from a text, and comparison of their values."""
