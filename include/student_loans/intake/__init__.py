"""Sources of documents, and the checks of each file before it is read."""
