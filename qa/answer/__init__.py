"""Choosing quotes from ranked sentences, and judging and explaining the answer they make."""
