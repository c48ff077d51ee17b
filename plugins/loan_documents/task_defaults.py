"""Default arguments of all tasks; a DAG or a task states only what differs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from loan_documents.notifications.alert import AlertNotifier
from loan_documents.retry import RETRY_POLICY


def task_defaults(**changes: Any) -> dict[str, Any]:
    """``default_args`` of a DAG.

    Args:
        **changes: What differs in this DAG; None removes an argument.

    Example:
        >>> task_defaults(retries=1)["retries"]
        1
    """
    defaults: dict[str, Any] = {
        "owner": "loan-documents",
        # With the waits below, retries outlast an outage of two minutes; ledger.max_attempts is smaller on purpose.
        "retries": 4,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=5),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=30),
        "on_failure_callback": AlertNotifier(),
    }
    return {name: value for name, value in (defaults | changes).items() if value is not None}
