"""The checks of ``pipeline_selftest``, with the connections of this deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from student_loans.alerts.model import Message
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


def _channel(name: str, send_message: bool) -> SelftestResult:
    """Send a test message through an alert channel, or say that none was sent."""
    from loan_documents.notifications.channels import open_channels
    from student_loans.alerts.channels import ChannelError, ChannelNotConfigured
    from student_loans.alerts.config import load_alerts_config
    from student_loans.selftest.result import failed, not_set_up, not_tried, ok

    config = load_alerts_config()
    conn_id = config.channels[name].connection
    channel = open_channels(config).get(name)
    if channel is None:
        return not_set_up(f"There is no connection {conn_id}.", f"Add it to get alerts through {name}.")
    if not send_message:
        return not_tried("No message was sent.", "Turn on send_messages to know whether alerts arrive.")
    try:
        channel.send(_test_message())
    except ChannelNotConfigured as error:
        return not_set_up(f"No message was sent: {error.code}.", f"Complete the connection {conn_id}.")
    except ChannelError as error:
        return failed(
            f"A test message was not accepted: {error.code}.", f"Check the connection {conn_id} and its server."
        )
    return ok("A test message was sent; see that it arrived.")


def _test_message() -> Message:
    import uuid
    from datetime import UTC, datetime

    from student_loans.alerts.messages import build_message, unstored_notice
    from student_loans.alerts.model import AlertVerdict
    from student_loans.severity import Severity

    verdict = AlertVerdict(
        "selftest", "selftest", Severity.INFO, firing=True, title="Test message of pipeline_selftest",
        detail="Alerts arrive here. Nothing is wrong.", dag_id="pipeline_selftest",
    )  # fmt: skip
    return build_message(uuid.uuid4().hex, [unstored_notice(verdict, "", datetime.now(UTC))])


CHECKS: dict[str, Callable[[], SelftestResult]] = {
    "settings and rules": _settings,
    "results database": _schema,
    "object store": _object_store,
    "Tesseract": _tesseract,
    "OCR models": _models,
    "disk space": _disk,
    "DVC remote": _dvc,
    "TFDV environment": _tfdv,
}
"""Checks by the name that the UI shows; those of alert channels are made from ``alerts_config.yaml``."""
_CHANNEL = "alert channel "


def check_names() -> list[str]:
    """Names of all checks: :data:`CHECKS`, then one for each alert channel."""
    from student_loans.alerts.config import load_alerts_config
    from student_loans.errors import LoanDocumentError

    try:
        channels = load_alerts_config().channels
    except LoanDocumentError:
        return list(CHECKS)  # the check of settings and rules reports it
    return [*CHECKS, *(f"{_CHANNEL}{name}" for name in channels)]


def run_check(name: str, *, send_messages: bool) -> SelftestResult:
    """Run one check; an error of this project or a missing connection is a failed check.

    Args:
        name: One of :func:`check_names`.
        send_messages: Whether the check of an alert channel sends a test message.
    """
    from student_loans.error_advice import todo_of
    from student_loans.errors import LoanDocumentError
    from student_loans.selftest.result import failed

    try:
        if name.startswith(_CHANNEL):
            return _channel(name.removeprefix(_CHANNEL), send_messages)
        return CHECKS[name]()
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
