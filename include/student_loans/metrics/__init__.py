"""Metrics of runs for rules, pages and reports: counts and distances, never a value of a document."""
