"""What a question asks for, and how it is to be searched for."""
