"""The operator with a real store and database: results, links, lineage and assets."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowFailException

from loan_documents.links import DataDocsLink
from loan_documents.operators.expectations import ExpectationsOperator
from student_loans.records import DocumentRecord
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.airflow_context import task_context
from tests.connections import postgres_connection
from tests.record_factory import extracted, make_record

OUTCOME = Asset("outcome", uri="x-loan-documents://outcome")
SECRET_RATE = "98.7654"


def impossible(number: int) -> DocumentRecord:
    from dataclasses import replace

    record = make_record(number)
    rate = replace(extracted("interest_rate"), value=SECRET_RATE)
    return replace(record, fields=dict(record.fields) | {"interest_rate": rate})


@pytest.fixture
def context(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database: ResultsDatabase, empty_database: str
) -> dict[str, Any]:
    """Connections to a store and a database of this test, and a batch with one impossible document."""
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_DB", postgres_connection(empty_database))
    store = {"conn_type": "fs", "extra": {"path": str(tmp_path / "store")}}
    monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", json.dumps(store))
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
    settings.cache_clear()
    run = RunFolder(open_store(str(tmp_path / "store")), "test:run-1")
    run.write_records("one", [make_record(1), impossible(2)])
    events: Any = defaultdict(SimpleNamespace)
    return task_context("test", "run-1", "validate", outlet_events=events)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def own_settings() -> Any:
    yield
    settings.cache_clear()


def test_counts_travel_and_the_asset_event_has_the_outcome(context: dict[str, Any]) -> None:
    operator = ExpectationsOperator(task_id="validate", parts=["one"], outlets=[OUTCOME])
    result = operator.execute(context)
    assert (result["documents"], result["held_back"], result["success"]) == (2, 1, False)
    assert result["failed_expectations"]["interest_rate_is_plausible"] == 1
    assert context["outlet_events"][OUTCOME].extra["failed_expectations"] == result["failed_expectations"]
    assert SECRET_RATE[:4] not in json.dumps(result)


def test_lineage_gets_expected_actual_and_severity_without_a_value(context: dict[str, Any]) -> None:
    operator = ExpectationsOperator(task_id="validate", parts=["one"])
    assert operator.get_openlineage_facets_on_complete(None) is None
    operator.execute(context)
    (dataset,) = operator.get_openlineage_facets_on_complete(None).inputs
    told = {one.name: one for one in dataset.inputFacets["dataQualityAssertions"].assertions}
    rate = told["interest_rate_is_plausible"]
    assert (rate.success, rate.severity, rate.column) == (False, "error", "interest_rate")
    assert json.loads(rate.expected)["max_value"] == 36
    assert rate.actual == "1 of 2 rows fail"
    assert SECRET_RATE[:4] not in repr(dataset)


def test_a_batch_is_refused_on_failure_fail_and_lineage_says_why(context: dict[str, Any]) -> None:
    operator = ExpectationsOperator(task_id="validate", parts=["one"], on_failure="fail")
    with pytest.raises(AirflowFailException, match="interest_rate_is_plausible"):
        operator.execute(context)
    assert operator.get_openlineage_facets_on_failure(None) is not None


def test_the_link_leads_to_the_data_docs_that_were_written(context: dict[str, Any], tmp_path: Path) -> None:
    operator = ExpectationsOperator(task_id="validate", parts=["one"])
    operator.execute(context)
    link = DataDocsLink().get_link(
        operator, ti_key=SimpleNamespace(dag_id="test", run_id="run-1", task_id="validate", map_index=-1)
    )
    assert link == "/loan-reports/test:run-1/expectations/validate/index.html"
    assert (tmp_path / "reports" / link.removeprefix("/loan-reports/")).exists()


def test_pages_of_reports_are_served_to_users_only_and_nothing_else_is(context: dict[str, Any], tmp_path: Path) -> None:
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    from loan_documents.report_files import app

    ExpectationsOperator(task_id="validate", parts=["one"]).execute(context)
    (tmp_path / "reports" / "test:run-1" / "records.html").write_text("secret")
    page = "/test:run-1/expectations/validate/index.html"
    assert any(dependency.dependency is get_user for dependency in app.router.dependencies)
    app.dependency_overrides[get_user] = lambda: SimpleNamespace()
    try:
        client = TestClient(app)
        shown = client.get(page)
        assert shown.status_code == 200
        assert shown.headers["content-security-policy"].startswith("default-src 'none'")
        for other in (
            "/test:run-1/expectations/validate/none.html",
            "/test:run-1/records.html",
            "/test:run-1/expectations/..%2Frecords.html",
            "/test:run-1/expectations/%2E%2E/records.html",
            "/..%2Ftest:run-1/expectations/validate/index.html",
            "/test:run-1/expectations/validate/index.json",
        ):
            assert client.get(other).status_code == 404, other
    finally:
        app.dependency_overrides.clear()
