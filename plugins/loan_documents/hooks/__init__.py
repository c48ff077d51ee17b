"""Hooks: Airflow connections into the objects that the domain library works with."""
