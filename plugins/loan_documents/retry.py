"""Retries of a failed task, by the class of its error."""

from __future__ import annotations

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from student_loans.errors import ConfigurationError, ServiceError

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=ConfigurationError, action=RetryAction.FAIL, reason="a retry does not correct a wrong set-up"
        ),
        RetryRule(exception=ServiceError, action=RetryAction.RETRY, reason="the service may answer again"),
    ]
)
"""Errors of the set-up fail at once, errors of a service are retried; anything else follows the task's own settings."""
