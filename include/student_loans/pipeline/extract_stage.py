"""Extract: prepared pages into document records."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from student_loans.errors import DocumentError, ServiceError
from student_loans.fairness.mitigation.active import active_policy
from student_loans.fairness.policy import apply_policy
from student_loans.intake.check_stage import quarantine
from student_loans.ledger.attempts import Attempts
from student_loans.ledger.store import Ledger
from student_loans.logs import log_event
from student_loans.preparation.page_cache import PageCache
from student_loans.preparation.stage import PreparedGroup
from student_loans.records import DocumentRecord
from student_loans.results.record_cache import RecordCache
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import Settings
from student_loans.stages import Stage
from student_loans.storage.run_folder import DocumentReference, RunFolder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExtractedGroup:
    """Counts of one group and the parts of the run's folder that hold its records."""

    parts: tuple[str, ...]
    statuses: Mapping[str, int]
    pages: int


def extract_group(run: RunFolder, group: PreparedGroup, settings: Settings, ledger: Ledger | None) -> ExtractedGroup:
    """Read every prepared document of a group and write its records.

    A document that has been read already, from the same bytes under the same settings and code, costs nothing: a task
    that is retried, cleared or delivered twice gives the same records.

    Raises:
        ServiceError: The object store or the ledger does not answer.
        ConfigurationError: ``ocr_not_installed``.
    """
    part = f"{group.part}-records"
    attempts = Attempts.of(ledger, run.run_id, Stage.EXTRACT, settings)
    cache = RecordCache(run.store, attempts.fingerprint)
    policy = active_policy(run.store)
    records: list[DocumentRecord] = []
    reused: list[str] = []
    with attempts.held(), IsolatedProcess(settings.isolation) as sandbox:
        for reference in run.read_references(group.prepared_part):
            known = cache.find(reference.document_id, reference.source_uri)
            if known is not None:
                reused.append(reference.document_id)
            record = known or _attempt(run, reference, settings, attempts, cache, sandbox)
            # The cached record does not include the active mitigation, because that may be rolled back.
            records.append(apply_policy(record, policy) if policy else record)
        attempts.note_reused(reused)
    run.write_records(part, records)
    result = ExtractedGroup(
        parts=(group.quarantined_part, part),
        statuses=dict(Counter(record.status.value for record in records)),
        pages=sum(record.page_count or 0 for record in records),
    )
    log_event(
        log,
        "documents_extracted",
        run_id=run.run_id,
        group=group.part,
        pages=result.pages,
        reused=len(reused),
        **result.statuses,
    )
    return result


def _attempt(
    run: RunFolder,
    reference: DocumentReference,
    settings: Settings,
    attempts: Attempts,
    cache: RecordCache,
    sandbox: IsolatedProcess,
) -> DocumentRecord:
    def work() -> DocumentRecord:
        record = _extract_document(run, reference, settings, sandbox)
        cache.keep(record)
        return record

    try:
        return attempts.do(reference.document_id, work)
    except DocumentError as error:
        return quarantine(run, reference, error)


def _extract_document(
    run: RunFolder, reference: DocumentReference, settings: Settings, sandbox: IsolatedProcess
) -> DocumentRecord:
    """Read a document's pages; pages that were damaged since they were prepared are prepared again, once."""
    pages = PageCache(run.store, settings)
    try:
        return _read_pages(run, reference, settings, pages)
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, ServiceError):
        if pages.has(reference.document_id):
            raise
    pages.make(reference, sandbox)
    return _read_pages(run, reference, settings, pages)


def _read_pages(run: RunFolder, reference: DocumentReference, settings: Settings, pages: PageCache) -> DocumentRecord:
    from student_loans.pages.word_cache import WordCache
    from student_loans.understanding.document import extract_prepared

    return extract_prepared(
        document_id=reference.document_id,
        source_uri=reference.source_uri,
        file_format=reference.file_format,
        pages=pages.pages(reference.document_id),
        settings=settings,
        words=WordCache(run.store.word_folder()),
    )
