"""Checks of a deployment: they try everything that a run needs."""
