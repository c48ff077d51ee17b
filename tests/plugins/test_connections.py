"""Connections that are missing or of another type: named, with the task and what to do, and never retried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.execution_time.context import set_current_context

from loan_documents.hooks.document_source import DocumentSourceHook
from loan_documents.hooks.dvc import DvcHook
from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.retry import RETRY_POLICY
from student_loans.errors import ConfigurationError
from student_loans.settings import settings
from tests.airflow_context import task_context


@pytest.mark.parametrize(
    ("hook", "kind"),
    [
        (ResultsDatabaseHook("gone"), "postgres"),
        (ObjectStoreHook("gone"), "fs` or `aws"),
        (DvcHook("gone"), "dvc"),
        (DocumentSourceHook("gone", "https://api.example.com/documents"), "http"),
    ],
)
def test_a_connection_that_does_not_exist_is_named_with_its_type(hook: Any, kind: str) -> None:
    with pytest.raises(ConfigurationError, match=f"`gone` does not exist.*`{kind}`.*AIRFLOW_CONN_GONE") as caught:
        hook.get_conn()
    assert caught.value.code == "missing_connection"
    assert RETRY_POLICY.evaluate(caught.value, try_number=1, max_tries=2).action.value == "fail"


def test_the_error_names_the_task_and_its_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path)}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    operator = ExpectationsOperator(task_id="validate", table="a", database_conn_id="gone")
    context = task_context("own", "run-1", "validate", task=operator)
    with (
        set_current_context(context),
        pytest.raises(ConfigurationError, match=r"The task `validate` \(ExpectationsOperator\)"),
    ):
        operator.execute(context)


def test_only_the_default_connections_of_the_store_and_of_dvc_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__DATA_URI", str(tmp_path / "data"))
    settings.cache_clear()
    try:
        assert str(ObjectStoreHook().get_conn().root) == str(tmp_path / "data")
        assert DvcHook().get_conn() is not None
    finally:
        settings.cache_clear()


@pytest.mark.parametrize(
    ("hook", "conn_type"),
    [(ResultsDatabaseHook("other"), "mysql"), (ObjectStoreHook("other"), "http"), (DvcHook("other"), "postgres")],
)
def test_a_connection_of_another_type_is_refused(hook: Any, conn_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_OTHER", json.dumps({"conn_type": conn_type, "password": "fictional-secret"}))
    with pytest.raises(ConfigurationError, match=f"`other` has the type `{conn_type}`") as caught:
        hook.get_conn()
    assert "fictional-secret" not in str(caught.value)


class ServerWithAFault:
    """Airflow's channel from a task to its supervisor, while the API server fails."""

    def __init__(self, error: str) -> None:
        self._error = error

    def send(self, _message: Any) -> Any:
        from airflow.sdk.exceptions import ErrorType
        from airflow.sdk.execution_time.comms import ErrorResponse

        return ErrorResponse(error=ErrorType[self._error])


@pytest.mark.parametrize(
    ("error", "raised"),
    [("API_SERVER_ERROR", AirflowNotFoundException), ("CONNECTION_NOT_FOUND", ConfigurationError)],
)
@pytest.mark.parametrize("hook", [ResultsDatabaseHook("gone"), ObjectStoreHook("gone")])
def test_an_api_server_that_fails_is_not_a_missing_connection(
    hook: Any, error: str, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow says in both cases that the connection is not defined."""
    from airflow.sdk.execution_time import task_runner

    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", ServerWithAFault(error), raising=False)
    with pytest.raises(raised):
        hook.get_conn()


def test_documents_do_not_go_to_the_default_store_while_the_api_server_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.execution_time import task_runner

    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", ServerWithAFault("API_SERVER_ERROR"), raising=False)
    with pytest.raises(AirflowNotFoundException):
        ObjectStoreHook().get_conn()


@pytest.mark.parametrize(
    ("buckets", "refused"),
    [("loan-inbox", None), (["loan-inbox"], None), (5, "must be a list"), ("payroll", "not allowed")],
)
def test_a_single_text_in_a_connections_list_is_one_name(
    buckets: Any, refused: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = {"conn_type": "aws", "login": "fictional", "password": "fictional", "extra": {"buckets": buckets}}
    monkeypatch.setenv("AIRFLOW_CONN_INBOX", json.dumps(connection))
    hook = DocumentSourceHook("inbox", "s3://loan-inbox/2026")
    if refused is None:
        assert hook.get_conn().uri == "s3://loan-inbox/2026"
        return
    with pytest.raises(ConfigurationError, match=refused):
        hook.get_conn()
