"""Validation of document records by Great Expectations, and the handling of rows that fail."""
