"""True values of documents, used to measure extraction and to fit the confidence model."""
