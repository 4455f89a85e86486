"""A library's SQLite database, the source of truth: tables, rows, checksums."""
