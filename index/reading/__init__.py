"""Reading of files into articles. Only this folder knows file formats."""
