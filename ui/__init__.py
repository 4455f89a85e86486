"""What a person touches: the command and the chat page."""

__all__: list[str] = []
