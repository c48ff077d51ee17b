"""Preparation of pages for reading: rendering, quality scores, cleaning."""
