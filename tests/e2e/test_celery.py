"""More than one machine: the main DAG, unchanged, on CeleryExecutor; one of two workers dies in the middle. `make test-celery`.

Nothing is shared but S3 and PostgreSQL, and the broker between them.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from student_loans.records import DocumentRecord
from student_loans.results.store import ResultsDatabase
from student_loans.runs import run_name
from student_loans.settings import load_settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from tests.e2e.celery_cluster import SLOTS, Cluster
from tests.faults.mixed_files import write_mixed_files
from tests.faults.stages import Retries, run_stages

DAG_ID = "document_processing_pipeline"
RUN_ID = "celery-1"
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"
MIXED = 40

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif("CELERY" not in os.environ, reason="minutes long: make test-celery"),
]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, scans among them, and mixed files."""
    folder = tmp_path_factory.mktemp("inbox")
    write_mixed_files(folder, MIXED, "celery")
    for path in SAMPLES.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for path in list(folder.iterdir()):
        # An S3 key may be any text; names that a folder allows and S3 clients garble are tested elsewhere.
        path.rename(folder / "".join(c if c.isalnum() or c in ".-_ " else "_" for c in path.name))
    return folder


@pytest.fixture(autouse=True, scope="module")
def _quiet_s3() -> None:
    """One line a request would bury everything else."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


@pytest.fixture(scope="module")
def cluster(inbox: Path) -> Iterator[Cluster]:
    with Cluster() as cluster:
        for path in inbox.iterdir():
            cluster.client().upload_file(str(path), cluster.bucket, f"inbox/{path.name}")
        yield cluster


def wait(cluster: Cluster, seconds: float = 900) -> str:
    deadline = time.monotonic() + seconds
    while (state := cluster.api.run_state(DAG_ID, RUN_ID)) not in ("success", "failed"):
        assert time.monotonic() < deadline, Counter(
            (i["task_id"], i["state"]) for i in cluster.instances(DAG_ID, RUN_ID)
        )
        time.sleep(0.5)
    return state


def without_times(records: Any) -> dict[str, DocumentRecord]:
    """Records by id, without where they lay and what they took."""
    return {one.document_id: replace(one, timings={}, source_uri="") for one in records}


def test_a_worker_dies_in_the_middle_and_the_run_ends_complete(
    cluster: Cluster, inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workers = {name: cluster.add_worker(name) for name in ("north", "south")}
    cluster.wait_for_workers(2)
    for name, worker in workers.items():
        logs = (path.read_text(errors="replace") for path in worker.home.glob("*.log"))
        assert any("Preloaded" in log for log in logs), f"{name} forks tasks without the libraries"
    cluster.api.wait_for_dag(DAG_ID)
    cluster.api.set_paused("data_quality_monitoring", True)  # no worker here serves its queue
    cluster.api.set_pool("ocr", 2 * SLOTS, "One slot a process of the workers")
    conf = {"source": f"s3://{cluster.bucket}/inbox/", "source_conn_id": "inbox", "documents_per_task": 2}
    started = time.monotonic()
    cluster.api.trigger(DAG_ID, conf, run_id=RUN_ID)

    # Both must have read something, and one be at it, when it goes.
    deadline = time.monotonic() + 400
    while not all(len(one.ran("extract_data")) >= 2 for one in workers.values()):
        assert cluster.api.run_state(DAG_ID, RUN_ID) in ("queued", "running")
        assert time.monotonic() < deadline, "the workers did not share the work"
        time.sleep(0.1)
    killed = workers["north"].kill()
    died = time.monotonic()
    at_death = len(workers["north"].ran("extract_data"))
    assert killed >= 1 + SLOTS  # the worker, and a process a slot
    assert cluster.api.run_state(DAG_ID, RUN_ID) == "running", "the run was over before the worker died"

    state = wait(cluster)
    ended = time.monotonic()
    with capsys.disabled():
        told = f"worker killed after {died - started:.0f} s with {killed} processes; run {state} {ended - died:.0f} s later"
        print(f"\n{told}")
    assert state == "success"
    assert workers["north"].processes() == []
    assert len(workers["north"].ran("extract_data")) == at_death
    instances = list(cluster.instances(DAG_ID, RUN_ID))
    assert {one["state"] for one in instances} == {"success"}
    assert any(one["try_number"] > 1 for one in instances), "the death hit no task"

    database = ResultsDatabase(cluster.conninfo("loan_documents"))
    counts = database.run_counts(run_name(DAG_ID, RUN_ID))
    assert (counts.files, counts.unaccounted) == (len(list(inbox.iterdir())), 0)
    assert counts.add_up
    assert without_times(database.records_of_run(run_name(DAG_ID, RUN_ID))) == undisturbed(cluster, inbox, tmp_path)


def undisturbed(cluster: Cluster, inbox: Path, folder: Path) -> dict[str, DocumentRecord]:
    """The records of the same stages in one process, in a database of their own, over a folder."""
    import psycopg

    with psycopg.connect(cluster.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE undisturbed")
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(folder / "reports")})
    run = RunFolder(open_store(str(folder / "store")), "undisturbed")
    conninfo = cluster.conninfo("undisturbed")
    assert run_stages(Retries(), inbox, run, conninfo, settings).state == "success"
    return without_times(ResultsDatabase(conninfo).records_of_run("undisturbed"))


def test_everything_of_the_run_is_in_the_shared_services(cluster: Cluster) -> None:
    keys = cluster.keys("")
    assert not [key for key in keys if key.endswith(".part")], "part of an object was left"
    reports = {key.removeprefix(f"reports/{RUN_ID}/") for key in keys if key.startswith(f"reports/{RUN_ID}/")}
    assert {"records.jsonl", "summary.json", "report.html"} <= reports
    summary = json.loads(
        cluster.client().get_object(Bucket=cluster.bucket, Key=f"reports/{RUN_ID}/summary.json")["Body"].read()
    )
    assert summary["counts"]["add_up"]
    versions = [key for key in keys if key.startswith("versions/")]
    assert any(summary["data_version"].removesuffix(".dir") in key.replace("/", "") for key in versions)


def test_a_worker_leaves_nothing_of_the_documents_on_its_disk(cluster: Cluster) -> None:
    """Logs aside, and the cache of data versions: a worker may be thrown away at any time."""
    for name in ("north", "south"):
        home = cluster.machines[name].home
        kept = {path.relative_to(home).parts[0] for path in home.rglob("*.pdf")}
        assert kept == set(), name
