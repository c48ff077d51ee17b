"""OCR readers behind one interface: a gray page image in, words with boxes out."""
