"""Labelled documents by other hands than the generator's, as words: what the model of reading learns from."""
