"""What a question asks for, and how it is searched for."""
