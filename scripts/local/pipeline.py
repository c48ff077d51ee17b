"""Run the pipeline once over a folder and print the result."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.api import AirflowApi, TaskCounts
from scripts.local.components import RUN_COMPONENTS, running_port
from scripts.local.environment import RESULTS_CONNECTION, RESULTS_DATABASE, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.postgres import start_postgres
from scripts.local.progress import StageProgress
from scripts.local.server import start, stop
from student_loans.errors import LoanDocumentError
from student_loans.intake.acquire_stage import find_new_documents
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import DocumentSource, FolderSource, SourceAccess, allow_location, open_source
from student_loans.ledger.model import RetryRule
from student_loans.reports.terminal import render_summary
from student_loans.results.store import ResultsDatabase
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

    A running Airflow is used and keeps running; otherwise one is started for the run and stopped after it.

    Returns:
        Exit status: 0 when the run succeeded (or found nothing new), 1 when it failed, 2 for an unusable source.
    """
    was_running = running_port(local) is not None
    try:
        # The person at this command line may read what they name; the run may be started again from the pages.
        own = [str(local.home), str(local.data), str(local.reports)]
        documents = open_source(source, SourceAccess.of(settings(), own).granting(source))
        allow_location(local.allowed_sources, source)
        if not reprocess and _nothing_new(local, documents, source, console):
            return 0
        api = start(local, lambda what: console.print(f"[dim]{what} …[/dim]", highlight=False), RUN_COMPONENTS)
        if not was_running:
            # This DAG is triggered by the run's records; paused, it does not start when Airflow is up the next time.
            api.set_paused(MONITORING_DAG_ID, True)
        return _run(local, api, source, console, reprocess=reprocess, per_task=per_task)
    except LoanDocumentError as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_UNUSABLE
    except StartFailed as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_FAILED
    finally:
        if not was_running:
            stop(local)


def _nothing_new(local: LocalAirflow, documents: DocumentSource, source: str, console: Console) -> bool:
    """Whether every file of the source has been processed; prints a message if so.

    It does the same checks as ``acquire_documents``, so a second run over the same files needs no Airflow.
    """
    if not isinstance(documents, FolderSource) or RESULTS_CONNECTION in os.environ:
        return False  # other sources are listed once, by the run itself
    conninfo = start_postgres(local).conninfo(RESULTS_DATABASE)
    database = ResultsDatabase(conninfo)
    database.migrate()
    items = SourceItems(conninfo)
    files, new = find_new_documents(documents, database, items, settings().intake, RetryRule.of(settings()))
    if new or not files:
        return False
    console.print(f"[green]Nothing new:[/green] all {files} files of {source} have been processed by earlier runs.")
    console.print("[dim]Run with REPROCESS=1 to process them again.[/dim]")
    return True


def _run(local: LocalAirflow, api: AirflowApi, source: str, console: Console, *, reprocess: bool, per_task: int) -> int:
    api.wait_for_dag(DAG_ID)
    run_id = f"local-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    api.trigger(DAG_ID, {"source": source, "reprocess": reprocess, "documents_per_task": per_task}, run_id=run_id)
    console.print(f"Run [bold]{run_id}[/bold] over {source}   [dim]{api.address}/dags/{DAG_ID}/runs/{run_id}[/dim]")
    _watch(api, run_id, console)
    state = api.run_state(DAG_ID, run_id)
    summary = local.reports / folder_name(run_id) / "summary.json"
    if summary.exists():
        console.print(render_summary(json.loads(summary.read_text()), folder=summary.parent))
    if state != "success":
        console.print(f"[red]The run ended as {state}.[/red] Logs: {local.home / 'logs'}")
        return EXIT_FAILED
    return 0


def _watch(api: AirflowApi, run_id: str, console: Console) -> None:
    ended = False

    def poll() -> dict[str, TaskCounts] | None:
        """Task counts; None once those of the ended run were shown."""
        nonlocal ended
        if ended:
            return None
        ended = api.run_state(DAG_ID, run_id) in ("success", "failed")
        return api.task_counts(DAG_ID, run_id)

    StageProgress(console).watch(poll, lambda: time.sleep(POLL_INTERVAL_S))


def source_argument(value: str) -> str:
    """A folder of the command line as an absolute path, relative to the caller's folder."""
    return value if "://" in value else str(Path(value).absolute())
