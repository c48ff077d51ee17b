"""The bias report: metrics, findings and simulated mitigations, for people and for programs."""
