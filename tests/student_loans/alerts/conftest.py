"""An outbox of its own for each test."""

from __future__ import annotations

import pytest

from student_loans.alerts.config import AlertsConfig, load_alerts_config
from student_loans.alerts.store import AlertStore


@pytest.fixture
def store(empty_database: str) -> AlertStore:
    """An outbox in a migrated database of this test alone."""
    alerts = AlertStore(empty_database)
    alerts.migrate()
    return alerts


@pytest.fixture
def config() -> AlertsConfig:
    """The configuration that ships with the product."""
    return load_alerts_config()
