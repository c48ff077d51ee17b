"""The visible content of a page: words with boxes, the marks that were drawn, and the size of the paper."""
