"""What a run costs: the time that documents took, and what an hour of it costs."""
