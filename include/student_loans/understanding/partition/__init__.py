"""Which pages of a file are its first document, and whether others begin or are missing."""
