"""Page rendering, quality scores and cleaning: what happens to a page before it is read."""
