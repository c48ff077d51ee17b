"""Costs of runs: the CPU time of documents, and its price."""
