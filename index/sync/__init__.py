"""Files to stored articles: discover, compare, read, chunk, embed, store."""
