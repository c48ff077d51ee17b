"""The content of a run's report: counts, codes, times, names of files and fields. It holds no value read from a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from student_loans.costs.model import Cost
from student_loans.intake.listing import Listing
from student_loans.ledger.model import StageSummary
from student_loans.plain_data import to_plain
from student_loans.runs import RunCounts, RunState

ROWS_KEPT = 200
"""Most rows of a list in a summary; ``records.jsonl`` has them all."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long documents took, in seconds: percentiles 0, 25, 50, 75, 95, 100."""

    documents: int
    least: float
    lower: float
    median: float
    upper: float
    high: float
    most: float


@dataclass(frozen=True, slots=True)
class TypeSummary:
    """The documents of one type.

    Attributes:
        mean_confidence: Mean of the confidences of all their values, in [0, 1]; None when none was read.
        required_found: Required fields found, over all its readable documents.
        required_expected: Required fields that complete documents would print.
        seconds: None when no document of it was timed.
    """

    document_type: str
    documents: int
    accepted: int
    review: int
    quarantined: int
    pages: int
    mean_confidence: float | None
    required_found: int
    required_expected: int
    seconds: Spread | None


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """One field over the readable documents of one type.

    Attributes:
        documents: Documents of the type.
        found: Of those, how many have the field.
        mean_confidence: In [0, 1]; None when no document has it.
    """

    document_type: str
    name: str
    required: bool
    documents: int
    found: int
    mean_confidence: float | None


@dataclass(frozen=True, slots=True)
class SlowReading:
    """One document and its time."""

    name: str
    document_id: str
    document_type: str
    pages: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One document that a person should look at, and why."""

    name: str
    document_id: str
    document_type: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One document that could not be read, and what to do about it."""

    name: str
    document_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AcquisitionSummary:
    """The outcomes of acquisition by files; the four counts add up to all files seen.

    Attributes:
        copied: New documents whose bytes were copied into the object store.
        refused: New documents that could not be read or are too large to copy.
        duplicate: Files with the bytes of another file of the run.
        unchanged: Files that an earlier run has processed.
        errors: Code to refused documents.
        seconds: Wall-clock seconds of the stage.
    """

    files: int
    copied: int
    refused: int
    duplicate: int
    unchanged: int
    errors: Mapping[str, int]
    seconds: float

    @property
    def add_up(self) -> bool:
        """Whether the four counts add up to all files."""
        return self.files == self.copied + self.refused + self.duplicate + self.unchanged

    def to_json(self) -> dict[str, Any]:
        """The counts as plain data."""
        return {**to_plain(self), "add_up": self.add_up}


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """Everything that the reports of a run say, apart from the records themselves.

    Attributes:
        text_sources: Where the words came from (``text_layer``, ``ocr``, ``mixed``) to documents.
        error_codes: Code to quarantined documents.
        stage_seconds: Wall-clock seconds by stage, in order.
        failed_stages: Stages that did not succeed.
        slowest: The ten that took longest, longest first.
        review: Documents to review, at most ``ROWS_KEPT``.
        review_reasons: Reason, without its numbers, to documents; most frequent first.
        failures: Quarantined documents, at most ``ROWS_KEPT``.
        data_version: DVC's hash of the run's data; None when they have no version.
        acquisition: What the acquisition made of the files.
        listing: Entries of the source that are not documents, and why there are no files, if there are none.
        work: What each stage did with the documents, in the order of the pipeline.
        cost: What it spent; None if the cost is not recorded.
    """

    run_id: str
    state: RunState
    source_uri: str
    started_at: datetime
    finished_at: datetime
    settings_fingerprint: str
    counts: RunCounts
    pages: int = 0
    types: tuple[TypeSummary, ...] = ()
    text_sources: Mapping[str, int] = field(default_factory=dict)
    error_codes: Mapping[str, int] = field(default_factory=dict)
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    failed_stages: tuple[str, ...] = ()
    fields: tuple[FieldSummary, ...] = ()
    slowest: tuple[SlowReading, ...] = ()
    review: tuple[ReviewLine, ...] = ()
    review_reasons: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    data_version: str | None = None
    acquisition: AcquisitionSummary | None = None
    listing: Listing = field(default_factory=Listing)
    work: tuple[StageSummary, ...] = ()
    cost: Cost | None = None

    @property
    def seconds(self) -> float:
        """Wall-clock seconds from start to end."""
        return (self.finished_at - self.started_at).total_seconds()

    def to_json(self) -> dict[str, Any]:
        """The summary as plain data: what ``summary.json`` holds."""
        data = to_plain(self)
        data |= {
            "counts": self.counts.to_json() | {"add_up": self.counts.add_up},
            "seconds": self.seconds,
            "acquisition": self.acquisition.to_json() if self.acquisition else None,
            "cost": self.cost.to_json() if self.cost else None,
            "work": [{**to_plain(one), "documents": one.documents} for one in self.work],
        }
        return to_plain(data, digits=4)  # type: ignore[no-any-return]
