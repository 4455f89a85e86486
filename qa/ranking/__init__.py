"""Retrieving passages and scoring their sentences."""
