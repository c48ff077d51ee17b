"""The records of documents in the results database: stored by run, published whole, read by search and reports."""
