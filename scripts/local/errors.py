"""Errors of the local Airflow."""

from __future__ import annotations


class StartFailed(RuntimeError):
    """Airflow or its database did not start; the message says what to read or do."""
