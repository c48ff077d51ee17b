"""What `make` runs: set-up, a local Airflow, benchmarks. Nothing in the product imports it."""
