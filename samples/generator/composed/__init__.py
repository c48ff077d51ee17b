"""Documents that draw their own layout: training data for a fitted reader, with exact truth, from a seed."""
