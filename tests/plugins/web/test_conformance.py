"""The API does what its own description says, whatever is sent: schemathesis over every operation.

`make test` sends a few requests an operation, `make fuzz-api` hundreds.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS as CHECK_REGISTRY

from loan_documents.web import runs
from loan_documents.web.app import app, openapi_document
from student_loans.records import Status
from student_loans.results.store import ResultsDatabase
from student_loans.review.facts import FactStore
from student_loans.settings import load_settings
from tests.plugins.web.conftest import client_of, connect
from tests.record_factory import document_id, extracted, make_quarantined, make_record

EXAMPLES = int(os.environ.get("API_EXAMPLES", "6"))
SETTINGS = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMA = schemathesis.openapi.from_dict(openapi_document(app))
OPERATIONS = [
    pytest.param(SCHEMA[path][method], id=f"{method.upper()} {path}")
    for path, operations in openapi_document(app)["paths"].items()
    for method in operations
]
CHECKS = [
    CHECK_REGISTRY.get_one(name)
    for name in (
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def documents(
    airflow_app: FastAPI, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    """The application over a few documents in every state: one database for every operation."""
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    uri = postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection, pytest.MonkeyPatch.context() as patch:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        database = ResultsDatabase(uri)
        database.migrate()
        connect(patch, uri, tmp_path_factory.mktemp("store"))
        patch.setattr(runs, "ask_for_run", lambda user: "upload-1")
        database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
        fields = {name: extracted(name, 0.6) for name in ("loan_amount", "borrower_name")}
        database.store_records(
            "run-1", [make_record(1), make_record(2, status=Status.REVIEW, fields=fields), make_quarantined(3)]
        )
        FactStore(uri, load_settings().review).catch_up()
        yield airflow_app
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def _cases(operation: Any) -> Any:
    """Requests as described, half of them about documents that are there."""
    known = st.sampled_from([document_id(number) for number in (1, 2, 3)])

    def about_a_known_one(case: schemathesis.Case, one: str, wanted: bool) -> schemathesis.Case:
        if wanted and "document_id" in case.path_parameters:
            case.path_parameters["document_id"] = one
        return case

    cases = st.builds(about_a_known_one, operation.as_strategy(), known, st.booleans())
    return cases.filter(_reaches_the_api)


def _reaches_the_api(case: schemathesis.Case) -> bool:
    """Airflow's own router finds no way for a path with a line break: its answer, and no address of this API."""
    return not any("\n" in unquote(str(value)) for value in (case.path_parameters or {}).values())


def _send(case: schemathesis.Case, client: TestClient) -> Any:
    """Send a case as the client's user, to the real application in this process."""
    arguments = case.as_transport_kwargs(base_url="http://testserver/loans")
    sent = {
        name: value for name, value in (arguments.pop("headers", None) or {}).items() if name.lower() != "authorization"
    }
    arguments.pop("cookies", None)
    if isinstance(arguments.get("files"), list):
        arguments["files"] = [(name, _part(part)) for name, part in arguments["files"]]
    answer = client.request(headers={**client.headers, **sent}, **arguments)
    answer.request.read()  # a form is sent as a stream, and a failure report quotes it
    return answer


def _part(part: Any) -> tuple[Any, bytes]:
    """A part of a form. Where bytes are described and something else is generated, it goes as text: forms have nothing else."""
    filename, content, *_ = part if isinstance(part, tuple) else (None, part)
    return filename, content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_answers_are_as_described(operation: Any, documents: FastAPI) -> None:
    """Logged in as an editor: no server error, and every answer's status, type and body are described."""
    client = client_of(documents, "edna")

    @SETTINGS
    @given(_cases(operation))
    def conforms(case: schemathesis.Case) -> None:
        case.validate_response(_send(case, client), checks=CHECKS)

    conforms()


@pytest.mark.timeout(900)
def test_nobody_is_let_in(documents: FastAPI) -> None:
    """Without a login every operation answers 401, whatever is sent; an address that no route has is not found."""
    client = client_of(documents, None)
    for operation in OPERATIONS:

        @SETTINGS
        @given(_cases(operation.values[0]))
        def refuses(case: schemathesis.Case) -> None:
            answer = _send(case, client)
            assert answer.status_code in (401, 404, 405), answer.text
            assert answer.headers["content-type"] == "application/problem+json"

        refuses()
