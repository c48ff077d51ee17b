"""Airflow on this machine: an embedded PostgreSQL, the four components, and a client that runs the pipeline."""
