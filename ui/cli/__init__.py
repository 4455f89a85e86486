"""The command ``quoth``."""
