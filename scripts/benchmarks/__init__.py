"""Benchmarks: what the pipeline reaches and what it costs, measured side by side."""
