"""All detectors over a batch: what may be judged, in which order, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from student_loans.anomalies.anomaly import Anomaly
from student_loans.anomalies.detect import EarlierBatches, detect_anomalies, detect_stale_data
from student_loans.anomalies.settings import AnomalySettings, anomaly_settings
from student_loans.statistics.features import feature_frame
from tests.feature_factory import alike, frame_of
from tests.population_factory import make_batch

SETTINGS = anomaly_settings()
RATES = [f"{rate:.2f}" for rate in np.random.default_rng(2).normal(7.0, 0.8, 200)]
LEAST = SETTINGS.history.min_documents


def codes(found: list[Anomaly]) -> list[str]:
    return [one.code.value for one in found]


@pytest.mark.parametrize(("documents", "found"), [(LEAST - 1, []), (LEAST, ["outlier"])])
def test_below_the_least_history_nothing_is_compared(documents: int, found: list[str]) -> None:
    history = frame_of(alike(documents, first=1000, values={"interest_rate": RATES}))
    batch = frame_of(alike(1, values={"interest_rate": ["725.00"]}))
    assert codes(detect_anomalies(batch, EarlierBatches(history), SETTINGS)) == found


def test_malformed_values_and_volume_need_no_earlier_documents() -> None:
    batch = frame_of(alike(1, values={"apr": ["seven"]}))
    found = detect_anomalies(batch, EarlierBatches(None, run_sizes=[500] * 10), SETTINGS)
    assert codes(found) == ["malformed_values", "volume"]


def test_the_worst_comes_first() -> None:
    history = frame_of(alike(LEAST, first=1000, values={"interest_rate": RATES}))
    batch = frame_of(alike(10, without=["apr"]), alike(1, first=50, values={"interest_rate": ["725.00"]}))
    found = detect_anomalies(batch, EarlierBatches(history), SETTINGS)
    assert codes(found)[0] == "missing_values"
    assert {one.severity.value for one in found[1:]} == {"warning"}


def test_an_empty_batch_is_judged_by_its_size_alone() -> None:
    history = EarlierBatches(frame_of(alike(LEAST, first=1000)), run_sizes=[500] * 10)
    assert codes(detect_anomalies(frame_of(), history, SETTINGS)) == ["volume"]


def test_one_impossible_number_is_not_told_again_as_a_combination() -> None:
    history = EarlierBatches(feature_frame(make_batch(900, 1)))
    batch = feature_frame(make_batch(60, 2))
    row = batch.index[(batch["document_type"] == "loan_disclosure") & batch["loan_amount"].notna()][0]
    batch.loc[row, "loan_amount"] *= 10_000
    found = detect_anomalies(batch, history, SETTINGS)
    assert [(one.code.value, one.document_id) for one in found] == [("outlier", batch["document_id"][row])]


def test_what_is_usual_is_learned_once() -> None:
    history = EarlierBatches(feature_frame(make_batch(900, 1)))
    assert history.usual(SETTINGS) is history.usual(SETTINGS)
    assert EarlierBatches(None).usual(SETTINGS).names == ()


def settings_with_hours(hours: float) -> AnomalySettings:
    return SETTINGS.model_copy(update={"freshness": SETTINGS.freshness.model_copy(update={"max_hours": hours})})


@pytest.mark.parametrize(("minutes", "found"), [(0, 0), (48 * 60, 0), (48 * 60 + 1, 1)])
def test_records_are_stale_past_the_limit_and_not_at_it(minutes: int, found: int) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    history = EarlierBatches(None, newest=now - timedelta(minutes=minutes))
    stale = detect_stale_data(history, now, settings_with_hours(48))
    assert len(stale) == found
    assert all(one.evidence == {"hours": minutes / 60, "limit": 48} for one in stale)


def test_where_nothing_is_stored_yet_nothing_is_stale() -> None:
    assert detect_stale_data(EarlierBatches(None), datetime(2026, 11, 1, tzinfo=UTC), SETTINGS) == []
