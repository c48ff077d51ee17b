"""The checks of ``pipeline_selftest``, with the connections of this deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from student_loans.selftest.result import SelftestResult


def _settings() -> SelftestResult:
    from student_loans.selftest.checks import check_settings

    return check_settings()


def _tesseract() -> SelftestResult:
    from student_loans.selftest.checks import check_tesseract

    return check_tesseract()


def _models() -> SelftestResult:
    from student_loans.selftest.checks import check_models

    return check_models()


def _disk() -> SelftestResult:
    from student_loans.selftest.checks import check_disk

    return check_disk()


def _tfdv() -> SelftestResult:
    from student_loans.selftest.checks import check_tfdv

    return check_tfdv()


def _schema() -> SelftestResult:
    from loan_documents.notifications.outbox import alert_store
    from student_loans.selftest.checks import check_schema

    return check_schema(alert_store())


def _object_store() -> SelftestResult:
    from loan_documents.hooks.object_store import ObjectStoreHook
    from student_loans.selftest.checks import check_object_store

    return check_object_store(ObjectStoreHook().get_conn())


def _dvc() -> SelftestResult:
    from student_loans.selftest.result import failed, not_set_up, ok

    if find_spec("loan_documents.hooks.dvc") is None:
        return not_set_up("This deployment keeps no data versions.")
    from importlib import import_module

    works, reason = import_module("loan_documents.hooks.dvc").DvcHook().test_connection()
    return ok(reason) if works else failed(reason, "Check the connection dvc_remote.")


def _channel(conn_id: str, what: str) -> Callable[[], SelftestResult]:
    """Check that a channel has a connection. Nothing is sent."""

    def check() -> SelftestResult:
        from student_loans.selftest.result import not_set_up, ok

        try:
            connection = BaseHook.get_connection(conn_id)
        except AirflowNotFoundException:
            return not_set_up(f"There is no connection {conn_id}.", f"Add it to get alerts by {what}.")
        return ok(f"connection {conn_id} of type {connection.conn_type}")

    return check


CHECKS: dict[str, Callable[[], Any]] = {
    "settings and rules": _settings,
    "results database": _schema,
    "object store": _object_store,
    "Tesseract": _tesseract,
    "OCR models": _models,
    "disk space": _disk,
    "Slack": _channel("slack_alerts", "Slack"),
    "mail": _channel("smtp_alerts", "mail"),
    "DVC remote": _dvc,
    "TFDV environment": _tfdv,
}
"""Checks by the name that the UI shows."""


def run_check(name: str) -> SelftestResult:
    """Run one check; an error of this project or a missing connection is a failed check."""
    from student_loans.error_advice import todo_of
    from student_loans.errors import LoanDocumentError
    from student_loans.selftest.result import failed

    try:
        return CHECKS[name]()  # type: ignore[no-any-return]
    except LoanDocumentError as error:
        return failed(str(error), todo_of(error.code))
    except AirflowNotFoundException:
        return failed("Its connection does not exist.", "Add the connections of airflow_settings.yaml.")


def table_of(results: Iterable[dict[str, str]]) -> str:
    """The results as a table for the log."""
    rows = [
        (row["check"], row["outcome"], " ".join(part for part in (row["detail"], row["todo"]) if part))
        for row in results
    ]
    width = max((len(name) for name, _, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {outcome:<10}  {detail}" for name, outcome, detail in rows)
