"""Where bytes and rows are kept: the object store and the results database."""
