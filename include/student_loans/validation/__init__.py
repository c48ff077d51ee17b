"""Great Expectations over document records, and what happens to rows that fail."""
