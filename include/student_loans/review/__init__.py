"""Review by people: what a decision does to a record, and what the samples say about reading and reviewers."""
