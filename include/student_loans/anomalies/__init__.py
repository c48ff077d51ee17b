"""What is unusual in a batch or a document, told with evidence."""
