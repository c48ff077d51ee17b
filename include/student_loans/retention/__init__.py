"""Retention: rules for deleting data, and checks of stored data."""
