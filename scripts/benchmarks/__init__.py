"""Benchmarks: accuracy, speed, memory and cost of the pipeline."""
