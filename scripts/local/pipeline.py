"""Run the pipeline once over a folder and print the result."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.local.api import AirflowApi, TaskCounts
from scripts.local.components import RUN_COMPONENTS, query_metadata, running_port
from scripts.local.environment import RESULTS_CONNECTION, RESULTS_DATABASE, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.interrupts import Interrupted, deferred
from scripts.local.postgres import start_postgres
from scripts.local.postgres.access import DatabaseAccess
from scripts.local.private_files import locked
from scripts.local.progress import StageProgress, StartProgress
from scripts.local.server import start_lock, wait_for_dag
from scripts.local.state import RUN_MODE, read_state
from scripts.local.tending import Tender
from scripts.local.use import AirflowUse
from student_loans.errors import LoanDocumentError
from student_loans.intake.acquire_stage import find_new_documents
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import DocumentSource, FolderSource, SourceAccess, allow_location, open_source
from student_loans.ledger.model import RetryRule
from student_loans.reports.terminal import render_summary
from student_loans.results.store import ResultsDatabase
from student_loans.runs import run_name
from student_loans.settings import settings
from student_loans.storage.run_folder import folder_name

if TYPE_CHECKING:
    from rich.console import Console

DAG_ID = "document_processing_pipeline"
MONITORING_DAG_ID = "data_quality_monitoring"
POLL_INTERVAL_S = 0.7
EXIT_FAILED = 1
EXIT_UNUSABLE = 2


def run_pipeline(local: LocalAirflow, source: str, console: Console, *, reprocess: bool, per_task: int) -> int:
    """Run the pipeline once.

    A running Airflow is used and keeps running; otherwise one is started for the run and stopped after it, unless another
    command uses it.

    Returns:
        Exit status: 0 when the run succeeded (or found nothing new), 1 when it failed, 2 for an unusable source, 128 and the
        signal's number after a signal.
    """
    conf = {"source": source, "reprocess": reprocess, "documents_per_task": per_task}
    command = RunCommand(local, console, conf)
    try:
        return command.run()
    except LoanDocumentError as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_UNUSABLE
    except StartFailed as error:
        console.print(f"{error}\n{command.what_continues()}", style="red", markup=False)
        return EXIT_FAILED
    except Interrupted as interrupted:
        name = signal.Signals(interrupted.number).name
        console.print(f"Interrupted by {name}. {command.what_continues()}", style="red", markup=False)
        return interrupted.status


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A run of a command ``make run`` that has not ended."""

    run_id: str
    conf: dict[str, Any]


class RunCommand:
    """One ``make run``.

    Args:
        local: The Airflow to use.
        console: Where to write.
        conf: Parameters of the run.
    """

    def __init__(self, local: LocalAirflow, console: Console, conf: dict[str, Any]) -> None:
        self._local = local
        self._console = console
        self._conf = conf
        self._run_id: str | None = None
        self._say = StartProgress(console)
        self._use = AirflowUse(local, self._say)

    def run(self) -> int:
        """Run the pipeline, and end the use of Airflow; returns the exit status."""
        try:
            documents = self._open_source()
            with self._use:
                return self._run(documents)
        except Interrupted:
            self._use.close()  # a signal may have come while it was closing
            raise
        finally:
            self._say.close()

    def what_continues(self) -> str:
        """What happens to the batch after this command has ended early."""
        port = running_port(self._local)
        if self._run_id is None:
            return "No run has begun." if port else "No run has begun; nothing is left running."
        if port is None:
            return (
                f"The run {self._run_id} is not finished, and what it has stored is kept: the next `make run` or `make up`"
                " continues it."
            )
        return (
            f"The run {self._run_id} continues in the Airflow at http://127.0.0.1:{port}; `make run` with the same folder"
            " waits for its end."
        )

    def _open_source(self) -> DocumentSource:
        """The source. The person at this command line may read what they name; the run may be started again from the pages."""
        source = self._conf["source"]
        own = [str(folder) for folder in (self._local.home, self._local.data, self._local.reports)]
        documents = open_source(source, SourceAccess.of(settings(), own).granting(source))
        allow_location(self._local.allowed_sources, source)
        return documents

    def _run(self, documents: DocumentSource) -> int:
        database = self._start_database()
        if not self._conf["reprocess"] and not self._is_unfinished(database) and self._nothing_new(database, documents):
            return 0
        api = self._use.start(RUN_COMPONENTS)
        wait_for_dag(self._local, api, DAG_ID, self._say)
        state = read_state(self._local.state_file)
        if state and state.mode == RUN_MODE:
            # This DAG is triggered by the run's records; paused, it does not start when Airflow is up the next time.
            api.set_paused(MONITORING_DAG_ID, True)
        tender = Tender(self._local, lambda what: self._console.print(what, style="yellow", markup=False))
        api.on_trouble = tender.on_trouble
        return self._process(api, tender, database, documents)

    def _start_database(self) -> DatabaseAccess:
        with start_lock(self._local, self._say):
            self._use.begin()
            with deferred():
                return start_postgres(self._local)

    def _process(self, api: AirflowApi, tender: Tender, database: DatabaseAccess, documents: DocumentSource) -> int:
        """Follow unfinished runs of other commands, then a run of this one, unless one of them has done its work."""
        api.set_paused(DAG_ID, False)
        while True:
            with locked(self._local.home / "trigger.lock"):
                other = next(iter(unfinished_runs(database)), None)
                if other is None:
                    run_id = self._trigger(api, database)
                    break
            self._say.close()
            self._console.print(
                f"The run {other.run_id} over {other.conf.get('source')}, which another command began, is not finished:"
                " it is continued first. To give it up, mark it as failed in the UI.",
                style="dim",
            )
            status = self._follow(api, tender, other.run_id)
            same = other.conf == self._conf
            if same and (status or self._conf["reprocess"] or self._nothing_new(database, documents)):
                return status
        return self._follow(api, tender, run_id)

    def _trigger(self, api: AirflowApi, database: DatabaseAccess) -> str:
        run_id = _new_run_id(database)
        self._run_id = run_id
        api.trigger(DAG_ID, self._conf, run_id=run_id)
        self._say.close()
        address = f"{api.address}/dags/{DAG_ID}/runs/{run_id}"
        self._console.print(f"Run [bold]{run_id}[/bold] over {self._conf['source']}   [dim]{address}[/dim]")
        return run_id

    def _follow(self, api: AirflowApi, tender: Tender, run_id: str) -> int:
        """Show a run until it ends, and its summary; returns the exit status."""
        self._run_id = run_id
        _watch(api, tender, run_id, self._console)
        self._say.close()
        state = api.run_state(DAG_ID, run_id)
        summary = self._local.reports / folder_name(run_name(DAG_ID, run_id)) / "summary.json"
        if summary.exists():
            self._console.print(render_summary(json.loads(summary.read_text()), folder=summary.parent))
        if state != "success":
            self._console.print(f"[red]The run ended as {state}.[/red] Logs: {self._local.home / 'logs'}")
            return EXIT_FAILED
        return 0

    def _is_unfinished(self, database: DatabaseAccess) -> bool:
        return any(run.conf == self._conf for run in unfinished_runs(database))

    def _nothing_new(self, database: DatabaseAccess, documents: DocumentSource) -> bool:
        """Whether every file of the source has been processed; prints a message if so.

        It does the same checks as ``acquire_documents``, so a second run over the same files needs no Airflow.
        """
        source = self._conf["source"]
        if not isinstance(documents, FolderSource) or RESULTS_CONNECTION in os.environ:
            return False  # other sources are listed once, by the run itself
        conninfo = database.conninfo(RESULTS_DATABASE)
        results = ResultsDatabase(conninfo)
        results.migrate()
        rule = RetryRule.of(settings())
        files, new = find_new_documents(documents, results, SourceItems(conninfo), settings().intake, rule)
        if new or not files:
            return False
        self._console.print(
            f"[green]Nothing new:[/green] all {files} files of {source} have been processed by earlier runs."
        )
        self._console.print("[dim]Run with REPROCESS=1 to process them again.[/dim]")
        return True


def unfinished_runs(database: DatabaseAccess) -> list[UnfinishedRun]:
    """Runs of ``make run`` that have not ended, oldest first: of a command that runs, or that was interrupted."""
    rows = query_metadata(
        database,
        "SELECT run_id, conf FROM dag_run WHERE dag_id = %s AND run_id LIKE 'local-%%' AND state IN ('queued', 'running')"
        " ORDER BY id",
        DAG_ID,
    )
    return [UnfinishedRun(run_id, conf or {}) for run_id, conf in rows or ()]


def _new_run_id(database: DatabaseAccess) -> str:
    """A name that no run has; the caller holds the lock of those who trigger."""
    while True:
        run_id = f"local-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        if not query_metadata(database, "SELECT 1 FROM dag_run WHERE run_id = %s", run_id):
            return run_id
        time.sleep(0.1)


def _watch(api: AirflowApi, tender: Tender, run_id: str, console: Console) -> None:
    ended = False

    def poll() -> dict[str, TaskCounts] | None:
        """Task counts; None once those of the ended run were shown."""
        nonlocal ended
        if ended:
            return None
        tender.tend()
        ended = api.run_state(DAG_ID, run_id) in ("success", "failed")
        return api.task_counts(DAG_ID, run_id)

    StageProgress(console).watch(poll, lambda: time.sleep(POLL_INTERVAL_S))


def source_argument(value: str) -> str:
    """A folder of the command line as an absolute path, relative to the caller's folder."""
    return value if "://" in value else str(Path(value).absolute())
