"""Finding dates, sums, names and lists in a text, and comparing them."""
