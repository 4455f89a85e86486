"""Title, author, date of publication and language of an article."""
