"""Title, author, date and language of an article."""
