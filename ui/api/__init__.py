"""The HTTP API for programs, /api/v1 (docs/api-http.md)."""
