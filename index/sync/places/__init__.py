"""Places: folders that other programs keep, which know more of their files than the files state."""
