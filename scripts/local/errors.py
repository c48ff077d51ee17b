"""Errors of the local Airflow."""

from __future__ import annotations


class StartFailed(RuntimeError):
    """Airflow, its database or a component does not start or does not run; the message says what to read or do."""
