"""What the processes do that the fault tests kill: whole stages, with connections of their own."""

from __future__ import annotations

from pathlib import Path

from include.acquisition.sources import FolderSource
from include.fingerprints import record_fingerprint
from include.ledger import RetryRule
from include.settings import settings
from include.stages.acquire import acquire_documents
from include.stages.ledger_notes import note_acquired
from include.stages.run_folder import RunFolder
from include.stages.store import store_batch
from include.storage.database import ResultsDatabase
from include.storage.ledger import Ledger
from include.storage.object_store import open_store
from include.storage.source_items import SourceItems

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
