"""What may be deleted, and when."""
