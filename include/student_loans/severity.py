"""How much something matters that people are informed of."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """Of an alert, an anomaly or a failed expectation, least first.

    A failed expectation holds the document back when it is critical, is a warning in the log and the report, or is noted.
    """

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"
