"""What the processes do that the fault tests kill: whole stages, with connections of their own."""

from __future__ import annotations

from pathlib import Path

from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import acquire_documents
from student_loans.intake.ledger_notes import note_acquired
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import FolderSource
from student_loans.ledger.model import RetryRule
from student_loans.ledger.store import Ledger
from student_loans.pipeline.store_stage import store_batch
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder

RUN = "run-1"


def acquire(conninfo: str, store: str, inbox: str) -> None:
    """What the task ``acquire_documents`` does."""
    database = ResultsDatabase(conninfo)
    database.migrate()
    source = FolderSource(Path(inbox))
    fingerprint = record_fingerprint(settings())
    database.start_run(RUN, dag_id="faults", source_uri=source.uri, settings_fingerprint=fingerprint)
    run = RunFolder(open_store(store), RUN)
    acquire_documents(source, run, database, SourceItems(database.conninfo), settings(), retry=RetryRule.of(settings()))
    note_acquired(run, Ledger(conninfo), settings())


def store(conninfo: str, store: str, _inbox: str) -> None:
    """What the task ``store_results`` does."""
    store_batch(RunFolder(open_store(store), RUN), ResultsDatabase(conninfo))
