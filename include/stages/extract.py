"""Extract: prepared pages into document records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from include.records import DocumentRecord
from include.settings import Settings
from include.stages.mitigate import active_policy, mitigate_record
from include.stages.prepare import PreparedGroup
from include.stages.run_folder import DocumentReference, RunFolder


@dataclass(frozen=True, slots=True)
class ExtractedGroup:
    """Counts of one group and the parts of the run's folder that hold its records."""

    parts: tuple[str, ...]
    statuses: Mapping[str, int]
    pages: int


def extract_group(run: RunFolder, group: PreparedGroup, settings: Settings) -> ExtractedGroup:
    """Read every prepared document of a group and write its records.

    Raises:
        ServiceError: The object store does not answer.
        ConfigurationError: ``ocr_not_installed``.
    """
    part = f"{group.part}-records"
    policy = active_policy(run.store)
    records = [
        mitigate_record(_extract_document(run, reference, settings), policy, run.store, settings)
        for reference in run.read_references(group.prepared_part)
    ]
    run.write_records(part, records)
    return ExtractedGroup(
        parts=(group.quarantined_part, part),
        statuses=dict(Counter(record.status.value for record in records)),
        pages=sum(record.page_count or 0 for record in records),
    )


def _extract_document(run: RunFolder, reference: DocumentReference, settings: Settings) -> DocumentRecord:
    from include.extraction.document import extract_prepared
    from include.preprocessing.artifacts import load_pages

    folder = run.store.processed_folder(reference.document_id, settings.fingerprint())
    return extract_prepared(
        document_id=reference.document_id,
        source_uri=reference.source_uri,
        file_format=reference.file_format,
        pages=load_pages(folder),
        settings=settings,
    )
