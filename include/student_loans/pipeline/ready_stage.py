"""Whatever can be read, made ready to be read: what is not acquired, checked or prepared yet is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import ACQUIRED, REFUSED, acquire_documents
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, DocumentGroup, check_documents
from student_loans.intake.ledger_notes import note_acquired, note_checked
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import DocumentSource
from student_loans.intake.sources.several import SeveralSources
from student_loans.ledger.store import Ledger
from student_loans.pipeline.extract_stage import ExtractedGroup, extract_group
from student_loans.preparation.groups import Readable
from student_loans.preparation.stage import PreparedGroup, prepare_group
from student_loans.records import Status
from student_loans.results.search import SearchStore
from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.storage.run_parts import known_parts


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """A task that reads.

    Attributes:
        run: The folder of its run, in which it writes parts of its own.
        dag_id: The DAG of the run.
        results: The results database: the row of the run, the files that it saw, the ledger.
        settings: The settings.
    """

    run: RunFolder
    dag_id: str
    results: ResultsDatabase
    settings: Settings

    @property
    def ledger(self) -> Ledger:
        """Where attempts are recorded."""
        return Ledger(self.results.conninfo)


def read_files(reading: ReadingTask, sources: Sequence[DocumentSource]) -> ExtractedGroup:
    """Acquire, check, prepare and read every document of some sources, whether it is known or not.

    Args:
        reading: The task.
        sources: Opened, so that each is allowed.

    Returns:
        The parts with the records, with those of refused and quarantined files, and the counts of all.

    Raises:
        ServiceError: A source, the object store or the database does not answer.
    """
    whole = SeveralSources(sources)
    folder, settings = reading.run, reading.settings
    address = sources[0].uri if len(sources) == 1 else whole.uri
    _start_run(reading, address)
    items = SourceItems(reading.results.conninfo)
    # All of them are to be read: what an earlier run made of the same bytes is found later, in the caches.
    acquired = acquire_documents(whole, folder, reading.results, items, settings, reprocess=True)
    note_acquired(folder, reading.ledger, settings)
    return _merged(ExtractedGroup((folder.own(REFUSED),), _quarantined(acquired.refused), 0), _read_acquired(reading))


def read_documents(reading: ReadingTask, given: Sequence[Readable]) -> ExtractedGroup:
    """Read groups and documents; what is not checked or prepared yet is.

    Args:
        reading: The task.
        given: As :func:`student_loans.preparation.groups.readable` finds it.

    Raises:
        ConfigurationError: ``unknown_part``: the run has no such group; ``unknown_document``.
        ServiceError: The object store or the database does not answer.
    """
    references = [one for one in given if isinstance(one, DocumentReference)]
    parts = [_read_group(reading, one) for one in given if not isinstance(one, DocumentReference)]
    if references:
        reading.results.migrate()
        if reading.results.run(reading.run.run_id) is None:
            _start_run(reading, "documents")
        reading.run.write_references(
            reading.run.own(ACQUIRED), [_known(reading, reference) for reference in references]
        )
        parts.append(_read_acquired(reading))
    return _merged(*parts)


def _read_acquired(reading: ReadingTask) -> ExtractedGroup:
    """Check, prepare and read the documents that the task itself has acquired."""
    run, settings, acquired = reading.run, reading.settings, [reading.run.own(ACQUIRED)]
    checked = check_documents(run, settings, acquired=acquired)
    note_checked(run, reading.ledger, settings, checked.core_seconds, acquired=acquired)
    early = ExtractedGroup((run.own(QUARANTINED_AT_INTAKE),), _quarantined(checked.quarantined), 0)
    return _merged(early, *(_read_group(reading, group) for group in checked.groups))


def _read_group(reading: ReadingTask, group: PreparedGroup | DocumentGroup) -> ExtractedGroup:
    """Prepare a group unless that is done, and read it."""
    quarantined = 0
    if isinstance(group, DocumentGroup):
        with known_parts(reading.run, [group.part]):
            group = prepare_group(reading.run, group, reading.settings, reading.ledger)
        quarantined = group.quarantined
    with known_parts(reading.run, [group.prepared_part]):
        read = extract_group(reading.run, group, reading.settings, reading.ledger)
    return _merged(read, ExtractedGroup((), _quarantined(quarantined), 0))


def _start_run(reading: ReadingTask, address: str) -> None:
    """Make the row of the run, or add the address to those of its other tasks."""
    reading.results.migrate()
    fingerprint = record_fingerprint(reading.settings)
    reading.results.start_run(
        reading.run.run_id, dag_id=reading.dag_id, source_uri=address, settings_fingerprint=fingerprint
    )


def _known(reading: ReadingTask, reference: DocumentReference) -> DocumentReference:
    """A reference with its address and name; of a document without a record the id has to do.

    Raises:
        ConfigurationError: ``unknown_document``: the object store does not have its bytes.
    """
    short = reference.document_id[:12]
    if not reading.run.store.has_raw(reference.document_id):
        raise ConfigurationError(
            ErrorCode.UNKNOWN_DOCUMENT,
            f"The object store has no document {short}…: give the file or its address as `files`, or acquire it first.",
        )
    if reference.source_uri:
        return reference
    row = SearchStore(reading.results.conninfo).document(reference.document_id) or {}
    return replace(reference, source_uri=row.get("source_uri") or f"documents/{short}", name=row.get("name") or short)


def _quarantined(count: int) -> Mapping[str, int]:
    return {Status.QUARANTINED.value: count} if count else {}


def _merged(*read: ExtractedGroup) -> ExtractedGroup:
    statuses: Counter[str] = Counter()
    for one in read:
        statuses.update(one.statuses)
    parts = tuple(part for one in read for part in one.parts)
    return ExtractedGroup(parts, dict(statuses), sum(one.pages for one in read))
