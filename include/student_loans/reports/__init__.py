"""Reports of a run: records, summary and an HTML report with charts."""
