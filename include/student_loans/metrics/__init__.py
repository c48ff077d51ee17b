"""Numbers of a run that rules, pages and reports look at: counts and distances, never a value of a document."""
