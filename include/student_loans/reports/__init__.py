"""What people read after a run: records, summary and an HTML report with plots."""
