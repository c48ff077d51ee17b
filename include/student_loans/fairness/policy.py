"""A mitigation as configuration: slices of new documents with another threshold or with a quota of reviews.

The main DAG applies the active policy to every record after extraction. A policy uses only data of the record itself
(:func:`student_loans.fairness.slices.seen_slices`), never a label, and every change is recorded in the record's
``review_reasons``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from student_loans.fairness.observations import document_key, needs_only_confidence
from student_loans.fairness.settings import SliceSettings
from student_loans.fairness.slices import seen_slices
from student_loans.records import DocumentRecord, Status

_KEYS = 2**32


class MitigationKind(StrEnum):
    """What a mitigation does."""

    THRESHOLDS = "thresholds"
    """A confidence threshold a slice, so that error among accepted documents is the same."""
    QUOTAS = "quotas"
    """A share of a slice's accepted documents goes to a person, drawn by document id."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One mitigation.

    Attributes:
        kind: The kind of mitigation.
        dimension: The dimension whose slices it acts on.
        slices: The bins of pages and quality with which it was learned.
        aliases: Compact lender names to slices.
        thresholds: Slice to the least confidence of an accepted document's values; above 1, no document is accepted.
        quotas: Slice to the share of accepted documents that goes to review.
        version: Of the table ``mitigations``; 0 before it is stored there.
    """

    kind: MitigationKind
    dimension: str
    slices: SliceSettings
    aliases: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    quotas: Mapping[str, float] = field(default_factory=dict)
    version: int = 0

    @property
    def acts(self) -> bool:
        """Whether it changes any document."""
        return bool(self.thresholds or self.quotas)

    def slice_of(self, record: DocumentRecord) -> str:
        """The slice of a new document, in the policy's dimension."""
        return seen_slices(record, self.slices, self.aliases)[self.dimension]


def apply_policy(record: DocumentRecord, policy: Policy) -> DocumentRecord:
    """Apply the mitigation to a record; a record of another slice is returned unchanged.

    Args:
        record: Fresh from extraction.
        policy: The active mitigation.
    """
    if record.status is Status.QUARANTINED:
        return record
    level = policy.slice_of(record)
    if level in policy.thresholds:
        record = _decide(record, policy.thresholds[level])
    if level in policy.quotas and drawn(record.document_id, policy.quotas[level]):
        record = _review(record, "document: drawn for review, the review quota of its slice")
    return record


def drawn(document_id: str, share: float) -> bool:
    """Whether the document is drawn for review; the result is always the same for the same document.

    Example:
        >>> drawn("00000000" + "0" * 56, 0.01), drawn("ffffffff" + "0" * 56, 0.99)
        (True, False)
    """
    return document_key(document_id) < share * _KEYS


def _decide(record: DocumentRecord, threshold: float) -> DocumentRecord:
    """Decide by the slice's threshold, if only confidence matters for the decision."""
    if not needs_only_confidence(record):
        return record
    below = [name for name, value in record.fields.items() if value.confidence < threshold]
    if not below and record.fields and threshold <= 1:
        return replace(record, status=Status.ACCEPTED, review_reasons=())
    reason = f"document: no confidence is enough in its slice ({len(below)} fields)"
    if threshold <= 1:
        reason = f"{below[0]}: confidence is below the threshold {threshold:.4f} of its slice" if below else reason
    return record if record.status is Status.REVIEW else _review(record, reason)


def _review(record: DocumentRecord, reason: str) -> DocumentRecord:
    if record.status is not Status.ACCEPTED:
        return record
    return replace(record, status=Status.REVIEW, review_reasons=(*record.review_reasons, reason))
