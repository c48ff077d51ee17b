"""Record the results of acquiring and checking in the ledger, for the whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence

from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import ACQUIRED, REFUSED
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE
from student_loans.ledger.store import Ledger
from student_loans.results.record_cache import RecordCache
from student_loans.settings import Settings
from student_loans.stages import Stage
from student_loans.storage.run_folder import RunFolder


def note_acquired(run: RunFolder, ledger: Ledger, settings: Settings, *, reprocess: bool = False) -> None:
    """Record in the ledger which documents were copied and which were refused.

    Args:
        run: A run that has acquired.
        ledger: Where attempts are recorded.
        settings: The settings of the run.
        reprocess: A person asked to process known documents again: their checkpoints are dropped, and their
            attempts are counted from the start.

    Raises:
        ServiceError: The object store or the ledger does not answer.
    """
    fingerprint = record_fingerprint(settings)
    acquired = [reference.document_id for reference in run.read_references(run.own(ACQUIRED))]
    refused = [(record.document_id, record.error) for record in run.read_records([run.own(REFUSED)])]
    if reprocess:
        records = RecordCache(run.store, fingerprint)
        for document_id in acquired:
            records.remove(document_id)
        ledger.forget_attempts(acquired, fingerprint)
    ledger.note(run.run_id, Stage.ACQUIRE, fingerprint, [(one, None) for one in acquired] + refused)


def note_checked(
    run: RunFolder,
    ledger: Ledger,
    settings: Settings,
    core_seconds: float = 0.0,
    *,
    acquired: Sequence[str] = (ACQUIRED,),
) -> None:
    """Record in the ledger which documents passed the intake checks and which are in quarantine.

    Args:
        run: A run that has checked.
        ledger: Where attempts are recorded.
        settings: The settings of the run.
        core_seconds: CPU seconds of all its checks; documents share them equally.
        acquired: Parts that list the checked documents.

    Raises:
        ServiceError: The object store or the ledger does not answer.
    """
    failed = {record.document_id: record.error for record in run.read_records([run.own(QUARANTINED_AT_INTAKE)])}
    checked = {reference.document_id: None for part in acquired for reference in run.read_references(part)}
    outcomes = [(document_id, failed.get(document_id)) for document_id in checked]
    each = core_seconds / len(outcomes) if outcomes else 0.0
    ledger.note(run.run_id, Stage.CHECK, record_fingerprint(settings), outcomes, core_seconds=each)
