"""Check: find the format and the page count of each acquired file; quarantine the files that cannot be processed."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from student_loans.errors import DocumentError
from student_loans.intake.acquire_stage import ACQUIRED, quarantined_record
from student_loans.intake.document_check import check_document
from student_loans.intake.grouping import group_sizes
from student_loans.logs import log_event
from student_loans.privacy import plain
from student_loans.records import DocumentRecord
from student_loans.sandbox.process import IsolatedPool
from student_loans.sandbox.work_clock import WorkClock
from student_loans.settings import Settings
from student_loans.storage.run_folder import DocumentReference, RunFolder

log = logging.getLogger(__name__)
QUARANTINED_AT_INTAKE = "quarantined"

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """Documents that one mapped task processes.

    Attributes:
        part: Name of the group's list in the run's folder, such as ``validate_documents@group-00003``.
        documents: How many.
        label: What the Airflow UI shows instead of a map index: the first document's name, without anything in it that
            looks like a social security number.
    """

    part: str
    documents: int
    label: str


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """The groups of documents to process, and the number of quarantined documents.

    Attributes:
        pages: File format to pages that are to be read.
        core_seconds: CPU seconds of all checks.
    """

    groups: tuple[DocumentGroup, ...]
    quarantined: int
    pages: Mapping[str, int] = field(default_factory=dict)
    core_seconds: float = 0.0


def check_documents(
    run: RunFolder, settings: Settings, documents_per_task: int = 0, *, acquired: Sequence[str] = (ACQUIRED,)
) -> CheckedBatch:
    """Check every acquired document and form the groups for the mapped tasks.

    Args:
        run: The run; its acquired documents are read, the groups and the quarantined records are written.
        settings: Sizes that a document must keep, and limits of the processes that open it.
        documents_per_task: Documents in a group; 0 chooses, see :func:`student_loans.intake.grouping.group_sizes`.
        acquired: Parts that list the documents.

    Raises:
        ServiceError: The object store does not answer, or no process can be started.
    """
    clock = WorkClock()
    references = list({one.document_id: one for part in acquired for one in run.read_references(part)}.values())
    valid: list[DocumentReference] = []
    quarantined: list[DocumentRecord] = []
    with IsolatedPool(settings.isolation) as pool:
        for outcome in pool.map(lambda reference: _check(run, reference, settings, pool), references):
            if isinstance(outcome, DocumentReference):
                valid.append(outcome)
            else:
                quarantined.append(outcome)
    run.write_records(run.own(QUARANTINED_AT_INTAKE), quarantined)
    at_once = settings.operations.reading_tasks or os.cpu_count() or 1
    sizes = group_sizes([reference.page_count or 1 for reference in valid], documents_per_task, at_once)
    remaining = iter(valid)
    groups = tuple(_write_group(run, number, list(islice(remaining, size))) for number, size in enumerate(sizes))
    codes = dict(Counter(record.error for record in quarantined))
    log_event(log, "documents_checked", run_id=run.run_id, passed=len(valid), quarantined=len(quarantined), codes=codes)
    pages: Counter[str] = Counter()
    for reference in valid:
        pages[str(reference.file_format)] += reference.page_count or 1
    return CheckedBatch(groups, len(quarantined), pages, clock.core_seconds)


def _check(
    run: RunFolder, reference: DocumentReference, settings: Settings, pool: IsolatedPool
) -> DocumentReference | DocumentRecord:
    """The document with its format and pages, or the record of a quarantined document."""
    try:
        result = pool.call(
            check_document,
            run.store.get_raw(reference.document_id),
            settings.intake,
            settings.preprocessing.ocr_dpi,
            limit_s=settings.isolation.check_timeout_s,
        )
    except DocumentError as error:
        return quarantine(run, reference, error)
    return replace(reference, file_format=result.file_format, page_count=result.page_count)


def quarantine(run: RunFolder, reference: DocumentReference, error: DocumentError) -> DocumentRecord:
    """Move a document's bytes to quarantine with the reason, and return its record."""
    run.store.quarantine(reference.document_id, {"name": reference.name, "error": error.code, "message": error.message})
    return quarantined_record(reference, error)


def _write_group(run: RunFolder, number: int, documents: Sequence[DocumentReference]) -> DocumentGroup:
    part = run.own(f"group-{number:05d}")
    run.write_references(part, documents)
    return DocumentGroup(part, len(documents), label_of_names([document.name for document in documents]))


def label_of_names(names: Sequence[str]) -> str:
    """The label of some documents: the name of the first, without anything that looks like a social security number.

    Example:
        >>> label_of_names(["a.pdf", "b.pdf"]), label_of_names([])
        ('a.pdf and 1 more', 'no documents')
    """
    if not names:
        return "no documents"
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{label_text(plain(names[0]))}{others}"


def label_text(name: str) -> str:
    r"""Shorten a file name to a label of one line: Airflow keeps at most 250 characters of a label.

    Example:
        >>> label_text("a\nb.pdf"), len(label_text("x" * 300))
        ('a b.pdf', 120)
    """
    line = "".join(character if character.isprintable() else " " for character in name)
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"
