"""Acquire: copy new bytes of a source into the object store under their SHA-256, and account for every file."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass

from include.acquisition.intake import check_size
from include.acquisition.sources import DocumentSource, SourceDocument
from include.errors import DocumentError
from include.ledger import RetryRule
from include.logs import log_event
from include.records import DocumentRecord, Status
from include.runs import Arrival, Sighting
from include.settings import IntakeSettings
from include.stages.run_folder import DocumentReference, RunFolder
from include.storage.database import ResultsDatabase

log = logging.getLogger(__name__)
ACQUIRED = "acquired"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AcquireResult:
    """Every file of the source, counted once.

    Attributes:
        files: Files seen.
        new: Documents to process.
        unchanged: Files whose bytes an earlier run has processed.
        duplicate: Files with the bytes of another file of this run.
        refused: Files that could not be read, or are too large to copy.
    """

    files: int
    new: int
    unchanged: int
    duplicate: int
    refused: int


@dataclass(frozen=True, slots=True)
class _File:
    reference: DocumentReference
    refusal: DocumentError | None = None


def acquire_documents(
    source: DocumentSource,
    run: RunFolder,
    database: ResultsDatabase,
    limits: IntakeSettings,
    *,
    reprocess: bool = False,
    retry: RetryRule | None = None,
) -> AcquireResult:
    """Acquire what is new in a source.

    Args:
        source: Where the files are; nothing in it is changed.
        run: The run that acquires.
        database: Knows which documents have been processed, and is told of every file seen.
        limits: A file over ``max_bytes`` is refused without a copy.
        reprocess: Process documents again that an earlier run has processed.
        retry: When a document that failed in an earlier run is processed again; None means never.

    Returns:
        The counts, which add up to ``files``.

    Raises:
        ServiceError: The object store or the database does not answer.
    """
    files = list(_read_all(source, run, limits))
    known = (
        set()
        if reprocess
        else database.known_documents(
            {file.reference.document_id for file in files}, except_run=run.run_id, retry=retry
        )
    )
    fresh: dict[str, _File] = {}
    sightings = []
    for file in files:
        arrival = _arrival(file.reference.document_id, fresh, known)
        if arrival is Arrival.NEW:
            fresh[file.reference.document_id] = file
        sightings.append(Sighting(file.reference.source_uri, file.reference.document_id, arrival))
    references = [file.reference for file in fresh.values() if file.refusal is None]
    refused = [quarantined_record(file.reference, file.refusal) for file in fresh.values() if file.refusal]
    run.write_references(ACQUIRED, references)
    run.write_records(REFUSED, refused)
    database.record_sightings(run.run_id, sightings)
    arrived = Counter(sighting.arrival for sighting in sightings)
    result = AcquireResult(
        files=len(files),
        new=len(references),
        unchanged=arrived[Arrival.UNCHANGED],
        duplicate=arrived[Arrival.DUPLICATE],
        refused=len(refused),
    )
    log_event(log, "documents_acquired", run_id=run.run_id, **asdict(result))
    return result


def _arrival(document_id: str, fresh: Container[str], known: Container[str]) -> Arrival:
    if document_id in known:
        return Arrival.UNCHANGED
    return Arrival.DUPLICATE if document_id in fresh else Arrival.NEW


def find_new_documents(
    source: DocumentSource, database: ResultsDatabase, limits: IntakeSettings, retry: RetryRule | None = None
) -> tuple[int, int]:
    """How many files a source holds and how many documents among them no run has processed; nothing is copied.

    Returns:
        Files, and new documents.
    """
    ids = [_read(source, document, limits)[0] for document in source.list_documents()]
    unique = set(ids)
    return len(ids), len(unique - database.known_documents(unique, retry=retry))


def _read_all(source: DocumentSource, run: RunFolder, limits: IntakeSettings) -> Iterator[_File]:
    """Copy each file into the object store and let its bytes go: memory holds one file at a time."""
    for document in source.list_documents():
        document_id, content = _read(source, document, limits)
        reference = DocumentReference(document_id, document.uri, document.name)
        if isinstance(content, DocumentError):
            yield _File(reference, content)
        else:
            run.store.put_raw(content)
            yield _File(reference)


def _read(
    source: DocumentSource, document: SourceDocument, limits: IntakeSettings
) -> tuple[str, bytes | DocumentError]:
    """Id and bytes of a file; a refusal instead of the bytes where they are not to be had.

    A refused file has no bytes to hash: its address and size stand in for them, so that it is one document, once.
    """
    try:
        check_size(document.size, limits)
        content = source.read(document)
    except DocumentError as error:
        return hashlib.sha256(f"{document.uri}\n{document.size}".encode()).hexdigest(), error
    return hashlib.sha256(content).hexdigest(), content


def quarantined_record(reference: DocumentReference, error: DocumentError) -> DocumentRecord:
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
