"""Arithmetic checks of a document's values, by loan mathematics and regulation."""
