"""The stages of the main job, one after the other, retried as the project's retry policy decides."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from loan_documents.retry import RETRY_POLICY
from student_loans.errors import ServiceError
from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import acquire_documents
from student_loans.intake.check_stage import check_documents
from student_loans.intake.ledger_notes import note_acquired, note_checked
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import FolderSource
from student_loans.ledger.model import RetryRule
from student_loans.ledger.store import Ledger
from student_loans.pipeline.extract_stage import extract_group
from student_loans.pipeline.store_stage import store_batch
from student_loans.preparation.stage import prepare_group
from student_loans.reports.stage import ReportResult, report_run
from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import load_suite
from student_loans.validation.stage import OnFailure, validate_batch

RETRY_EVERY_S = 0.5
T = TypeVar("T")


class Retries:
    """Runs stages one after the other; each again while the class of its error says so, as Airflow's policy decides."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def do(self, stage: Callable[[], T]) -> T:
        deadline = time.monotonic() + 120
        while True:
            try:
                return stage()
            except ServiceError as error:
                decision = RETRY_POLICY.evaluate(error, try_number=1, max_tries=4)
                assert decision.action.value == "retry"
                assert time.monotonic() < deadline, self.errors
                self.errors.append(error.code.value)
                time.sleep(RETRY_EVERY_S)


def run_stages(
    retries: Retries,
    inbox: Path,
    run: RunFolder,
    conninfo: str,
    settings: Settings,
    before: Callable[[str], None] = lambda stage: None,
) -> ReportResult:
    """What the DAG does, task by task; ``before`` is told of the stages ``prepare 1``, ``prepare 2``… and ``store``."""
    database, ledger = ResultsDatabase(conninfo), Ledger(conninfo)
    source = FolderSource(inbox)

    def acquire() -> None:
        database.migrate()
        fingerprint = record_fingerprint(settings)
        database.start_run(run.run_id, dag_id="test", source_uri=source.uri, settings_fingerprint=fingerprint)
        acquire_documents(source, run, database, SourceItems(database.conninfo), settings, retry=RetryRule.of(settings))
        note_acquired(run, ledger, settings)

    def check() -> list[Any]:
        groups = check_documents(run, settings, documents_per_task=5).groups
        note_checked(run, ledger, settings)
        return list(groups)

    retries.do(acquire)
    parts = ["refused", "quarantined"]
    for number, group in enumerate(retries.do(check), 1):
        before(f"prepare {number}")
        prepared = retries.do(lambda group=group: prepare_group(run, group, settings, ledger))  # type: ignore[misc]
        parts += retries.do(lambda one=prepared: extract_group(run, one, settings, ledger)).parts  # type: ignore[misc]
    retries.do(lambda: validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE))
    before("store")
    retries.do(lambda: store_batch(run, database))
    return retries.do(lambda: report_run(run.run_id, database, settings, stage_seconds={}, failed_stages=()))
