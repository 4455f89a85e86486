"""Answering questions with quotes from the articles of a library."""
