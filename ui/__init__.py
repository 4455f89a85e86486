"""What a person or a program touches: the command, the chat page, exports."""
