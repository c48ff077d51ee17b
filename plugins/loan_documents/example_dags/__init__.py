"""DAGs to start from where the wheel is installed: copy one into your own folder of DAGs."""
