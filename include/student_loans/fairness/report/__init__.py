"""The bias report: what was measured, named and simulated, for people and for programs."""
