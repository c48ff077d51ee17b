"""Hooks: they turn Airflow connections into objects of the domain library."""
