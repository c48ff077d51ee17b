"""Fields that a type, or a lender's documents of a type, lost: reported once, and only when chance does not explain it."""

from __future__ import annotations

import pytest
from scipy.stats import binom

from student_loans.anomalies.anomaly import AnomalyCode
from student_loans.anomalies.missing import find_missing_values
from student_loans.anomalies.settings import MissingSettings
from student_loans.records import DocumentType
from student_loans.severity import Severity
from tests.feature_factory import alike, frame_of

SETTINGS = MissingSettings(level=1e-4, min_documents=6, min_increase=0.25)
HISTORY = frame_of(alike(100, first=1000), alike(100, first=2000, lender="Oakline Bank"))


def test_a_field_that_every_document_lost_is_told_once_for_the_type() -> None:
    (found,) = find_missing_values(frame_of(alike(10, without=["apr"])), HISTORY, SETTINGS)
    assert (found.code, found.field, found.severity) == (AnomalyCode.MISSING_VALUES, "apr", Severity.CRITICAL)
    assert (found.document_type, found.lender, found.document_id) == ("loan_disclosure", None, None)
    assert found.message == "apr is missing in 10 of 10 documents, usually in 0.2%"


def test_the_usual_share_is_smoothed_by_half_a_document_and_the_test_is_binomial() -> None:
    batch = frame_of(alike(4, without=["apr"]), alike(6, first=50))
    (found,) = find_missing_values(batch, HISTORY, SETTINGS)
    usual = 0.5 / 201
    assert found.evidence["usual_share"] == pytest.approx(usual)
    assert found.evidence["probability"] == pytest.approx(1 - binom.cdf(3, 10, usual))
    assert (found.evidence["missing"], found.evidence["documents"]) == (4, 10)


def test_up_to_half_of_the_documents_is_a_warning_and_more_is_critical() -> None:
    half = frame_of(alike(5, without=["apr"]), alike(5, first=50))
    more = frame_of(alike(6, without=["apr"]), alike(5, first=50))
    assert [one.severity for one in find_missing_values(half, HISTORY, SETTINGS)] == [Severity.WARNING]
    assert [one.severity for one in find_missing_values(more, HISTORY, SETTINGS)] == [Severity.CRITICAL]


@pytest.mark.parametrize(("documents", "found"), [(5, 0), (6, 1)])
def test_a_group_needs_the_least_number_of_documents(documents: int, found: int) -> None:
    batch = frame_of(alike(documents, without=["apr"]))
    assert len(list(find_missing_values(batch, HISTORY, SETTINGS))) == found
    usual = frame_of(alike(10, first=500, without=["apr"]))
    short = frame_of(alike(documents))
    loose = SETTINGS.model_copy(update={"level": 0.5})
    assert len(list(find_missing_values(usual, short, loose))) == found


def test_one_document_without_a_field_is_no_news() -> None:
    assert not list(find_missing_values(frame_of(alike(1, without=["apr"]), alike(9, first=50)), HISTORY, SETTINGS))


def test_a_field_that_was_often_missing_may_be_missing() -> None:
    history = frame_of(alike(50, first=1000), alike(50, first=2000, without=["apr"]))
    assert not list(find_missing_values(frame_of(alike(6, without=["apr"])), history, SETTINGS))


def test_a_field_that_comes_back_is_no_anomaly() -> None:
    history = frame_of(alike(100, first=1000, without=["apr"]))
    assert not list(find_missing_values(frame_of(alike(10)), history, SETTINGS))


def test_a_field_that_one_lender_lost_is_told_for_that_lender_alone() -> None:
    batch = frame_of(alike(8, without=["apr"], lender="Oakline Bank"), alike(80, first=100))
    (found,) = find_missing_values(batch, HISTORY, SETTINGS)
    assert (found.lender, found.field, found.evidence["documents"]) == ("Oakline Bank", "apr", 8)


def test_a_lender_that_no_earlier_document_names_has_no_usual() -> None:
    batch = frame_of(alike(8, without=["apr"], lender="Northrow Lending"), alike(80, first=100))
    assert not list(find_missing_values(batch, HISTORY, SETTINGS))


def test_a_lost_identifier_is_told_by_the_name_of_its_field() -> None:
    kind = DocumentType.PROMISSORY_NOTE
    history = frame_of(alike(50, first=1000, document_type=kind))
    batch = frame_of(alike(10, document_type=kind, without=["account_number"]))
    assert [one.field for one in find_missing_values(batch, history, SETTINGS)] == ["account_number"]


def test_names_of_people_and_optional_fields_are_not_followed() -> None:
    history = frame_of(alike(100, first=1000, values={"past_due_amount": ["0.00"]}))
    assert not list(find_missing_values(frame_of(alike(10, without=["borrower_name"])), history, SETTINGS))


def test_a_type_without_required_fields_or_without_a_history_says_nothing() -> None:
    kinds = (DocumentType.UNKNOWN, DocumentType.PAYOFF_LETTER)
    batch = frame_of(*(alike(10, first=100 * n, document_type=kind) for n, kind in enumerate(kinds)))
    assert not list(find_missing_values(batch, HISTORY, SETTINGS))
    unknown = frame_of(alike(10, document_type=DocumentType.UNKNOWN, values={"lender_name": ["A", "B"]}))
    assert not list(find_missing_values(unknown, unknown, SETTINGS))


def test_nothing_is_compared_with_nothing() -> None:
    assert not list(find_missing_values(frame_of(), HISTORY, SETTINGS))
    assert not list(find_missing_values(frame_of(alike(10, without=["apr"])), frame_of(), SETTINGS))
