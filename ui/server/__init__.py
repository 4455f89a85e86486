"""The server of the chat page and of the tools for programs."""
