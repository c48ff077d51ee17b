"""Measure whether all kinds of documents are served equally well: slices, metrics, findings, causes, mitigation."""
