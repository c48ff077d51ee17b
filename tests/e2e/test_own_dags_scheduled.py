"""DAGs of another team under a real scheduler: two daily ones of one moment, and every example. Minutes: ``make test-slow``."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from scripts.local.api import AirflowApi
from scripts.local.environment import LocalAirflow
from scripts.local.postgres import start_postgres
from scripts.local.postgres.access import DatabaseAccess
from scripts.local.server import start, stop
from student_loans.intake.sources import allow_location
from tests.airflow_environment import PROJECT_ROOT
from tests.document_factory import make_pdf
from tests.local_home import delete_home
from tests.own_airflow import EXAMPLES

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1200)]

SAMPLES = PROJECT_ROOT / "samples" / "documents"
DAILY = """
from datetime import datetime
from airflow.sdk import DAG
from loan_documents.operators.document_acquire import DocumentAcquireOperator
from loan_documents.operators.expectations import ExpectationsOperator
from loan_documents.reading_tasks import read_documents, store_documents, validate_documents

with DAG("{dag_id}", schedule="@daily", start_date=datetime(2026, 11, 1), catchup=False):
    groups = validate_documents()
    DocumentAcquireOperator(task_id="acquire", source="{source}") >> groups
    read = read_documents.expand(group=groups)
    ExpectationsOperator(task_id="validate", parts=[read], trigger_rule="none_failed") >> store_documents()
"""


class TeamAirflow(LocalAirflow):
    """A local Airflow with DAGs of its own."""

    def variables(self, database: DatabaseAccess, port: int) -> dict[str, str]:
        """The environment of every component."""
        return {**super().variables(database, port), "AIRFLOW__CORE__DAGS_FOLDER": str(self.home / "dags")}


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAirflow]:
    home = Path(tempfile.mkdtemp(prefix="team-"))
    made = TeamAirflow(home, home / "data", home / "reports")
    (home / "dags").mkdir()
    for example in EXAMPLES.glob("example_*.py"):
        shutil.copy(example, home / "dags")
    yield made
    stop(made)
    delete_home(home)


@pytest.fixture(scope="module")
def inbox(local: LocalAirflow, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    allow_location(local.allowed_sources, str(folder))
    for name, amount in (("harbor", "1,000.00"), ("summit", "2,000.00")):
        (folder / name).mkdir()
        (folder / name / "note.pdf").write_bytes(make_pdf([["Promissory note", f"Loan amount ${amount}"]]))
        (local.home / "dags" / f"{name}_daily.py").write_text(
            DAILY.format(dag_id=f"{name}_daily", source=folder / name)
        )
    return folder


@pytest.fixture(scope="module")
def api(local: LocalAirflow, inbox: Path) -> AirflowApi:
    return start(local, print)


def rows(local: LocalAirflow, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(start_postgres(local).conninfo("loan_documents")) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def run(api: AirflowApi, dag_id: str, **conf: Any) -> str:
    """The state in which a run ends."""
    run_id = f"test-{time.monotonic_ns()}"
    api.wait_for_dag(dag_id)
    api.trigger(dag_id, conf, run_id=run_id)
    deadline = time.monotonic() + 400
    while (state := api.run_state(dag_id, run_id)) not in ("success", "failed"):
        assert time.monotonic() < deadline, f"{dag_id} is {state}"
        time.sleep(1)
    return state


def test_two_daily_dags_of_one_moment_keep_their_documents_apart(local: LocalAirflow, api: AirflowApi) -> None:
    ended = "SELECT run_id, dag_id, state, counts FROM loan_documents.runs WHERE state <> 'running' ORDER BY dag_id"
    for dag_id in ("harbor_daily", "summit_daily"):
        api.wait_for_dag(dag_id)
    deadline, found = time.monotonic() + 400, []
    while len(found) < 2:
        assert time.monotonic() < deadline, found
        time.sleep(2)
        with contextlib.suppress(psycopg.errors.UndefinedTable):  # the first run makes the tables
            found = rows(local, ended)
    assert [(dag_id, state) for _, dag_id, state, _ in found] == [
        ("harbor_daily", "success"),
        ("summit_daily", "success"),
    ]
    assert len({run_id.partition(":")[2] for run_id, *_ in found}) == 1, "the two must have one run id of Airflow"
    assert [(counts["files"], counts["unaccounted"]) for *_, counts in found] == [(1, 0), (1, 0)]
    assert rows(local, "SELECT count(*), count(DISTINCT run_id) FROM loan_documents.documents") == [(2, 2)]


def test_examples_that_read_documents(local: LocalAirflow, api: AirflowApi, inbox: Path) -> None:
    for name, samples in (("first", ["sample-03.pdf"]), ("second", ["sample-08.pdf", "sample-03.pdf"])):
        (inbox / name).mkdir()
        for sample in samples:
            shutil.copy(SAMPLES / sample, inbox / name)
    assert run(api, "example_loan_documents", source=str(inbox / "first")) == "success"
    assert run(api, "example_two_sources", sources=[str(inbox / "first"), str(inbox / "second")]) == "success"
    states = rows(
        local, "SELECT state, counts ->> 'unaccounted' FROM loan_documents.runs WHERE dag_id LIKE 'example_%'"
    )
    assert states == [("success", "0")] * 2


def test_examples_that_use_what_is_there(local: LocalAirflow, api: AirflowApi, inbox: Path) -> None:
    stored = rows(local, "SELECT document_id, document_type FROM loan_documents.documents")
    labels = [{"document_id": one, "document_type": kind, "fields": {}} for one, kind in stored]
    (inbox / "labels.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    assert run(api, "example_own_labels", labels=str(inbox / "labels.jsonl")) == "success"
    pd.DataFrame({"loan": ["L-1"], "principal": [5500.0], "rate": [5.5]}).to_parquet(inbox / "loans.parquet")
    assert run(api, "example_own_suite", files=[str(inbox / "loans.parquet")]) == "success"
    (inbox / "extract.csv").write_text("loan,principal\nL-1,5500.00\n")
    assert run(api, "example_own_files", file=str(inbox / "extract.csv")) == "success"
    (inbox / "records.jsonl").write_text("")
    assert run(api, "example_review", source=str(inbox / "second"), records=str(inbox / "records.jsonl")) == "success"
