"""The database or S3 goes away during a run: the stages are retried as Airflow would, and the run ends green.

The long form (``make test-faults``) does it to a real Airflow for 30 seconds each.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from student_loans.ledger.model import WorkState
from student_loans.ledger.store import Ledger
from student_loans.results.store import ResultsDatabase
from student_loans.settings import load_settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.document_factory import make_pdf
from tests.faults.services import S3, Postgres, Service
from tests.faults.stages import Retries, run_stages

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

OUTAGE_S = 3.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres(Path(tempfile.mkdtemp(prefix="pg-")))
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    server = S3()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for number in range(8):
        lines = ["Payoff letter", "Lender: Harbor Lane Credit Union", f"Payoff amount: $18,250.{number:02d}"]
        (folder / f"{number}.pdf").write_bytes(make_pdf([lines]))
    (folder / "empty.pdf").write_bytes(b"")
    return folder


def outage(service: Service, begin: Callable[[], bool], seconds: float) -> threading.Thread:
    """Stop a service as soon as ``begin`` says so, and start it again after so many seconds."""

    def work() -> None:
        while not begin():
            time.sleep(0.02)
        service.stop()
        try:
            time.sleep(seconds)
        finally:
            service.start()

    thread = threading.Thread(target=work, name="outage")
    thread.start()
    return thread


@pytest.mark.parametrize("broken", ["database", "object store"])
def test_stages_outlast_an_outage_and_count_no_attempt_for_it(
    broken: str, postgres: Postgres, s3: S3, inbox: Path, tmp_path: Path
) -> None:
    name = broken.replace(" ", "_")
    conninfo = postgres.create_database(name)
    s3.create_bucket(name.replace("_", "-"))
    run = RunFolder(open_store(f"s3://{name.replace('_', '-')}/loans", s3.options), "run-1")
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})
    retries = Retries()
    service = postgres if broken == "database" else s3
    outages: list[threading.Timer] = []
    started = time.monotonic()

    def before(stage: str) -> None:
        """Away when the second group is to be prepared, and again when the batch is to be stored."""
        if stage in ("prepare 2", "store"):
            for one in outages:
                one.join()
            service.stop()
            outages.append(threading.Timer(OUTAGE_S, service.start))
            outages[-1].start()

    try:
        result = run_stages(retries, inbox, run, conninfo, settings, before)
    finally:
        for one in outages:
            one.join()
    # Both outages were waited out: by retries of the stages, or, for the store, by those of its client.
    assert time.monotonic() - started >= 2 * OUTAGE_S
    if broken == "database":
        assert len(retries.errors) >= 2
    assert set(retries.errors) <= {"database_unavailable" if broken == "database" else "store_unavailable"}
    assert result.state == "success"
    assert (result.counts["files"], result.counts["unaccounted"], result.counts["quarantined"]) == (9, 0, 1)
    ids = [record.document_id for record in ResultsDatabase(conninfo).records_of_run("run-1")]
    entries = Ledger(conninfo).entries(ids)
    assert {entry.attempts for entry in entries} == {1}
    assert WorkState.RUNNING not in {entry.state for entry in entries}


@pytest.mark.airflow
@pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults")
@pytest.mark.parametrize("broken", ["database", "object store"])
def test_a_run_of_airflow_ends_green_after_half_a_minute_without(
    broken: str, postgres: Postgres, s3: S3, inbox: Path
) -> None:
    from tests.faults.airflow_run import AirflowRun

    name = "long_" + broken.replace(" ", "_")
    postgres.create_database(name)
    s3.create_bucket(name.replace("_", "-"))
    with AirflowRun(postgres, name, s3, f"s3://{name.replace('_', '-')}/loans") as airflow:
        airflow.trigger("document_processing_pipeline", {"source": str(inbox), "documents_per_task": 2})
        thread = outage(postgres if broken == "database" else s3, airflow.is_reading, 30.0)
        state = airflow.wait()
        thread.join()
        assert airflow.retried(), "the outage hit no task"
        assert state == "success"
    counts = ResultsDatabase(postgres.conninfo(name)).run_counts(airflow.name)
    assert (counts.files, counts.unaccounted, counts.quarantined) == (9, 0, 1)
