"""A file to its articles. Nothing outside this folder knows file formats."""
