"""Text analysis for matching: stems, normalised text, spellings and tables."""
