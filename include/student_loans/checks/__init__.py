"""Arithmetic that witnesses a document's values: what they must be to each other by loan mathematics and regulation."""
