"""What programs can do with a library, whatever protocol they use."""
