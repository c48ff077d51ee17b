"""Runs of the main DAG in a separate local Airflow, measured from the trigger to the end."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scripts.benchmarks.inputs import write_born_digital
from scripts.benchmarks.memory import MemoryWatch
from scripts.local.api import AirflowApi
from scripts.local.components import RUN_COMPONENTS
from scripts.local.environment import METADATA_DATABASE, RESULTS_DATABASE, LocalAirflow
from scripts.local.postgres import remove_postgres, start_postgres
from scripts.local.server import start, stop
from student_loans.intake.sources import allow_location

DAG_ID = "document_processing_pipeline"
OTHERS = (
    "data_quality_monitoring", "deliver_alerts", "document_review", "maintain_storage", "bias_detection_pipeline",
)  # fmt: skip
TIMEOUT_S = 3600.0
_PAGE = 100
_POLL_S = 2.0
"""Seconds between requests for the state: each costs the API server as much as a page. The run has its end time."""


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """One task instance, seconds since the run was queued."""

    task_id: str
    map_index: int
    begin: float
    end: float


@dataclass(slots=True)
class RunFigures:
    """One measured run.

    Attributes:
        seconds: From queued to ended.
        spans: Every task instance that ran.
        counts: Files by outcome.
        peak_megabytes: Of all processes together.
        peaks: Of one process, by its kind.
    """

    seconds: float
    spans: list[TaskSpan]
    counts: dict[str, int]
    peak_megabytes: float
    peaks: dict[str, float] = field(default_factory=dict)
    run_id: str = ""


class BenchmarkAirflow:
    """A local Airflow in a separate folder, deleted afterwards."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="bench-"))
        self.local = LocalAirflow(self.home, self.home / "data", self.home / "reports")
        self._api: AirflowApi | None = None
        self._number = 0

    def __enter__(self) -> Self:
        try:
            self._api = start(self.local, lambda what: None, RUN_COMPONENTS)
            self.api.wait_for_dag(DAG_ID)
            for other in OTHERS:  # scheduled or asset-triggered DAGs would be measured too
                self.api.wait_for_dag(other)
                self.api.set_paused(other, True)
            self._warm_up()
        except BaseException:
            stop(self.local)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop(self.local)
        remove_postgres(self.local)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def api(self) -> AirflowApi:
        """Its REST API."""
        if self._api is None:
            raise RuntimeError("The benchmark's Airflow does not run.")
        return self._api

    @property
    def conninfo(self) -> str:
        """Of the results database."""
        return start_postgres(self.local).conninfo(RESULTS_DATABASE)

    def run(self, source: Path, *, per_task: int = 0, fresh: bool = True) -> RunFigures:
        """Run the DAG once over a folder.

        Args:
            source: The documents.
            per_task: Documents a task; 0 chooses.
            fresh: Delete all results first, so that nothing is reused.

        Raises:
            RuntimeError: The run failed.
        """
        if fresh:
            self.forget()
        self._number += 1
        run_id = f"benchmark-{self._number}"
        allow_location(self.local.allowed_sources, str(source))
        with MemoryWatch(self.local) as memory:
            self.api.trigger(DAG_ID, {"source": str(source), "documents_per_task": per_task}, run_id=run_id)
            run = self._wait(run_id)
        begin, end = (datetime.fromisoformat(run[name]) for name in ("queued_at", "end_date"))
        counts = self._counts(run_id)
        if run["state"] != "success":
            raise RuntimeError(f"The run {run_id} ended as {run['state']}: see {self.home / 'logs'}.")
        return RunFigures(
            seconds=(end - begin).total_seconds(),
            spans=self._spans(run_id, begin),
            counts=counts,
            peak_megabytes=memory.peak_megabytes,
            peaks=dict(sorted(memory.peaks.items(), key=lambda item: -item[1])),
            run_id=run_id,
        )

    def _warm_up(self) -> None:
        """Process one document: the first run of a new Airflow takes seconds more, as its API server loads modules."""
        with tempfile.TemporaryDirectory() as folder:
            write_born_digital(Path(folder), 1, "warm-up")
            self.run(Path(folder))

    def xcom_bytes(self, run_id: str) -> tuple[int, int]:
        """Bytes of the largest XCom of a run, and of all of them."""
        import psycopg

        query = "SELECT max(octet_length(value::text)), sum(octet_length(value::text)) FROM xcom WHERE run_id = %s"
        with psycopg.connect(start_postgres(self.local).conninfo(METADATA_DATABASE)) as connection:
            row = connection.execute(query, (run_id,)).fetchone() or (0, 0)
        return int(row[0] or 0), int(row[1] or 0)

    def bytes_kept(self) -> tuple[int, int]:
        """Bytes of the results in the database, with indexes, and of the object store without its data versions."""
        import psycopg

        query = (
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'loan_documents' AND c.relkind = 'r'"
        )
        with psycopg.connect(self.conninfo) as connection:
            row = connection.execute(query).fetchone() or (0,)
        rooms = [self.local.data / room for room in ("raw", "processed", "words", "quarantine", "runs")]
        files = (path for room in rooms for path in room.rglob("*") if path.is_file())
        return int(row[0] or 0), sum(path.stat().st_size for path in files)

    def forget(self) -> None:
        """Delete all results: rows, originals, pages, words, reports; then create the tables as a deployment does."""
        import psycopg

        from student_loans.results.store import ResultsDatabase

        with psycopg.connect(self.conninfo) as connection:
            connection.execute("DROP SCHEMA IF EXISTS loan_documents CASCADE")
        ResultsDatabase(self.conninfo).migrate()
        for folder in (self.local.data, self.local.reports):
            shutil.rmtree(folder, ignore_errors=True)

    def _wait(self, run_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            run: dict[str, Any] = self.api._client.get(f"/api/v2/dags/{DAG_ID}/dagRuns/{run_id}").json()
            if run.get("state") in ("success", "failed"):
                return run
            time.sleep(_POLL_S)
        raise RuntimeError(f"The run {run_id} did not end within {TIMEOUT_S:.0f} s.")

    def _spans(self, run_id: str, begin: datetime) -> list[TaskSpan]:
        path = f"/api/v2/dags/{DAG_ID}/dagRuns/{run_id}/taskInstances"
        spans: list[TaskSpan] = []
        offset, total = 0, 1
        while offset < total:
            page = self.api._client.get(path, params={"limit": _PAGE, "offset": offset}).json()
            spans += [
                TaskSpan(
                    one["task_id"],
                    one["map_index"],
                    *(
                        (datetime.fromisoformat(one[name]) - begin).total_seconds()
                        for name in ("start_date", "end_date")
                    ),
                )
                for one in page["task_instances"]
                if one["start_date"] and one["end_date"]
            ]
            offset, total = offset + _PAGE, page["total_entries"]
        return spans

    def _counts(self, run_id: str) -> dict[str, int]:
        from student_loans.results.store import ResultsDatabase
        from student_loans.runs import run_name

        return dict(ResultsDatabase(self.conninfo).run_counts(run_name(DAG_ID, run_id)).to_json())
