"""True values of documents: what extraction is measured against and confidence is fitted on."""
