"""Statistics of records by TensorFlow Data Validation, which lives in an environment of its own (``.venv-tfdv``)."""
