"""A library's rows in a PostgreSQL database, which several servers share."""
