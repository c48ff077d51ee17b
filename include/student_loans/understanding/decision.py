"""Decide between accept and review: a document is accepted only if no evidence speaks against any part of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from student_loans.records import UNKNOWN_TYPE, DocumentType, ExtractedField, Loan, Status, field_catalog
from student_loans.understanding.confidence import ConfidenceModel
from student_loans.understanding.fields.schedule import Schedule
from student_loans.understanding.findings import Findings

MINIMUM_TYPE_CONFIDENCE = 0.8
"""Below it a person looks at the type."""
_CELLS = 6
"""Cells of a complete row of a schedule: number, date, payment, principal, interest and balance."""


def decide(
    findings: Findings, fields: Mapping[str, ExtractedField], model: ConfidenceModel, loans: Sequence[Loan] = ()
) -> tuple[Status, tuple[str, ...]]:
    """The status with the reasons for review, ``field: what is wrong``; no reason holds a value."""
    reasons = faults(findings)
    if findings.understanding.document_type is not UNKNOWN_TYPE:
        for name, field in fields.items():
            accept_above = model.of(findings.evidence[name]).accept_above
            if field.confidence < accept_above:
                reasons.append(f"{name}: confidence {_rounded_down(field.confidence)} is below {accept_above:.4f}")
        reasons += _loan_reasons(findings, loans, model)
    return (Status.REVIEW if reasons else Status.ACCEPTED), tuple(reasons)


def _loan_reasons(findings: Findings, loans: Sequence[Loan], model: ConfidenceModel) -> list[str]:
    """Reasons for loans with a value below the threshold of confidence."""
    doubtful = [
        number
        for number, (loan, evidence) in enumerate(zip(loans, findings.loans, strict=True), start=1)
        if any(field.confidence < model.of(evidence[name]).accept_above for name, field in loan.items())
    ]
    return [f"loans: values of loan {doubtful[0]} are not sure enough"] if doubtful else []


def _rounded_down(confidence: float) -> str:
    """Round down, so that a confidence below a limit is never shown as equal to it."""
    return f"{math.floor(confidence * 10000) / 10000:.4f}"


def faults(findings: Findings) -> list[str]:
    """Reasons for review that no confidence can outweigh."""
    understanding = findings.understanding
    document_type, type_confidence = understanding.document_type, understanding.decision.confidence
    if document_type is UNKNOWN_TYPE:
        return ["document_type: none of the known types", *findings.notices, *understanding.pages]
    reasons = [*findings.notices, *understanding.pages]
    if type_confidence < MINIMUM_TYPE_CONFIDENCE:
        reasons.append(f"document_type: confidence {type_confidence:.2f} is below {MINIMUM_TYPE_CONFIDENCE:.2f}")
    if not understanding.decision.plain:
        reasons.append("document_type: no title names it, and little else tells it")
    # A page of no quality has nothing printed on it: it is blank, not unread.
    reasons += [
        f"page {page.number}: no text was read" for page in findings.texts if not page.words and page.quality_score
    ]
    reasons += [f"{name}: {doubt}" for name, doubt in understanding.doubts.items()]
    reasons += _missing_field_reasons(document_type, {*understanding.fields, *understanding.doubts})
    reasons += [f"{name}: {reason}" for name, reason in understanding.unread.items()]
    reasons += [f"{check.fields[0]}: {check.reason}" for check in findings.checks if not check.passed]
    if understanding.loans.unread:
        reasons.append("loans: the rows of several loans could not be read")
    if field_catalog().types[document_type].has_schedule:
        reasons += _schedule_reasons(understanding.schedule, in_groups=bool(understanding.payment_groups.groups))
    return reasons


def _missing_field_reasons(document_type: DocumentType, found: Collection[str]) -> list[str]:
    """Reasons for fields that are required or expected for the type and were not found."""
    catalog = field_catalog()
    missing = [name for name in catalog.required[document_type] if name not in found]
    groups = catalog.missing_groups(document_type, found)
    named = {name for group in groups for name in group}
    expected = [name for name in catalog.expected_until_known[document_type] if name not in found and name not in named]
    return [
        *(f"{name}: required for this document type, not found" for name in missing),
        *(
            f"{group[0]}: required for this document type, not found, and neither is {' or '.join(group[1:])}"
            for group in groups
        ),
        *(f"{name}: expected for this document type, not found" for name in expected),
    ]


def _schedule_reasons(schedule: Schedule, *, in_groups: bool) -> list[str]:
    reasons = []
    if not schedule.rows and not in_groups:
        reasons.append("schedule: no rows were read")
    if schedule.missing:
        reasons.append(f"schedule: {len(schedule.missing)} rows are missing, the first is {schedule.missing[0]}")
    incomplete = [row.number for row in schedule.rows if len(row.cells()) < _CELLS]
    if incomplete:
        reasons.append(f"schedule: {len(incomplete)} rows are incomplete, the first is {incomplete[0]}")
    return reasons
