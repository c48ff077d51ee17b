"""Detect what is unusual in a batch or a document, with evidence."""
