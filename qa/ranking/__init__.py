"""Retrieving passages, reranking them, and scoring their sentences and the answers in them."""
