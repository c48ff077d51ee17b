"""Validate: a suite of expectations over the run's records; documents that fail it are held back, the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from include.records import DocumentRecord, Status
from include.stages.run_folder import RunFolder
from include.validation.expectations import BatchValidation, Severity, validate_records

VALIDATED = "validated"


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
        held_back: Documents that an expectation sent to review.
    """

    suite: str
    documents: int
    expectations: int
    failed_expectations: Mapping[str, int]
    held_back: int
    success: bool


def validate_batch(
    run: RunFolder, parts: Sequence[str], suite: Mapping[str, Any], on_failure: OnFailure
) -> ValidateResult:
    """Validate the records of some parts and write them, with the outcome, as the part ``validated``.

    Args:
        run: The run.
        parts: Names of the parts that hold records.
        suite: As :func:`include.validation.expectations.load_suite` reads it.
        on_failure: What a failed critical expectation does. With ``fail`` nothing is written when one fails.
    """
    records = list(run.read_records(parts))
    validation = validate_records(records, suite)
    held_back = validation.failures if on_failure is OnFailure.QUARANTINE else {}
    if validation.success or on_failure is not OnFailure.FAIL:
        run.write_records(VALIDATED, _held_back(records, held_back))
    return ValidateResult(
        suite=validation.suite,
        documents=validation.documents,
        expectations=len(validation.outcomes),
        failed_expectations=_failed(validation),
        held_back=len(held_back),
        success=validation.success,
    )


def _held_back(records: Iterable[DocumentRecord], failures: Mapping[str, tuple[str, ...]]) -> Iterable[DocumentRecord]:
    for record in records:
        names = failures.get(record.document_id)
        if names is None:
            yield record
        else:
            reasons = tuple(f"expectation {name} failed" for name in names)
            yield replace(record, status=Status.REVIEW, review_reasons=record.review_reasons + reasons)


def _failed(validation: BatchValidation) -> dict[str, int]:
    return {
        outcome.name: outcome.failed
        for outcome in validation.outcomes
        if not outcome.success and outcome.severity is not Severity.INFO
    }
