"""Check: what arrived is opened just enough to know what it is; what cannot be processed goes to quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.acquisition.intake import check_document
from include.errors import DocumentError
from include.records import DocumentRecord
from include.reports.redaction import plain
from include.settings import IntakeSettings
from include.stages.acquire import ACQUIRED, quarantined_record
from include.stages.run_folder import DocumentReference, RunFolder

QUARANTINED_AT_INTAKE = "quarantined"

# Airflow refuses to map over more than 1,024 items by default ([core] max_map_length).
MAX_GROUPS = 1000
# Groups small enough that a worker is soon free, large enough that a task's start-up (0.3-0.5 s) is small beside its
# work; see docs/benchmarks.md.
LARGEST_AUTOMATIC_GROUP = 25
TARGET_GROUPS = 16


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """Documents that one mapped task processes.

    Attributes:
        part: Name of the group's list in the run's folder, such as ``group-00003``.
        documents: How many.
        label: What the Airflow UI shows instead of a map index: the first document's name, without anything in it that
            looks like a social security number.
    """

    part: str
    documents: int
    label: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the checks left to process, and how many documents they quarantined."""

    groups: tuple[DocumentGroup, ...]
    quarantined: int


def check_documents(run: RunFolder, limits: IntakeSettings, documents_per_task: int = 0) -> CheckResult:
    """Check every acquired document and form the groups for the mapped tasks.

    Args:
        run: The run; its acquired documents are read, the groups and the quarantined records are written.
        limits: Sizes that a document must keep.
        documents_per_task: Documents in a group; 0 chooses by the number of documents.

    Raises:
        ServiceError: The object store does not answer.
    """
    valid: list[DocumentReference] = []
    quarantined: list[DocumentRecord] = []
    for reference in run.read_references(ACQUIRED):
        try:
            result = check_document(run.store.get_raw(reference.document_id), limits)
        except DocumentError as error:
            quarantined.append(quarantine(run, reference, error))
        else:
            valid.append(replace(reference, file_format=result.file_format, page_count=result.page_count))
    run.write_records(QUARANTINED_AT_INTAKE, quarantined)
    size = group_size(len(valid), documents_per_task)
    groups = tuple(
        _write_group(run, number, valid[start : start + size])
        for number, start in enumerate(range(0, len(valid), size))
    )
    return CheckResult(groups, len(quarantined))


def quarantine(run: RunFolder, reference: DocumentReference, error: DocumentError) -> DocumentRecord:
    """Put a document's bytes aside with the reason, and return its record."""
    run.store.quarantine(reference.document_id, {"name": reference.name, "error": error.code, "message": error.message})
    return quarantined_record(reference, error)


def group_size(documents: int, documents_per_task: int) -> int:
    """Documents in a group.

    Args:
        documents: Documents to divide.
        documents_per_task: Asked for; 0 chooses: single documents while there are few, then groups of up to
            ``LARGEST_AUTOMATIC_GROUP``. Either way there are at most ``MAX_GROUPS`` groups.

    Example:
        >>> group_size(12, 0), group_size(100, 0), group_size(10_000, 0), group_size(10_000, 1)
        (1, 7, 25, 10)
    """
    fewest = -(-documents // MAX_GROUPS)
    wanted = documents_per_task or min(LARGEST_AUTOMATIC_GROUP, -(-documents // TARGET_GROUPS))
    return max(1, fewest, wanted)


def _write_group(run: RunFolder, number: int, documents: Sequence[DocumentReference]) -> DocumentGroup:
    part = f"group-{number:05d}"
    run.write_references(part, documents)
    others = f" and {len(documents) - 1} more" if len(documents) > 1 else ""
    return DocumentGroup(part, len(documents), f"{plain(documents[0].name)}{others}")
