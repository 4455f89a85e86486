"""A question in, quotations out."""
