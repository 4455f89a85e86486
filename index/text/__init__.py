"""Text analysis for matching: stems, normalised text, spellings, tables."""
