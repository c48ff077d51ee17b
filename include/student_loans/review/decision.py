"""Apply a reviewer's decision to a record, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from student_loans.checks.document_checks import run_checks
from student_loans.errors import ErrorCode, ReviewError
from student_loans.labels.compare import same_value
from student_loans.records import (
    REVIEWER,
    UNKNOWN_TYPE,
    BBox,
    DocumentType,
    ExtractedField,
    FieldKind,
    ScheduleRow,
    Status,
    field_catalog,
)
from student_loans.review.values import normal_form

_WHOLE_PAGE: BBox = (0.0, 0.0, 1.0, 1.0)


class ReviewVerdict(StrEnum):
    """The verdict of a reviewer about a document."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's decision.

    Attributes:
        verdict: Accept every value after the changes, or reject the document.
        version: The version of the record that the reviewer saw.
        changes: Field name to the typed text; None removes the field.
        places: Field name to page (from 1) and box, for values that the reading did not find.
        document_type: The right type; None keeps it.
        note: A comment for later readers of the decision.
        despite_checks: Accept although the values contradict each other, because the page prints them so.
    """

    verdict: ReviewVerdict
    version: str
    changes: Mapping[str, str | None] = field(default_factory=dict)
    places: Mapping[str, tuple[int, BBox]] = field(default_factory=dict)
    document_type: DocumentType | None = None
    note: str = ""
    despite_checks: bool = False


@dataclass(frozen=True, slots=True)
class ReviewedValues:
    """The part of a record that a reviewer can decide."""

    status: Status
    document_type: DocumentType
    fields: Mapping[str, ExtractedField]
    review_reasons: tuple[str, ...] = ()
    schedule: Sequence[ScheduleRow] = ()

    def to_json(self) -> dict[str, Any]:
        """The form stored in ``reviews.before`` and ``reviews.after``."""
        return {
            "status": self.status.value,
            "document_type": self.document_type.value,
            "review_reasons": list(self.review_reasons),
            "fields": {name: value.to_json() for name, value in self.fields.items()},
        }


def apply_decision(before: ReviewedValues, decision: Decision, confidence: float) -> ReviewedValues:
    """The reading after a decision.

    Args:
        before: The reading that the reviewer saw.
        decision: The decision of the reviewer.
        confidence: The confidence of a value that a person has confirmed.

    Raises:
        ReviewError: ``invalid_value`` or ``checks_failed``.
    """
    if decision.verdict is ReviewVerdict.REJECTED:
        return ReviewedValues(Status.QUARANTINED, before.document_type, {})
    document_type = decision.document_type or before.document_type
    fields = _changed(before, decision, document_type, confidence)
    if document_type is UNKNOWN_TYPE:
        raise ReviewError(ErrorCode.INVALID_VALUE, "document_type: choose the type before accepting, or reject.")
    values = {name: value.value for name, value in fields.items()}
    failed = [check for check in run_checks(document_type, values, before.schedule) if not check.passed]
    if failed and not decision.despite_checks:
        reasons = "; ".join(f"{check.fields[0]}: {check.reason}" for check in failed)
        raise ReviewError(ErrorCode.CHECKS_FAILED, f"The values contradict each other: {reasons}.")
    return ReviewedValues(Status.ACCEPTED, document_type, fields, (), before.schedule)


def _changed(
    before: ReviewedValues, decision: Decision, document_type: DocumentType, confidence: float
) -> dict[str, ExtractedField]:
    """Every value that remains after the decision, marked as confirmed."""
    allowed = set(field_catalog().fields_of(document_type))
    # A value of a field that the type does not have is dropped: the reading may be of another type.
    fields = {
        name: _confirmed(value, confidence)
        for name, value in before.fields.items()
        if name in allowed or decision.document_type is None
    }
    for name, typed in decision.changes.items():
        if typed is None:
            fields.pop(name, None)
            continue
        value = normal_form(name, typed)
        if name not in allowed:
            raise ReviewError(ErrorCode.INVALID_VALUE, f"{name}: a {document_type.value} has no such field.")
        fields[name] = _typed(name, value, typed, before.fields.get(name), decision, confidence)
    return fields


def _typed(
    name: str, value: str, typed: str, old: ExtractedField | None, decision: Decision, confidence: float
) -> ExtractedField:
    page, bbox = decision.places.get(name) or ((old.page, old.bbox) if old else (1, _WHOLE_PAGE))
    if old is not None and old.value == value:
        return replace(_confirmed(old, confidence), page=page, bbox=bbox)
    raw = f"***-**-{value}" if field_catalog().kinds[name] is FieldKind.MASKED_IDENTIFIER else " ".join(typed.split())
    return ExtractedField(value, raw, confidence, page, bbox, (REVIEWER,))


def _confirmed(value: ExtractedField, confidence: float) -> ExtractedField:
    checks = value.checked_by if REVIEWER in value.checked_by else (*value.checked_by, REVIEWER)
    return replace(value, confidence=max(value.confidence, confidence), checked_by=checks)


def differing_fields(one: ReviewedValues, other: ReviewedValues) -> list[str]:
    """Names of the fields whose values differ, or that only one of the two has; in alphabetical order."""
    return sorted(
        name
        for name in one.fields.keys() | other.fields.keys()
        if name not in one.fields
        or name not in other.fields
        or not same_value(name, one.fields[name].value, other.fields[name].value)
    )


def agree(one: ReviewedValues, other: ReviewedValues) -> bool:
    """Whether two people reached the same result."""
    return one.status is other.status and one.document_type is other.document_type and not differing_fields(one, other)
