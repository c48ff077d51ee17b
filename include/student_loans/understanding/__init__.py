"""Understanding: from words to normalised fields with confidence."""
