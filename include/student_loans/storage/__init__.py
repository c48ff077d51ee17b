"""Storage of bytes and rows: the object store and the results database."""
