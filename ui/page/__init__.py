"""The chat page: its templates, its static files, and the code that fills the templates."""
