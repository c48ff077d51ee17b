"""From words with boxes to fields: geometry, value grammars, label meaning, assignment, confidence."""
