"""Checks of a deployment from inside: what a run needs, tried for real."""
