"""Fields that a type, or a lender's documents of a type, lost: reported once, and only when chance does not explain it."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import betabinom

from student_loans.anomalies.anomaly import AnomalyCode
from student_loans.anomalies.missing import find_missing_values
from student_loans.anomalies.settings import MissingSettings
from student_loans.records import DocumentType
from student_loans.severity import Severity
from tests.feature_factory import alike, frame_of

SETTINGS, LEVEL = MissingSettings(min_increase=0.1), 0.001
HISTORY = frame_of(alike(100, first=1000), alike(100, first=2000, lender="Oakline Bank"))


def test_a_field_that_every_document_lost_is_told_once_for_the_type() -> None:
    (found,) = find_missing_values(frame_of(alike(10, without=["apr"])), HISTORY, SETTINGS, LEVEL)
    assert (found.code, found.field, found.severity) == (AnomalyCode.MISSING_VALUES, "apr", Severity.CRITICAL)
    assert (found.document_type, found.lender, found.document_id) == ("loan_disclosure", None, None)
    assert found.message == "apr is missing in 10 of 10 documents, usually in 0.2%"


def test_the_usual_share_is_smoothed_by_half_a_document_and_the_test_is_beta_binomial() -> None:
    history = frame_of(alike(200, first=1000))
    batch = frame_of(alike(4, without=["apr"]), alike(6, first=50))
    (found,) = find_missing_values(batch, history, SETTINGS, LEVEL)
    usual = 0.5 / 201
    share = usual / 2  # the lender's two hundred documents, and the type's share worth as many
    variance = share * (1 - share) / 401 + usual * (1 - usual) / 202 / 4
    known = share * (1 - share) / variance - 1
    assert found.evidence["usual_share"] == pytest.approx(share)
    assert found.evidence["probability"] == pytest.approx(betabinom.sf(3, 10, share * known, (1 - share) * known))
    assert (found.evidence["missing"], found.evidence["documents"]) == (4, 10)


def test_up_to_half_of_the_documents_is_a_warning_and_more_is_critical() -> None:
    half = frame_of(alike(5, without=["apr"]), alike(5, first=50))
    more = frame_of(alike(6, without=["apr"]), alike(5, first=50))
    assert [one.severity for one in find_missing_values(half, HISTORY, SETTINGS, LEVEL)] == [Severity.WARNING]
    assert [one.severity for one in find_missing_values(more, HISTORY, SETTINGS, LEVEL)] == [Severity.CRITICAL]


@pytest.mark.parametrize(("documents", "found"), [(1, 0), (3, 1)])
def test_a_few_documents_are_enough_where_the_field_was_never_missing(documents: int, found: int) -> None:
    batch = frame_of(alike(documents, without=["apr"]))
    assert len(list(find_missing_values(batch, HISTORY, SETTINGS, LEVEL))) == found


def test_a_lender_is_judged_over_all_its_types() -> None:
    kinds = (DocumentType.PROMISSORY_NOTE, DocumentType.PAYOFF_LETTER, DocumentType.FORM_1098E)

    def of(lender: str, count: int, first: int, *without: str) -> pd.DataFrame:
        parts = [
            alike(count, first=first + 100 * n, document_type=kind, without=without) for n, kind in enumerate(kinds)
        ]
        return frame_of(*parts).assign(lender=lender)

    history = pd.concat([of("A", 60, 1000), of("B", 60, 2000)])
    batch = pd.concat([of("A", 1, 1, "account_number"), of("B", 20, 500)])
    (found,) = find_missing_values(batch, history, SETTINGS, LEVEL)
    assert (found.lender, found.document_type, found.evidence["missing"]) == ("A", None, 3)


def test_one_document_without_a_field_is_no_news() -> None:
    assert not list(
        find_missing_values(frame_of(alike(1, without=["apr"]), alike(9, first=50)), HISTORY, SETTINGS, LEVEL)
    )


def test_a_field_that_was_often_missing_may_be_missing() -> None:
    history = frame_of(alike(50, first=1000), alike(50, first=2000, without=["apr"]))
    assert not list(find_missing_values(frame_of(alike(6, without=["apr"])), history, SETTINGS, LEVEL))


def test_a_field_that_comes_back_is_no_anomaly() -> None:
    history = frame_of(alike(100, first=1000, without=["apr"]))
    assert not list(find_missing_values(frame_of(alike(10)), history, SETTINGS, LEVEL))


def test_a_field_that_one_lender_lost_is_told_for_that_lender_alone() -> None:
    batch = frame_of(alike(8, without=["apr"], lender="Oakline Bank"), alike(80, first=100))
    (found,) = find_missing_values(batch, HISTORY, SETTINGS, LEVEL)
    assert (found.lender, found.field, found.evidence["documents"]) == ("Oakline Bank", "apr", 8)


def test_a_lender_that_no_earlier_document_names_is_compared_with_the_type() -> None:
    batch = frame_of(alike(8, without=["apr"], lender="Northrow Lending"), alike(80, first=100))
    (found,) = find_missing_values(batch, HISTORY, SETTINGS, LEVEL)
    assert found.lender == "Northrow Lending"


def test_what_some_lenders_never_print_may_be_missing_at_a_new_one() -> None:
    past = [alike(30, first=1000 * n, lender=f"L{n}", without=["apr"] if n % 3 == 0 else []) for n in range(1, 13)]
    batch = frame_of(alike(8, without=["apr"], lender="Northrow Lending"), alike(80, first=100, lender="L1"))
    assert not list(find_missing_values(batch, frame_of(*past), SETTINGS, LEVEL))


def test_a_lost_identifier_is_told_by_the_name_of_its_field() -> None:
    kind = DocumentType.PROMISSORY_NOTE
    history = frame_of(alike(50, first=1000, document_type=kind))
    batch = frame_of(alike(10, document_type=kind, without=["account_number"]))
    assert [one.field for one in find_missing_values(batch, history, SETTINGS, LEVEL)] == ["account_number"]


def test_a_field_that_not_every_document_prints_is_followed_too() -> None:
    history = frame_of(alike(100, first=1000), alike(100, first=2000, without=["monthly_payment"]))
    batch = frame_of(alike(30, without=["monthly_payment"]))
    assert [one.field for one in find_missing_values(batch, history, SETTINGS, LEVEL)] == ["monthly_payment"]


def test_names_of_people_are_not_followed() -> None:
    history = frame_of(alike(100, first=1000))
    assert not list(find_missing_values(frame_of(alike(10, without=["borrower_name"])), history, SETTINGS, LEVEL))


def test_a_type_without_required_fields_or_without_a_history_says_nothing() -> None:
    kinds = (DocumentType.UNKNOWN, DocumentType.PAYOFF_LETTER)
    batch = frame_of(*(alike(10, first=100 * n, document_type=kind) for n, kind in enumerate(kinds)))
    assert not list(find_missing_values(batch, HISTORY, SETTINGS, LEVEL))
    unknown = frame_of(alike(10, document_type=DocumentType.UNKNOWN, values={"lender_name": ["A", "B"]}))
    assert not list(find_missing_values(unknown, unknown, SETTINGS, LEVEL))


def test_nothing_is_compared_with_nothing() -> None:
    assert not list(find_missing_values(frame_of(), HISTORY, SETTINGS, LEVEL))
    assert not list(find_missing_values(frame_of(alike(10, without=["apr"])), frame_of(), SETTINGS, LEVEL))
