"""What the parts of a text are: headings, prose, rows, items, boilerplate."""
