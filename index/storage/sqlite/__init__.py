"""A library's rows in a SQLite file in its folder."""
