"""Validate: a suite of expectations over the run's records; documents that fail are held back, the others continue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from student_loans.records import DocumentRecord, Status
from student_loans.storage.run_folder import RunFolder
from student_loans.storage.run_parts import records_of_parts
from student_loans.validation.expectations import BatchValidation, Severity, validate_records

VALIDATED = "validated"
HELD_BACK = "held_back"


class OnFailure(StrEnum):
    """What a failed critical expectation does."""

    FAIL = "fail"
    """The task fails: nothing is stored."""
    QUARANTINE = "quarantine"
    """The failing documents go to review with the expectation's name; the others continue."""
    WARN = "warn"
    """It is counted, and the documents keep their status."""


@dataclass(frozen=True, slots=True)
class ValidateResult:
    """Counts for XCom; the names of expectations, no ids and no values.

    Attributes:
        failed_expectations: Name of each failed expectation to the number of documents that fail it.
        severities: Name of each failed expectation to its severity: critical and warning ones are worth an alert.
        held_back: Documents that an expectation sent to review.
        success: Whether no critical expectation failed; None if nothing was checked: there are no rows, and no expectation
            is about their number.
        report_uri: Front page of the Data Docs.
        unchecked: How many expectations were not checked, as there are no rows.
    """

    suite: str
    documents: int
    expectations: int
    failed_expectations: Mapping[str, int]
    held_back: int
    success: bool | None
    severities: Mapping[str, str]
    report_uri: str | None = None
    unchecked: int = 0


def validate_batch(
    run: RunFolder,
    parts: Sequence[str],
    suite: Mapping[str, Any],
    on_failure: OnFailure,
    docs_folder: Path | None = None,
) -> BatchValidation:
    """Validate the records of some parts and write them, with the outcome, as a part of the kind ``validated``.

    Args:
        run: The run.
        parts: Names of the parts, or kinds, that hold records.
        suite: As :func:`student_loans.validation.expectations.load_suite` reads it.
        on_failure: What a failed critical expectation does. With ``fail`` nothing is written when one fails.
        docs_folder: Folder of the Data Docs site; None builds no site.

    Raises:
        ConfigurationError: ``unknown_part``, ``missing_column``, ``invalid_settings``.
        ServiceError: ``store_unavailable``.
    """
    records = list(records_of_parts(run, parts, without=run.own(VALIDATED)))
    validation = validate_records(records, suite, docs_folder)
    if refusal(validation, on_failure) is None:
        held_back = validation.failures if on_failure is OnFailure.QUARANTINE else {}
        run.write_records(run.own(VALIDATED), _held_back(records, held_back))
    return validation


def write_held_back(run: RunFolder, validation: BatchValidation) -> None:
    """Write the rows of a file or table that fail critical expectations, as a part of the kind ``held_back``."""
    rows = ({"id": row, "expectations": names} for row, names in sorted(validation.failures.items()))
    run.store.write_jsonl(run.key(run.own(HELD_BACK)), rows)


def refusal(validation: BatchValidation, on_failure: OnFailure) -> str | None:
    """Why the whole batch cannot continue; None when it can.

    With ``quarantine`` it can, unless a critical expectation failed without naming its rows: then no row can be trusted.
    """
    if validation.success or on_failure is OnFailure.WARN:
        return None
    if on_failure is OnFailure.FAIL:
        failed = ", ".join(f"{name} ({count})" for name, count in failed_expectations(validation).items())
        return f"Critical expectations failed for some documents: {failed}."
    if whole := validation.whole_batch_failures:
        return f"Critical expectations failed for the batch as a whole, no document can be held back alone: {', '.join(whole)}."
    return None


def summarize_validation(
    validation: BatchValidation, on_failure: OnFailure, report_uri: str | None = None
) -> ValidateResult:
    """Summarise a validation for XCom: counts and names."""
    failed = failed_expectations(validation)
    return ValidateResult(
        suite=validation.suite,
        documents=validation.documents,
        expectations=len(validation.outcomes),
        failed_expectations=failed,
        held_back=len(validation.failures) if on_failure is OnFailure.QUARANTINE else 0,
        success=None if validation.checked_nothing else validation.success,
        severities={one.name: one.severity.value for one in validation.outcomes if one.name in failed},
        report_uri=report_uri,
        unchecked=len(validation.unchecked),
    )


def failed_expectations(validation: BatchValidation) -> dict[str, int]:
    """Name of each failed critical or warning expectation to the number of documents that fail it."""
    return {
        outcome.name: outcome.failed
        for outcome in validation.outcomes
        if not outcome.success and outcome.severity is not Severity.INFO
    }


def _held_back(records: Iterable[DocumentRecord], failures: Mapping[str, tuple[str, ...]]) -> Iterable[DocumentRecord]:
    for record in records:
        names = failures.get(record.document_id)
        if names is None:
            yield record
        else:
            reasons = tuple(f"expectation {name} failed" for name in names)
            yield replace(record, status=Status.REVIEW, review_reasons=record.review_reasons + reasons)
