"""From words with boxes to fields: layout, value grammars, labels, assignment."""
