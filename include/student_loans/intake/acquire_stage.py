"""Acquire: copy new bytes of a source into the object store under their SHA-256, and account for every file."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass

from student_loans.errors import DocumentError, LoanDocumentError
from student_loans.intake.incremental import IngestedFile, Ingestor, stand_in_id
from student_loans.intake.listing import Listing
from student_loans.intake.refusals import check_size
from student_loans.intake.source_items import SourceItem, SourceItems
from student_loans.intake.sources import DocumentSource, SourceDocument
from student_loans.ledger.model import RetryRule
from student_loans.logs import log_event
from student_loans.privacy import redact_address, redact_name
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.runs import Arrival, SeenFile, address_key
from student_loans.settings import IntakeSettings, Settings
from student_loans.storage.run_folder import DocumentReference, RunFolder

log = logging.getLogger(__name__)
ACQUIRED = "acquired"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AcquireResult:
    """Every entry of the source, counted once.

    Attributes:
        files: Files seen.
        new: Documents to process.
        unchanged: Files whose bytes an earlier run has processed.
        duplicate: Files with the bytes of another file of this run.
        refused: Files that could not be read, or are too large to copy.
        opened: Files whose bytes were read. The other files have a known version, so they are not read.
        ignored: Entries that are not documents; they are not among ``files``, and the report names them with their reasons.
    """

    files: int
    new: int
    unchanged: int
    duplicate: int
    refused: int
    opened: int = 0
    ignored: int = 0


def acquire_documents(
    source: DocumentSource,
    run: RunFolder,
    database: ResultsDatabase,
    items: SourceItems,
    settings: Settings,
    *,
    reprocess: bool = False,
    retry: RetryRule | None = None,
) -> AcquireResult:
    """Copy the new documents of a source into the object store.

    Args:
        source: Where the files are; nothing in it is changed.
        run: The run that acquires.
        database: The documents that earlier runs processed; every file seen is recorded in it.
        items: The version of each file that earlier runs read.
        settings: Largest file, and how sources are listed.
        reprocess: Process documents again that an earlier run has processed.
        retry: Which failed documents of earlier runs are processed again; None means none.

    Returns:
        The counts, which add up to ``files``.

    Raises:
        ServiceError: The source, the object store or the database does not answer.
    """
    ingestor = Ingestor(source, run.store, settings.intake.max_bytes, run.run_id)
    files = list(ingestor.ingest_all(items, settings.acquisition, whole=reprocess))
    known = (
        set()
        if reprocess
        else database.known_documents({file.document_id for file in files}, except_run=run.run_id, retry=retry)
    )
    result, seen = _account(run, ingestor, files, known)
    database.record_seen_files(run.run_id, seen)
    return result


def acquire_all(source: DocumentSource, run: RunFolder, settings: Settings) -> AcquireResult:
    """Acquire every file of a source, without a database that records what earlier runs processed.

    Raises:
        ServiceError: The source or the object store does not answer.
    """
    ingestor = Ingestor(source, run.store, settings.intake.max_bytes, run.run_id)
    return _account(run, ingestor, list(ingestor.ingest_listed()), frozenset())[0]


def _account(
    run: RunFolder, ingestor: Ingestor, files: Sequence[IngestedFile], known: Container[str]
) -> tuple[AcquireResult, list[SeenFile]]:
    """Write new documents and refusals into the run's folder, and count every file."""
    fresh: dict[str, IngestedFile] = {}
    seen = []
    opened = 0
    for file in files:
        # The store may have lost the bytes of a file that has a known version but no record yet.
        taken = file if file.document_id in known or file.document_id in fresh else ingestor.ingest_again(file)
        opened += taken.opened
        arrival = _arrival(taken.document_id, fresh, known)
        if arrival is Arrival.NEW:
            fresh[taken.document_id] = taken
        seen.append(SeenFile(taken.uri, taken.document_id, arrival, taken.noted_key))
    references = [_reference(file) for file in fresh.values() if file.refusal is None]
    refused = [_refuse(run, file, file.refusal) for file in fresh.values() if file.refusal]
    run.write_references(run.own(ACQUIRED), references)
    run.write_records(run.own(REFUSED), refused)
    Listing.of(ingestor).write(run)
    arrived = Counter(file.arrival for file in seen)
    result = AcquireResult(
        files=len(files),
        new=len(references),
        unchanged=arrived[Arrival.UNCHANGED],
        duplicate=arrived[Arrival.DUPLICATE],
        refused=len(refused),
        opened=opened,
        ignored=len(ingestor.ignored),
    )
    log_event(log, "documents_acquired", run_id=run.run_id, **asdict(result))
    if ingestor.note:
        log_event(log, "source_without_documents", run_id=run.run_id, note=ingestor.note.value)
    return result, seen


def _arrival(document_id: str, fresh: Container[str], known: Container[str]) -> Arrival:
    if document_id in known:
        return Arrival.UNCHANGED
    return Arrival.DUPLICATE if document_id in fresh else Arrival.NEW


def _reference(file: IngestedFile) -> DocumentReference:
    """The reference that later stages use. They find the bytes by the id; name and address are only for display."""
    return DocumentReference(file.document_id, redact_address(file.uri), redact_name(file.name))


def _refuse(run: RunFolder, file: IngestedFile, error: DocumentError) -> DocumentRecord:
    """The record of a file that could not be read. Quarantine holds the reason, but no bytes."""
    reference = _reference(file)
    run.store.write_json(
        f"quarantine/{file.document_id[:2]}/{file.document_id}.json",
        {"document_id": file.document_id, "name": reference.name, "error": error.code, "message": error.message},
    )
    return quarantined_record(reference, error)


def find_new_documents(
    source: DocumentSource,
    database: ResultsDatabase,
    items: SourceItems,
    limits: IntakeSettings,
    retry: RetryRule | None = None,
) -> tuple[int, int]:
    """Count the files of a source, and the documents among them that no run has processed. Nothing is copied.

    Files whose version is known are not opened.

    Returns:
        Files, and new documents.
    """
    held = items.items(source.uri)
    ids = [
        _identify(source, document, held, limits) for document in source.list_documents() if document.ignored is None
    ]
    unique = set(ids)
    return len(ids), len(unique - database.known_documents(unique, retry=retry))


def _identify(
    source: DocumentSource, document: SourceDocument, held: Mapping[str, SourceItem], limits: IntakeSettings
) -> str:
    item = held.get(address_key(document.uri))
    if item and item.document_id and document.version and item.version == document.version:
        return item.document_id
    try:
        if document.refusal:
            raise document.refusal
        check_size(document.size or 0, limits.max_bytes)
        fetched = source.fetch(document, limits.max_bytes)
    except DocumentError:
        fetched = None
    return hashlib.sha256(fetched.content).hexdigest() if fetched else stand_in_id(document)


def quarantined_record(reference: DocumentReference, error: LoanDocumentError) -> DocumentRecord:
    """The record of a document that cannot be processed."""
    return DocumentRecord(
        document_id=reference.document_id,
        source_uri=reference.source_uri,
        status=Status.QUARANTINED,
        file_format=reference.file_format,
        page_count=reference.page_count,
        error=error.code.value,
        message=error.message,
    )
