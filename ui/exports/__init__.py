"""Conversations and kept quotes as documents, and reading them back."""
