"""Mail: who wrote which part of it."""
