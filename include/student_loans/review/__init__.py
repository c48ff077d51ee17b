"""Review by people: the queue, decisions about records, and samples that measure the reading and the reviewers."""
