"""Configuration files that ship with the product."""
