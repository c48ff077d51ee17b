"""Numbers far from their group, alone and beside the others, by statistics that outliers in the history do not move."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.outliers import find_outliers, find_unusual_combinations
from student_loans.anomalies.settings import OutlierSettings
from student_loans.anomalies.usual import Usual, fit_usual
from student_loans.statistics.features import feature_frame
from tests.feature_factory import alike, frame_of
from tests.population_factory import make_batch
from tests.record_factory import document_id

SETTINGS, LEVEL = OutlierSettings(min_group=20, min_related=80), 0.001
AMOUNTS = [f"{amount:.2f}" for amount in np.random.default_rng(1).lognormal(9.8, 0.4, 200)]
RATES = [f"{rate:.2f}" for rate in np.random.default_rng(2).normal(7.0, 0.8, 200)]
HISTORY = frame_of(alike(200, first=1000, values={"loan_amount": AMOUNTS, "interest_rate": RATES}))


def outliers(history: pd.DataFrame = HISTORY, **values: str) -> list[Anomaly]:
    batch = frame_of(alike(1, values={name: [value] for name, value in values.items()}))
    return list(find_outliers(batch, fit_usual(history, SETTINGS), LEVEL))


@pytest.fixture(scope="module")
def usual() -> Usual:
    return fit_usual(feature_frame(make_batch(900, 1)), SETTINGS)


@pytest.fixture(scope="module")
def disclosures() -> pd.DataFrame:
    batch = feature_frame(make_batch(100, 2))
    own = batch[batch["document_type"] == "loan_disclosure"]
    return own.dropna(subset=["loan_amount", "apr", "finance_charge", "total_of_payments", "term_months"])


class TestOneNumber:
    def test_an_impossible_number_is_reported_with_its_document_and_field_and_without_its_value(self) -> None:
        (found,) = outliers(interest_rate="725.00")
        assert (found.code, found.field, found.document_id) == (AnomalyCode.OUTLIER, "interest_rate", document_id(1))
        assert (found.document_type, found.lender) == ("loan_disclosure", "Harbor Lane Credit Union")
        assert found.evidence["probability"] < LEVEL
        assert "725" not in found.message

    def test_a_usual_number_is_not(self) -> None:
        assert outliers(interest_rate="7.25", loan_amount="18250.00") == []

    def test_amounts_are_far_as_factors_a_hundredth_as_far_as_a_hundredfold(self) -> None:
        median = float(np.exp(np.median(np.log([float(amount) for amount in AMOUNTS]))))
        (large,), (small,) = (outliers(loan_amount=f"{median * factor:.2f}") for factor in (100, 0.01))
        assert large.evidence["distance"] == pytest.approx(small.evidence["distance"], rel=0.01)

    def test_an_amount_of_zero_is_as_far_as_a_cent(self) -> None:
        (zero,), (cent,) = outliers(loan_amount="0.00"), outliers(loan_amount="0.01")
        assert zero.evidence["distance"] == cent.evidence["distance"] < np.inf

    @pytest.mark.parametrize(("rate", "found"), [("7.30", 0), ("7.20", 0), ("7.75", 1), ("6.75", 1)])
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
    def test_a_type_needs_the_least_number_of_values(self, documents: int, found: int) -> None:
        assert len(outliers(HISTORY.head(documents), interest_rate="725.00")) == found

    def test_a_lender_is_compared_with_its_own_documents(self) -> None:
        dear = HISTORY.assign(interest_rate=HISTORY["interest_rate"] + 60, lender="Oakline Bank")
        (found,) = outliers(pd.concat([HISTORY, dear]), interest_rate="67.00")
        assert (found.lender, found.evidence["group"]) == ("Harbor Lane Credit Union", 400)

    def test_a_lender_that_the_history_does_not_know_is_compared_with_the_type(self) -> None:
        parts = [
            HISTORY.assign(lender=name, interest_rate=HISTORY["interest_rate"] + 60 * n) for n, name in enumerate("AB")
        ]
        assert outliers(pd.concat(parts), interest_rate="67.00") == []
        (found,) = outliers(pd.concat(parts), interest_rate="7000.00")
        assert found.lender is None

    def test_a_document_without_a_lender_is_compared_with_the_type(self) -> None:
        batch = frame_of(alike(1, without=["lender_name"], values={"interest_rate": ["725.00"]}))
        assert [one.lender for one in find_outliers(batch, fit_usual(HISTORY, SETTINGS), LEVEL)] == [None]

    def test_what_is_missing_malformed_or_mostly_zero_is_no_outlier(self) -> None:
        history = frame_of(alike(50, first=1000, values={"past_due_amount": ["0.00"]}))
        assert outliers(history, past_due_amount="99999.00") == []
        assert outliers(interest_rate="725 percent") == []
        usual = fit_usual(HISTORY, SETTINGS)
        assert not list(find_outliers(frame_of(alike(1, without=["interest_rate"])), usual, LEVEL))
        assert not list(find_outliers(frame_of(), usual, LEVEL))
        assert fit_usual(frame_of(), SETTINGS).names == ()


class TestTogether:
    def test_usual_documents_go_together(self, usual: Usual, disclosures: pd.DataFrame) -> None:
        assert not list(find_unusual_combinations(disclosures, usual, LEVEL))

    @pytest.mark.parametrize("name", ["total_of_payments", "monthly_payment", "amount_financed", "finance_charge"])
    def test_a_number_that_is_possible_alone_is_reported_beside_the_others(
        self, usual: Usual, disclosures: pd.DataFrame, name: str
    ) -> None:
        batch = disclosures.copy()
        batch.iloc[0, batch.columns.get_loc(name)] *= 10
        (found,) = find_unusual_combinations(batch, usual, LEVEL)
        assert (found.code, found.document_id) == (AnomalyCode.UNUSUAL_COMBINATION, batch["document_id"].iloc[0])
        assert found.evidence["probability"] < LEVEL
        assert found.message.endswith("as in other documents of the type")

    @pytest.mark.parametrize(("documents", "anomalies"), [(4, 4), (5, 1)])
    def test_what_happened_to_a_type_is_reported_once_and_not_for_each_document(
        self, usual: Usual, disclosures: pd.DataFrame, documents: int, anomalies: int
    ) -> None:
        batch = disclosures.head(documents).assign(total_of_payments=lambda some: some["total_of_payments"] * 10)
        found = list(find_unusual_combinations(batch, usual, LEVEL))
        assert len(found) == anomalies
        assert (found[0].document_id is None) is (anomalies == 1)

    def test_a_document_is_judged_by_the_numbers_that_it_has(self, usual: Usual, disclosures: pd.DataFrame) -> None:
        few = disclosures.assign(total_of_payments=np.nan, finance_charge=np.nan, apr=np.nan)
        assert not list(find_unusual_combinations(few, usual, LEVEL))
        few.iloc[0, few.columns.get_loc("amount_financed")] *= 10
        assert [one.document_id for one in find_unusual_combinations(few, usual, LEVEL)] == [few["document_id"].iloc[0]]

    def test_numbers_without_a_relation_and_types_without_a_history_are_not_judged(
        self, usual: Usual, disclosures: pd.DataFrame
    ) -> None:
        assert not list(find_unusual_combinations(disclosures.assign(total_of_payments=1.0), Usual({}, (), {}), LEVEL))
        assert usual.relations["interest_paid"] == [], "it stands alone on its form"
