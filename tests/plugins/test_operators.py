"""Operators: wiring only. What they do is tested with the stages and with a real run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.retry import RETRY_POLICY
from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.settings import load_settings
from student_loans.validation.source_stage import part_names


def test_the_source_is_templated() -> None:
    operator = DocumentAcquireOperator(
        task_id="acquire",
        source="{{ params.source }}",
        source_conn_id="{{ params.conn }}",
        reprocess="{{ params.again }}",
    )
    operator.render_template_fields({"params": {"source": "s3://inbox", "conn": "minio", "again": True}})
    assert (operator.source, operator.source_conn_id, operator.reprocess) == ("s3://inbox", "minio", "True")


def test_a_mapped_read_is_labelled_by_its_documents() -> None:
    operator = OcrExtractOperator(task_id="extract", group="{{ params.group }}")
    assert operator.map_index_template == "{{ task.group_label }}"
    assert "group" in operator.template_fields


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (["refused", "quarantined"], ["refused", "quarantined"]),
        (["refused", [{"parts": ["a", "b"]}, {"parts": ["c"]}]], ["refused", "a", "b", "c"]),
        (["refused", None], ["refused"]),
        (None, []),
    ],
)
def test_parts_are_names_or_what_mapped_tasks_returned(parts: object, names: list[str]) -> None:
    assert part_names(parts) == names


def test_operators_have_no_defaults_that_hide_what_they_need() -> None:
    with pytest.raises(TypeError, match=r"source|missing"):
        DocumentAcquireOperator(task_id="acquire")
    with pytest.raises(ConfigurationError, match="exactly one of parts, parquet and table"):
        ExpectationsOperator(task_id="validate")


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (ConfigurationError(ErrorCode.INVALID_SETTINGS, "wrong"), "fail"),
        (ServiceError(ErrorCode.STORE_UNAVAILABLE, "down"), "retry"),
        (ValueError("a bug"), "default"),
    ],
)
def test_the_class_of_an_error_decides_about_a_retry(error: Exception, action: str) -> None:
    assert RETRY_POLICY.evaluate(error, try_number=1, max_tries=2).action.value == action


def test_a_broken_configuration_file_is_not_retried(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("intake:\n  max_pages: [1\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert RETRY_POLICY.evaluate(caught.value, try_number=1, max_tries=2).action.value == "fail"


def test_a_store_connection_may_be_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("store")
    connection = {"conn_type": "fs", "extra": {"path": str(folder)}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(connection))
    store = ObjectStoreHook().get_conn()
    document_id = store.put_raw(b"bytes")
    assert (folder / "raw" / document_id[:2] / document_id).read_bytes() == b"bytes"
    assert ObjectStoreHook().test_connection()[0]


def test_a_database_connection_is_tested_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = {"conn_type": "postgres", "host": "/nowhere", "login": "postgres", "schema": "loans"}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", json.dumps(connection))
    works, reason = ResultsDatabaseHook().test_connection()
    assert not works
    assert "database_unavailable" in reason
