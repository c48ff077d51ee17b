"""Prepare: render, clean and score pages, and cache them in the object store by content and settings."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from student_loans.errors import DocumentError
from student_loans.intake.check_stage import DocumentGroup, quarantine
from student_loans.ledger.attempts import Attempts
from student_loans.ledger.store import Ledger
from student_loans.logs import log_event
from student_loans.preparation.feature_parts import FEATURES_PART_ENDING
from student_loans.preparation.page_cache import PageCache
from student_loans.records import DocumentRecord
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import Settings
from student_loans.stages import Stage
from student_loans.storage.run_folder import DocumentReference, RunFolder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedGroup:
    """A group whose pages are ready to be read.

    Attributes:
        part: Name of the group's list in the run's folder.
        documents: How many documents are ready.
        quarantined: How many could not be prepared.
        label: What the Airflow UI shows instead of a map index.
    """

    part: str
    documents: int
    quarantined: int
    label: str

    @property
    def quarantined_part(self) -> str:
        """Part with the records of the documents that could not be prepared."""
        return f"{self.part}-quarantined"

    @property
    def prepared_part(self) -> str:
        """Part that lists the documents that are ready."""
        return f"{self.part}-prepared"


def prepare_group(run: RunFolder, group: DocumentGroup, settings: Settings, ledger: Ledger | None) -> PreparedGroup:
    """Prepare the pages of every document of a group.

    A document whose pages are in the cache, from the same bytes under the same settings, is not prepared again.

    Raises:
        ServiceError: The object store or the ledger does not answer, or no process can be started.
    """
    ready: list[DocumentReference] = []
    quarantined: list[DocumentRecord] = []
    reused: list[str] = []
    attempts = Attempts.of(ledger, run.run_id, Stage.PREPARE, settings)
    cache = PageCache(run.store, settings)
    with attempts.held(), IsolatedProcess(settings.isolation) as process:
        for reference in run.read_references(group.part):
            if cache.has(reference.document_id):
                reused.append(reference.document_id)
                ready.append(reference)
                continue
            try:
                attempts.do(reference.document_id, partial(cache.make, reference, process))
            except DocumentError as error:
                quarantined.append(quarantine(run, reference, error))
            else:
                ready.append(reference)
        attempts.note_reused(reused)
    prepared = PreparedGroup(group.part, len(ready), len(quarantined), group.label)
    run.write_rows(f"{group.part}{FEATURES_PART_ENDING}", (_features(run, reference, cache) for reference in ready))
    run.write_references(prepared.prepared_part, ready)
    run.write_records(prepared.quarantined_part, quarantined)
    log_event(
        log,
        "documents_prepared",
        run_id=run.run_id,
        group=group.part,
        ready=len(ready),
        reused=len(reused),
        quarantined=len(quarantined),
    )
    return prepared


def _features(run: RunFolder, reference: DocumentReference, cache: PageCache) -> dict[str, Any]:
    from student_loans.preparation.features import page_features

    size = run.store.raw_size(reference.document_id)
    return page_features(reference.document_id, size, *cache.about(reference.document_id))
