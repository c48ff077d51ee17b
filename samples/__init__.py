"""Labelled sample documents, made for this project, and the seeded generator that draws them."""
