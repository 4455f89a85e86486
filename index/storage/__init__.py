"""A library's rows, the source of truth: tables, checksums, and the databases that hold them."""
