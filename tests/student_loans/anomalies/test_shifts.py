"""Distributions of a batch against the history: what moved is reported, what only the mix of types moves is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.settings import FormatSettings, OutlierSettings, ShiftSettings, UnknownLenderSettings
from student_loans.anomalies.shifts import (
    find_category_shifts,
    find_format_changes,
    find_malformed_values,
    find_shifts,
    find_unknown_lenders,
)
from student_loans.anomalies.usual import fit_usual
from student_loans.plain_data import to_plain
from student_loans.records import DocumentType
from student_loans.severity import Severity
from student_loans.statistics.features import feature_frame
from tests.feature_factory import alike, frame_of
from tests.population_factory import make_batch
from tests.record_factory import document_id

SHIFTS, LEVEL = ShiftSettings(min_shift=0.5, min_share_change=0.2), 0.001
FORMATS = FormatSettings(min_share=0.3)
NOTE = DocumentType.PROMISSORY_NOTE


def rates(centre: float, seed: int, count: int = 200) -> list[str]:
    return [f"{rate:.2f}" for rate in np.random.default_rng(seed).normal(centre, 0.5, count)]


def shifts(batch: pd.DataFrame, history: pd.DataFrame, settings: ShiftSettings = SHIFTS) -> list[Anomaly]:
    return list(find_shifts(batch, fit_usual(history, OutlierSettings(min_group=20, min_related=80)), settings, LEVEL))


class TestNumbers:
    history = frame_of(alike(200, first=1000, values={"interest_rate": rates(7, 1)}))

    def test_a_number_that_moved_is_reported_with_its_shift_in_standard_deviations(self) -> None:
        batch = frame_of(alike(40, values={"interest_rate": rates(7.5, 2)}))
        (found,) = shifts(batch, self.history)
        assert (found.code, found.field, found.severity) == (
            AnomalyCode.DISTRIBUTION_SHIFT,
            "interest_rate",
            Severity.WARNING,
        )
        assert found.evidence["shift"] == pytest.approx(1.0, abs=0.25)
        assert found.evidence["values"] == 40
        assert "higher" in found.message

    def test_a_number_that_stayed_is_not(self) -> None:
        assert not shifts(frame_of(alike(40, values={"interest_rate": rates(7, 3)})), self.history)

    def test_a_small_shift_is_no_news_however_sure_it_is(self) -> None:
        amounts = np.random.default_rng(4).lognormal(9.6, 0.5, 800)
        history = frame_of(alike(800, first=1000, values={"loan_amount": [f"{amount:.2f}" for amount in amounts]}))
        batch = frame_of(alike(200, values={"loan_amount": [f"{1.22 * amount:.2f}" for amount in amounts[:200]]}))
        (sure,) = shifts(batch, history, SHIFTS.model_copy(update={"min_shift": 0.1}))
        assert 0.1 < sure.evidence["shift"] < 0.5
        assert not shifts(batch, history)

    def test_three_documents_far_away_are_a_shift_and_one_is_none(self) -> None:
        for documents, found in ((1, 0), (3, 1)):
            batch = frame_of(alike(documents, values={"interest_rate": ["19.00"]}))
            assert len(shifts(batch, self.history)) == found

    def test_a_few_far_values_do_not_move_the_others(self) -> None:
        batch = frame_of(
            alike(2, first=900, values={"interest_rate": ["700.00"]}), alike(40, values={"interest_rate": rates(7, 3)})
        )
        assert not shifts(batch, self.history)

    def test_another_mix_of_types_or_lenders_is_no_shift_of_a_number(self) -> None:
        def mixed(first: int, dear: int, cheap: int, seed: int, **changes: DocumentType | str) -> pd.DataFrame:
            return frame_of(
                alike(dear, first=first, values={"interest_rate": rates(9, seed)}),
                alike(cheap, first=first + 500, values={"interest_rate": rates(5, seed + 1)}, **changes),  # type: ignore[arg-type]
            )

        for changes in ({"document_type": NOTE}, {"lender": "Oakline Bank"}):
            history, batch = mixed(1000, 150, 150, 5, **changes), mixed(1, 54, 6, 8, **changes)  # type: ignore[arg-type]
            assert not [one for one in shifts(batch, history) if one.field == "interest_rate"]

    def test_a_shift_of_one_lender_is_reported_for_it_alone(self) -> None:
        others = [alike(100, first=3000, lender="Oakline Bank", values={"interest_rate": rates(7, 5)})]
        history = pd.concat([self.history, frame_of(*others)])
        batch = frame_of(
            alike(5, values={"interest_rate": rates(12, 6)}),
            alike(60, first=100, lender="Oakline Bank", values={"interest_rate": rates(7, 7)}),
        )
        (found,) = shifts(batch, history)
        assert (found.lender, found.evidence["values"]) == ("Harbor Lane Credit Union", 5)

    def test_payments_that_tripled_show_beside_amount_rate_and_term(self) -> None:
        history, batch = feature_frame(make_batch(900, 1)), feature_frame(make_batch(100, 2))
        rows = (batch["lender"] == "Oakline Bank") & (batch["document_type"] == "loan_disclosure")
        assert not shifts(batch, history)
        batch.loc[rows, "monthly_payment"] *= 3
        found = [one for one in shifts(batch, history) if one.field == "monthly_payment"]
        assert {one.lender for one in found} == {"Oakline Bank"}
        assert "beside their other numbers" in found[0].message

    def test_a_type_that_the_history_lacks_is_not_compared(self) -> None:
        batch = frame_of(alike(40, document_type=NOTE, values={"interest_rate": rates(9, 2)}))
        assert not shifts(batch, self.history)

    def test_nothing_is_compared_with_nothing(self) -> None:
        assert not shifts(frame_of(), self.history)
        assert not shifts(self.history, frame_of())


class TestCategories:
    history = frame_of(alike(180, first=1000), alike(20, first=2000, lender="Oakline Bank")).sample(
        frac=1, random_state=1
    )

    def test_a_share_that_grew_is_told_with_its_change(self) -> None:
        batch = frame_of(alike(12), alike(18, first=50, lender="Oakline Bank"))
        (found,) = find_category_shifts(batch, self.history, SHIFTS, LEVEL)
        assert (found.code, found.field) == (AnomalyCode.CATEGORY_SHIFT, "lender")
        assert abs(found.evidence["change"]) == pytest.approx(0.5, abs=0.01)
        assert "Oakline" not in found.message

    def test_values_never_seen_are_told_by_the_shares_that_they_take(self) -> None:
        batch = frame_of(alike(30, lender="Northrow Lending"))
        (found,) = find_category_shifts(batch, self.history, SHIFTS, LEVEL)
        assert found.evidence["change"] == pytest.approx(-180.5 / 201)

    def test_the_same_shares_are_no_shift(self) -> None:
        batch = frame_of(alike(27), alike(3, first=50, lender="Oakline Bank"))
        assert not list(find_category_shifts(batch, self.history, SHIFTS, LEVEL))

    def test_a_small_change_is_no_news_however_sure_it_is(self) -> None:
        batch = frame_of(alike(72), alike(28, first=3000, lender="Oakline Bank"))
        assert not list(find_category_shifts(batch, self.history, SHIFTS, LEVEL))
        assert list(
            find_category_shifts(batch, self.history, SHIFTS.model_copy(update={"min_share_change": 0.1}), LEVEL)
        )

    def test_shares_that_differed_from_batch_to_batch_may_differ_again(self) -> None:
        batches = [alike(30, first=1000 + 30 * n, lender="Oakline Bank" if n % 4 == 0 else "Tern") for n in range(20)]
        batch = frame_of(alike(30, lender="Oakline Bank"))
        assert not list(find_category_shifts(batch, frame_of(*batches), SHIFTS, LEVEL))

    def test_types_and_statuses_are_left_to_other_tests(self) -> None:
        batch = self.history.head(60).assign(status="review")
        assert not list(find_category_shifts(batch, self.history, SHIFTS, LEVEL))

    def test_nothing_is_compared_with_nothing(self) -> None:
        assert not list(find_category_shifts(frame_of(), self.history, SHIFTS, LEVEL))
        assert not list(find_category_shifts(self.history, frame_of(), SHIFTS, LEVEL))


class TestUnknownLenders:
    history = frame_of(alike(10, first=1000))

    def test_each_document_of_a_new_lender_is_told_and_the_name_is_not(self) -> None:
        batch = frame_of(alike(2, lender="Northrow Lending"), alike(1, first=50, lender="Tern"), alike(5, first=90))
        found = list(find_unknown_lenders(batch, self.history, UnknownLenderSettings(min_documents=1), LEVEL))
        assert [one.document_id for one in found] == [document_id(number) for number in (1, 2, 50)]
        assert {(one.code, one.field, one.lender) for one in found} == {
            (AnomalyCode.UNKNOWN_LENDER, "lender_name", None)
        }
        assert found[0].evidence == {"documents": 3, "lenders": 2}
        assert "Northrow" not in str([to_plain(one) for one in found])

    @pytest.mark.parametrize(("least", "found"), [(2, 2), (3, 0)])
    def test_fewer_documents_than_the_least_say_nothing(self, least: int, found: int) -> None:
        batch = frame_of(alike(2, lender="Northrow Lending"))
        settings = UnknownLenderSettings(min_documents=least)
        assert len(list(find_unknown_lenders(batch, self.history, settings, LEVEL))) == found

    def test_where_new_lenders_are_usual_one_more_is_no_news(self) -> None:
        seen_once = [alike(1, first=2000 + n, lender=f"Small lender {n}") for n in range(20)]
        history = frame_of(alike(180, first=1000), *seen_once)
        settings = UnknownLenderSettings(min_documents=1)
        few = frame_of(alike(1, lender="Northrow Lending"), alike(29, first=50))
        assert not list(find_unknown_lenders(few, history, settings, LEVEL))
        many = frame_of(*[alike(1, first=n, lender=f"New lender {n}") for n in range(1, 16)], alike(15, first=50))
        assert len(list(find_unknown_lenders(many, history, settings, LEVEL))) == 15

    def test_a_document_without_a_lender_names_no_unknown_one(self) -> None:
        batch = frame_of(alike(3, without=["lender_name"]))
        assert not list(find_unknown_lenders(batch, self.history, UnknownLenderSettings(min_documents=1), LEVEL))


class TestForms:
    def notes(self, count: int, *numbers: str, first: int = 1, lender: str = "Oakline Bank") -> pd.DataFrame:
        values = {"account_number": numbers}
        return frame_of(alike(count, first=first, document_type=NOTE, lender=lender, values=values))

    @property
    def history(self) -> pd.DataFrame:
        return self.notes(100, "HL2041188", first=1000)

    def test_a_new_form_of_a_lenders_identifiers_is_told_and_no_identifier_is(self) -> None:
        (found,) = find_format_changes(self.notes(5, "987654321012"), self.history, FORMATS, LEVEL)
        assert (found.code, found.field, found.lender) == (AnomalyCode.FORMAT_CHANGE, "account_number", "Oakline Bank")
        assert (found.evidence["new_form"], found.evidence["documents"]) == (5, 5)
        assert found.evidence["usual_share"] < 0.01
        assert "9876" not in str(to_plain(found))

    def test_other_digits_in_the_same_form_are_no_news(self) -> None:
        assert not list(find_format_changes(self.notes(5, "OB9999999", "XY0000000"), self.history, FORMATS, LEVEL))

    @pytest.mark.parametrize(("history", "found"), [(50, 0), (51, 1)])
    def test_a_form_that_one_document_in_fifty_had_is_usual(self, history: int, found: int) -> None:
        past = self.notes(history, *["HL2041188"] * (history - 1), "987654321012", first=1000)
        assert len(list(find_format_changes(self.notes(5, "987654321012"), past, FORMATS, LEVEL))) == found

    @pytest.mark.parametrize(("documents", "found"), [(1, 0), (3, 1)])
    def test_a_few_documents_of_a_lender_are_enough(self, documents: int, found: int) -> None:
        assert len(list(find_format_changes(self.notes(documents, "99"), self.history, FORMATS, LEVEL))) == found

    def test_a_new_form_in_a_few_documents_is_a_misreading(self) -> None:
        batch = self.notes(20, *["HL2041188"] * 15, *["99"] * 5)
        assert not list(find_format_changes(batch, self.history, FORMATS, LEVEL))

    def test_each_lender_has_its_own_forms(self) -> None:
        assert not list(find_format_changes(self.notes(5, "99", lender="Tern"), self.history, FORMATS, LEVEL))


def test_a_malformed_value_is_critical_with_its_document_and_nothing_else_of_it() -> None:
    wrong = {"loan_amount": ["18,250.OO"], "apr": ["seven"]}
    (found,) = find_malformed_values(frame_of(alike(1, values=wrong), alike(3, first=9)))
    assert (found.code, found.severity) == (AnomalyCode.MALFORMED_VALUES, Severity.CRITICAL)
    assert (found.document_id, found.field, found.evidence) == (document_id(1), None, {"values": 2})
    assert not list(find_malformed_values(frame_of()))
