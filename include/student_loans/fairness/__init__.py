"""Is every kind of document served equally well: slices, metrics, evidence, findings, causes, mitigation."""
