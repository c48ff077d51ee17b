"""Processing published documents again: which, at what cost, and what would change."""
