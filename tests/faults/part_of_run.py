"""``python -m tests.faults.part_of_run PART INBOX STORE CONNINFO REPORTS``: a part of a run, as a process that may be killed.

Parts: ``acquire``, ``read`` (check, prepare, extract, validate), ``store`` (and report).
"""

from __future__ import annotations

import sys
from pathlib import Path

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
from student_loans.reports.stage import report_run
from student_loans.results.store import ResultsDatabase
from student_loans.settings import load_settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import load_suite
from student_loans.validation.stage import OnFailure, validate_batch

RUN = "run-1"


def main(part: str, inbox: str, store: str, conninfo: str, reports: str) -> None:
    settings = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": reports})
    run, database, ledger = RunFolder(open_store(store), RUN), ResultsDatabase(conninfo), Ledger(conninfo)
    if part == "acquire":
        source = FolderSource(Path(inbox))
        database.migrate()
        database.start_run(
            RUN, dag_id="faults", source_uri=source.uri, settings_fingerprint=record_fingerprint(settings)
        )
        acquire_documents(source, run, database, SourceItems(conninfo), settings, retry=RetryRule.of(settings))
        note_acquired(run, ledger, settings)
    elif part == "read":
        checked = check_documents(run, settings, documents_per_task=3)
        note_checked(run, ledger, settings, checked.core_seconds)
        parts = ["refused", "quarantined"]
        for group in checked.groups:
            parts += extract_group(run, prepare_group(run, group, settings, ledger), settings, ledger).parts
        validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE)
    else:
        store_batch(run, database)
        result = report_run(RUN, database, settings, stage_seconds={}, failed_stages=())
        assert result.state == "success", result


if __name__ == "__main__":
    main(*sys.argv[1:])
