"""Example DAGs of the wheel: copy one into your own folder of DAGs."""
