"""Mitigations: learned on one part of the labelled documents, judged on the other."""
