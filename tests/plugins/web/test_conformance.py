"""The API does what its own description says, whatever is sent: schemathesis over every operation.

`make test` sends a few dozen requests an operation, `make fuzz-api` hundreds.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from loan_documents.web import runs
from loan_documents.web.app import app, openapi_document
from schemathesis.checks import not_a_server_error

from include.records import Status
from include.settings import load_settings
from include.storage.database import ResultsDatabase
from include.storage.facts import FactStore
from tests.plugins.web.conftest import client_of
from tests.record_factory import extracted, make_quarantined, make_record

schema = schemathesis.pytest.from_fixture("api_schema")
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))
SETTINGS = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def api_schema(
    site: FastAPI, database: ResultsDatabase, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> schemathesis.BaseSchema:
    """The description, over a database with a few documents in every state."""
    monkeypatch.setattr(runs, "ask_for_run", lambda user: "upload-1")
    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    fields = {name: extracted(name, 0.6) for name in ("loan_amount", "borrower_name")}
    database.store_records(
        "run-1",
        [make_record(1), make_record(2, status=Status.REVIEW, fields=fields), make_quarantined(3)],
    )
    FactStore(empty_database, load_settings().review).catch_up()
    return schemathesis.openapi.from_dict(openapi_document(app))


def _send(case: schemathesis.Case, client: TestClient) -> object:
    """Send a case as the client's user: the test client speaks to the real application in this process."""
    arguments = case.as_transport_kwargs(base_url="http://testserver/loans")
    headers = {
        **client.headers,
        **{k: v for k, v in arguments.pop("headers", {}).items() if k.lower() != "authorization"},
    }
    arguments.pop("cookies", None)
    return client.request(headers=headers, **arguments)


@schema.parametrize()
@SETTINGS
def test_answers_are_as_described(case: schemathesis.Case, site: FastAPI) -> None:
    """Logged in as an editor: no server error, and every answer's status, type and body are described."""
    response = _send(case, client_of(site, "edna"))
    case.validate_response(
        response,  # type: ignore[arg-type]
        checks=[
            not_a_server_error,
            schemathesis.checks.CHECKS.get_one("status_code_conformance"),
            schemathesis.checks.CHECKS.get_one("content_type_conformance"),
            schemathesis.checks.CHECKS.get_one("response_schema_conformance"),
        ],
    )


@schema.parametrize()
@SETTINGS
def test_nobody_is_let_in(case: schemathesis.Case, site: FastAPI) -> None:
    """Without a login every operation answers 401, whatever is sent."""
    response = _send(case, client_of(site, None))
    assert response.status_code in (401, 404, 405), response.text  # type: ignore[attr-defined]
    if response.status_code in (404, 405):  # type: ignore[attr-defined]
        # A parameter that makes another address of it, which no route has.
        assert "documents" not in response.json()  # type: ignore[attr-defined]
