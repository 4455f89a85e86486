"""The MCP server: what assistants can do with a library."""
