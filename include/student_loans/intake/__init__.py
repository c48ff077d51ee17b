"""Where documents come from, and the checks before anything opens them deeply."""
