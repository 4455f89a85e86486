"""Conversations and kept quotes as documents, and a parser of these documents."""
