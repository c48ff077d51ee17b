"""What a suite says about a batch as a whole."""

from __future__ import annotations

import pytest

from student_loans.severity import Severity
from student_loans.validation.outcomes import BatchValidation, ExpectationOutcome


def batch(*outcomes: tuple[Severity, bool, int], too_many: tuple[str, ...] = ()) -> BatchValidation:
    named = (
        ExpectationOutcome(f"e{n}", severity, success, 10, failed)
        for n, (severity, success, failed) in enumerate(outcomes)
    )
    return BatchValidation("suite", 10, tuple(named), too_many=too_many)


@pytest.mark.parametrize(
    ("severity", "success"), [(Severity.CRITICAL, False), (Severity.WARNING, True), (Severity.INFO, True)]
)
def test_only_a_critical_expectation_fails_a_batch(severity: Severity, success: bool) -> None:
    assert batch((severity, False, 1)).success is success
    assert batch((severity, True, 0)).success


def test_a_batch_without_expectations_succeeds() -> None:
    assert batch().success
    assert batch().whole_batch_failures == ()


def test_a_failure_that_names_no_row_is_one_of_the_whole_batch() -> None:
    assert batch((Severity.CRITICAL, False, 0), (Severity.CRITICAL, False, 2)).whole_batch_failures == ("e0",)


def test_a_failure_that_names_not_every_row_is_one_of_the_whole_batch() -> None:
    assert batch((Severity.CRITICAL, False, 99_999), too_many=("e0",)).whole_batch_failures == ("e0",)


def test_what_is_not_critical_or_did_not_fail_holds_back_no_batch() -> None:
    validation = batch((Severity.WARNING, False, 0), (Severity.CRITICAL, True, 0), too_many=("e0", "e1"))
    assert validation.whole_batch_failures == ()
