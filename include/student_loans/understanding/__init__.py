"""From page images and text layers to words, from words to normalised fields with confidence."""
