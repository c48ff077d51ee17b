"""Distributions of a batch against the history: what moved is reported, what only the mix of types moves is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from student_loans.anomalies.anomaly import AnomalyCode
from student_loans.anomalies.settings import FormatSettings, ShiftSettings, UnknownLenderSettings
from student_loans.anomalies.shifts import find_format_changes, find_malformed_values, find_shifts, find_unknown_lenders
from student_loans.plain_data import to_plain
from student_loans.records import DocumentType
from student_loans.severity import Severity
from tests.feature_factory import alike, frame_of
from tests.record_factory import document_id

SHIFTS = ShiftSettings(level=1e-4, min_values=15, min_distance=0.3, category_level=1e-4, min_share_change=0.2)
FORMATS = FormatSettings(level=1e-4, min_documents=3, min_share=0.3)
NOTE = DocumentType.PROMISSORY_NOTE


def rates(centre: float, seed: int, count: int = 200) -> list[str]:
    return [f"{rate:.2f}" for rate in np.random.default_rng(seed).normal(centre, 0.5, count)]


class TestNumbers:
    history = frame_of(alike(200, first=1000, values={"interest_rate": rates(7, 1)}))

    def test_a_number_that_moved_is_told_with_the_distance_of_kolmogorov_and_smirnov(self) -> None:
        batch = frame_of(alike(40, values={"interest_rate": rates(9, 2)}))
        (found,) = find_shifts(batch, self.history, SHIFTS)
        assert (found.code, found.field, found.severity) == (
            AnomalyCode.DISTRIBUTION_SHIFT,
            "interest_rate",
            Severity.WARNING,
        )
        reference = ks_2samp(batch["interest_rate"], self.history["interest_rate"], method="asymp")
        assert found.evidence["distance"] == pytest.approx(reference.statistic)
        assert found.evidence["probability"] == pytest.approx(reference.pvalue)
        assert (found.evidence["values"], found.evidence["history"]) == (40, 200)

    def test_a_number_that_stayed_is_not(self) -> None:
        batch = frame_of(alike(40, values={"interest_rate": rates(7, 3)}))
        assert not list(find_shifts(batch, self.history, SHIFTS))

    def test_a_small_distance_is_no_news_however_sure_it_is(self) -> None:
        batch = frame_of(alike(150, values={"interest_rate": rates(7.25, 4)}))
        (sure,) = find_shifts(batch, self.history, SHIFTS.model_copy(update={"min_distance": 0.1}))
        assert 0.1 < sure.evidence["distance"] < 0.3
        assert not list(find_shifts(batch, self.history, SHIFTS))

    @pytest.mark.parametrize(("values", "found"), [(14, 0), (15, 1)])
    def test_both_sides_need_the_least_number_of_values(self, values: int, found: int) -> None:
        batch = frame_of(alike(values, values={"interest_rate": rates(9, 2)}))
        assert len(list(find_shifts(batch, self.history, SHIFTS))) == found
        many = frame_of(alike(60, values={"interest_rate": rates(9, 2)}))
        assert len(list(find_shifts(many, self.history.head(values), SHIFTS))) == found

    def test_another_mix_of_types_is_no_shift_of_a_number(self) -> None:
        def mixed(first: int, dear: int, cheap: int, seed: int) -> pd.DataFrame:
            return frame_of(
                alike(dear, first=first, values={"interest_rate": rates(9, seed)}),
                alike(cheap, first=first + 500, document_type=NOTE, values={"interest_rate": rates(5, seed + 1)}),
            )

        history, batch = mixed(1000, 150, 150, 5), mixed(1, 54, 6, 8)
        by_itself = ks_2samp(batch["interest_rate"], history["interest_rate"])
        assert by_itself.statistic > 0.3, "without weighing the types it would be reported"
        assert not [one for one in find_shifts(batch, history, SHIFTS) if one.field == "interest_rate"]

    def test_a_type_that_the_history_lacks_is_not_compared(self) -> None:
        batch = frame_of(alike(40, document_type=NOTE, values={"interest_rate": rates(9, 2)}))
        assert not list(find_shifts(batch, self.history, SHIFTS))


class TestCategories:
    history = frame_of(alike(180, first=1000), alike(20, first=2000, lender="Oakline Bank"))

    def test_a_share_that_grew_is_told_with_its_change(self) -> None:
        batch = frame_of(alike(12), alike(18, first=50, lender="Oakline Bank"))
        (found,) = find_shifts(batch, self.history, SHIFTS)
        assert (found.code, found.field) == (AnomalyCode.CATEGORY_SHIFT, "lender")
        assert abs(found.evidence["change"]) == pytest.approx(0.5, abs=0.01)
        assert "Oakline" not in found.message

    def test_values_never_seen_are_told_by_the_shares_that_they_take(self) -> None:
        batch = frame_of(alike(30, lender="Northrow Lending"))
        (found,) = find_shifts(batch, self.history, SHIFTS)
        assert found.evidence["change"] == pytest.approx(-180.5 / 201)

    def test_the_same_shares_are_no_shift(self) -> None:
        batch = frame_of(alike(27), alike(3, first=50, lender="Oakline Bank"))
        assert not list(find_shifts(batch, self.history, SHIFTS))

    def test_a_small_change_is_no_news_however_sure_it_is(self) -> None:
        batch = frame_of(alike(720), alike(280, first=3000, lender="Oakline Bank"))
        assert not list(find_shifts(batch, self.history, SHIFTS))
        assert list(find_shifts(batch, self.history, SHIFTS.model_copy(update={"min_share_change": 0.1})))

    def test_types_and_statuses_are_left_to_other_tests(self) -> None:
        batch = self.history.head(60).assign(status="review")
        assert not list(find_shifts(batch, self.history, SHIFTS))

    def test_nothing_is_compared_with_nothing(self) -> None:
        assert not list(find_shifts(frame_of(), self.history, SHIFTS))
        assert not list(find_shifts(self.history, frame_of(), SHIFTS))


class TestUnknownLenders:
    history = frame_of(alike(10, first=1000))

    def test_each_document_of_a_new_lender_is_told_and_the_name_is_not(self) -> None:
        batch = frame_of(alike(2, lender="Northrow Lending"), alike(1, first=50, lender="Tern"), alike(5, first=90))
        found = list(find_unknown_lenders(batch, self.history, UnknownLenderSettings(min_documents=1)))
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
        assert len(list(find_unknown_lenders(batch, self.history, settings))) == found

    def test_a_document_without_a_lender_names_no_unknown_one(self) -> None:
        batch = frame_of(alike(3, without=["lender_name"]))
        assert not list(find_unknown_lenders(batch, self.history, UnknownLenderSettings(min_documents=1)))


class TestForms:
    def notes(self, count: int, *numbers: str, first: int = 1, lender: str = "Oakline Bank") -> pd.DataFrame:
        values = {"account_number": numbers}
        return frame_of(alike(count, first=first, document_type=NOTE, lender=lender, values=values))

    @property
    def history(self) -> pd.DataFrame:
        return self.notes(100, "HL2041188", first=1000)

    def test_a_new_form_of_a_lenders_identifiers_is_told_and_no_identifier_is(self) -> None:
        (found,) = find_format_changes(self.notes(5, "987654321012"), self.history, FORMATS)
        assert (found.code, found.field, found.lender) == (AnomalyCode.FORMAT_CHANGE, "account_number", "Oakline Bank")
        assert (found.evidence["new_form"], found.evidence["documents"]) == (5, 5)
        assert found.evidence["usual_share"] == pytest.approx(0.5 / 101)
        assert "9876" not in str(to_plain(found))

    def test_other_digits_in_the_same_form_are_no_news(self) -> None:
        assert not list(find_format_changes(self.notes(5, "OB9999999", "XY0000000"), self.history, FORMATS))

    @pytest.mark.parametrize(("history", "found"), [(50, 0), (51, 1)])
    def test_a_form_that_one_document_in_fifty_had_is_usual(self, history: int, found: int) -> None:
        past = self.notes(history, *["HL2041188"] * (history - 1), "987654321012", first=1000)
        assert len(list(find_format_changes(self.notes(5, "987654321012"), past, FORMATS))) == found

    @pytest.mark.parametrize(("documents", "found"), [(2, 0), (3, 1)])
    def test_a_lender_needs_the_least_number_of_documents(self, documents: int, found: int) -> None:
        assert len(list(find_format_changes(self.notes(documents, "99"), self.history, FORMATS))) == found

    def test_a_new_form_in_a_few_documents_is_a_misreading(self) -> None:
        batch = self.notes(20, *["HL2041188"] * 15, *["99"] * 5)
        assert not list(find_format_changes(batch, self.history, FORMATS))

    def test_each_lender_has_its_own_forms(self) -> None:
        assert not list(find_format_changes(self.notes(5, "99", lender="Tern"), self.history, FORMATS))


def test_a_malformed_value_is_critical_with_its_document_and_nothing_else_of_it() -> None:
    wrong = {"loan_amount": ["18,250.OO"], "apr": ["seven"]}
    (found,) = find_malformed_values(frame_of(alike(1, values=wrong), alike(3, first=9)))
    assert (found.code, found.severity) == (AnomalyCode.MALFORMED_VALUES, Severity.CRITICAL)
    assert (found.document_id, found.field, found.evidence) == (document_id(1), None, {"values": 2})
    assert not list(find_malformed_values(frame_of()))
