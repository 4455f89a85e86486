"""The chat page: templates, static files and what fills them."""
