"""Division of a text into blocks: headings, prose, rows, items and boilerplate."""
