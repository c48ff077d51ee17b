"""Numbers far from their group, alone and together, by statistics that outliers in the history do not move."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.outliers import find_outliers, find_unusual_combinations, fit_combinations
from student_loans.anomalies.settings import CombinationSettings, OutlierSettings
from student_loans.records import DocumentType
from student_loans.statistics.features import feature_frame
from tests.feature_factory import alike, frame_of
from tests.population_factory import make_batch
from tests.record_factory import document_id

SETTINGS = OutlierSettings(min_group=20, distance=6.0, margin=1.1)
COMBINATIONS = CombinationSettings(min_group=150, margin=1.35, level=1e-9)
AMOUNTS = [f"{amount:.2f}" for amount in np.random.default_rng(1).lognormal(9.8, 0.4, 200)]
RATES = [f"{rate:.2f}" for rate in np.random.default_rng(2).normal(7.0, 0.8, 200)]
HISTORY = frame_of(alike(200, first=1000, values={"loan_amount": AMOUNTS, "interest_rate": RATES}))


def outliers(history: pd.DataFrame = HISTORY, settings: OutlierSettings = SETTINGS, **values: str) -> list[Anomaly]:
    batch = frame_of(alike(1, values={name: [value] for name, value in values.items()}))
    return list(find_outliers(batch, history, settings))


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    return feature_frame(make_batch(900, 1))


@pytest.fixture(scope="module")
def disclosures() -> pd.DataFrame:
    batch = feature_frame(make_batch(100, 2))
    own = batch[batch["document_type"] == "loan_disclosure"]
    return own.dropna(subset=["loan_amount", "apr", "finance_charge", "total_of_payments", "term_months"])


class TestOneNumber:
    def test_an_impossible_number_is_told_with_its_document_and_field_and_without_its_value(self) -> None:
        (found,) = outliers(interest_rate="725.00")
        assert (found.code, found.field, found.document_id) == (AnomalyCode.OUTLIER, "interest_rate", document_id(1))
        assert (found.document_type, found.lender) == ("loan_disclosure", "Harbor Lane Credit Union")
        assert found.evidence["distance"] > found.evidence["limit"] >= SETTINGS.distance
        assert "725" not in found.message

    def test_a_usual_number_is_not(self) -> None:
        assert outliers(interest_rate="7.25", loan_amount="18250.00") == []

    def test_the_distance_is_in_median_absolute_deviations_of_a_normal_distribution(self) -> None:
        (found,) = outliers(interest_rate="725.00")
        rates = np.array([float(rate) for rate in RATES])
        deviation = 1.4826 * np.median(np.abs(rates - np.median(rates)))
        assert found.evidence["distance"] == pytest.approx((725 - np.median(rates)) / deviation)

    def test_amounts_are_far_as_factors_a_hundredth_as_far_as_a_hundredfold(self) -> None:
        median = float(np.exp(np.median(np.log([float(amount) for amount in AMOUNTS]))))
        (large,), (small,) = (outliers(loan_amount=f"{median * factor:.2f}") for factor in (100, 0.01))
        assert large.evidence["distance"] == pytest.approx(small.evidence["distance"], rel=0.01)

    def test_an_amount_of_zero_is_as_far_as_a_cent(self) -> None:
        (zero,), (cent,) = outliers(loan_amount="0.00"), outliers(loan_amount="0.01")
        assert zero.evidence["distance"] == cent.evidence["distance"] < np.inf

    @pytest.mark.parametrize(("rate", "found"), [("7.36", 0), ("7.14", 0), ("7.38", 1), ("7.12", 1)])
    def test_a_history_of_one_value_has_a_least_spread(self, rate: str, found: int) -> None:
        history = frame_of(alike(50, first=1000, values={"interest_rate": ["7.25"]}))
        assert len(outliers(history, interest_rate=rate)) == found

    def test_outliers_in_the_history_do_not_hide_a_new_one(self) -> None:
        spoiled = frame_of(alike(200, first=1000, values={"interest_rate": RATES}))
        spoiled.loc[:0, "interest_rate"] = 7000.0
        assert len(outliers(spoiled, interest_rate="725.00")) == 1

    def test_what_a_share_of_the_history_printed_is_usual_however_far_it_is(self) -> None:
        often = frame_of(alike(200, first=1000, values={"interest_rate": [*RATES[:19], "29.00"]}))
        assert outliers(often, interest_rate="29.00") == []

    @pytest.mark.parametrize(("documents", "found"), [(19, 0), (20, 1)])
    def test_a_group_needs_the_least_number_of_values(self, documents: int, found: int) -> None:
        assert len(outliers(HISTORY.head(documents), interest_rate="725.00")) == found

    def test_a_lender_with_few_documents_is_compared_with_the_type(self) -> None:
        elsewhere = HISTORY.assign(lender="Oakline Bank")
        (found,) = outliers(elsewhere, interest_rate="725.00")
        assert (found.lender, found.evidence["group"]) == (None, 200)

    def test_a_lender_is_compared_with_its_own_documents(self) -> None:
        dear = HISTORY.assign(interest_rate=HISTORY["interest_rate"] + 60, lender="Oakline Bank")
        both = pd.concat([HISTORY, dear])
        (found,) = outliers(both, interest_rate="67.00")
        assert (found.lender, found.evidence["group"]) == ("Harbor Lane Credit Union", 200)

    def test_a_document_without_a_lender_is_compared_with_the_type(self) -> None:
        batch = frame_of(alike(1, without=["lender_name"], values={"interest_rate": ["725.00"]}))
        assert [one.lender for one in find_outliers(batch, HISTORY, SETTINGS)] == [None]

    def test_what_is_missing_malformed_or_mostly_zero_is_no_outlier(self) -> None:
        history = frame_of(alike(50, first=1000, values={"past_due_amount": ["0.00"]}))
        assert outliers(history, past_due_amount="99999.00") == []
        assert outliers(interest_rate="725 percent") == []
        assert not list(find_outliers(frame_of(alike(1, without=["interest_rate"])), HISTORY, SETTINGS))
        assert not list(find_outliers(frame_of(), HISTORY, SETTINGS))


class TestTogether:
    def test_only_types_with_two_numbers_and_enough_documents_are_learned(self, history: pd.DataFrame) -> None:
        learned = fit_combinations(history, COMBINATIONS)
        assert "loan_disclosure" in learned
        assert "form_1098e" not in learned, "it has one amount"
        assert "repayment_schedule" not in learned, "there are too few of them"
        assert {"loan_amount", "apr", "term_months"} <= set(learned["loan_disclosure"].names)
        assert learned["loan_disclosure"].documents >= COMBINATIONS.min_group
        assert fit_combinations(frame_of(), COMBINATIONS) == {}

    def test_learning_again_gives_the_same_limit(self, history: pd.DataFrame) -> None:
        first, second = (fit_combinations(history, COMBINATIONS)["loan_disclosure"].limit for _ in range(2))
        assert first == second

    def test_usual_documents_go_together(self, history: pd.DataFrame, disclosures: pd.DataFrame) -> None:
        assert not list(find_unusual_combinations(disclosures, fit_combinations(history, COMBINATIONS)))

    def test_a_number_that_is_possible_alone_is_told_beside_the_others(
        self, history: pd.DataFrame, disclosures: pd.DataFrame
    ) -> None:
        batch = disclosures.copy()
        batch.iloc[0, batch.columns.get_loc("total_of_payments")] *= 10
        (found,) = find_unusual_combinations(batch, fit_combinations(history, COMBINATIONS))
        assert (found.code, found.document_id) == (AnomalyCode.UNUSUAL_COMBINATION, batch["document_id"].iloc[0])
        assert found.evidence["distance"] > found.evidence["limit"]

    @pytest.mark.parametrize(("documents", "anomalies"), [(4, 4), (5, 1)])
    def test_what_happened_to_a_type_is_told_once_and_not_for_each_document(
        self, history: pd.DataFrame, disclosures: pd.DataFrame, documents: int, anomalies: int
    ) -> None:
        batch = disclosures.head(documents).assign(total_of_payments=lambda some: some["total_of_payments"] * 10)
        found = list(find_unusual_combinations(batch, fit_combinations(history, COMBINATIONS)))
        assert len(found) == anomalies
        assert (found[0].document_id is None) is (anomalies == 1)

    def test_incomplete_documents_and_unlearned_types_are_not_judged(
        self, history: pd.DataFrame, disclosures: pd.DataFrame
    ) -> None:
        learned = fit_combinations(history, COMBINATIONS)
        odd = disclosures.assign(total_of_payments=1.0, apr=np.nan)
        assert not list(find_unusual_combinations(odd, learned))
        other = disclosures.assign(total_of_payments=1.0, document_type=DocumentType.FORM_1098E.value)
        assert not list(find_unusual_combinations(other, learned))
        assert not list(find_unusual_combinations(disclosures.assign(total_of_payments=1.0), {}))
