"""Precision, recall and false alarms of anomaly detection, on batches with injected faults and on clean ones.

``ANOMALY_BATCHES=100 pytest tests/student_loans/anomalies/test_measured.py -s`` measures in full; the default is a short form.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import pytest

from student_loans.anomalies.anomaly import Anomaly
from student_loans.anomalies.detect import EarlierBatches, detect_anomalies
from student_loans.anomalies.settings import anomaly_settings
from student_loans.statistics.features import feature_frame
from tests.anomaly_populations import (
    FRESH,
    TUNED,
    Shape,
    Source,
    accounts_reformed,
    all_payments_tripled,
    matches,
    payments_tripled,
    rates_raised,
)
from tests.fault_factory import FAULTS, Expected
from tests.population_factory import make_batch

CLEAN_BATCHES = int(os.environ.get("ANOMALY_BATCHES", "6"))
ROUNDS = max(1, CLEAN_BATCHES // 16)
SIZES = (50, 100, 200)


@pytest.fixture(scope="module")
def history() -> EarlierBatches:
    """Five thousand earlier documents; runs are of the size of the batch in question."""
    past = EarlierBatches(feature_frame(make_batch(5000, 1)))
    past.usual(anomaly_settings())
    return past


def detect(records: list, history: EarlierBatches) -> list[Anomaly]:  # type: ignore[type-arg]
    history.run_sizes = [len(records)] * 10
    return detect_anomalies(feature_frame(records), history, anomaly_settings())


def is_expected(anomaly: Anomaly, expected: Expected) -> bool:
    return (
        anomaly.code.value in expected.codes
        and expected.document_id in (None, anomaly.document_id)
        and expected.field in (None, anomaly.field)
    )


def test_clean_batches_raise_no_more_than_one_alarm_in_a_hundred(history: EarlierBatches) -> None:
    alarmed = [
        seed for seed in range(CLEAN_BATCHES) if detect(make_batch(SIZES[seed % len(SIZES)], 10_000 + seed), history)
    ]
    print(f"{len(alarmed)} of {CLEAN_BATCHES} clean batches raised an alarm")
    assert len(alarmed) <= max(0, CLEAN_BATCHES // 100)


def test_injected_faults_are_found_and_little_else_is(history: EarlierBatches) -> None:
    found = wrong = missed = 0
    for size in SIZES if ROUNDS > 1 else SIZES[:1]:
        for number, fault in enumerate(FAULTS):
            for turn in range(ROUNDS):
                seed = 50_000 + 1000 * size + 100 * number + turn
                records, expected = fault(make_batch(size, seed), np.random.default_rng(seed))
                hits, misses, others = judge(detect(records, history), expected)
                if misses or others:
                    print(fault.__name__, size, "missed", misses, "wrong", [(one.code, one.field) for one in others])
                found, missed, wrong = found + hits, missed + misses, wrong + len(others)
    precision, recall = found / (found + wrong), found / (found + missed)
    print(f"precision {precision:.3f}, recall {recall:.3f}: {found} found, {wrong} wrong, {missed} missed")
    assert precision >= 0.95
    assert recall >= 0.9


def judge(anomalies: Sequence[Anomaly], expected: Sequence[Expected]) -> tuple[int, int, list[Anomaly]]:
    """Faults found, faults missed, and anomalies that no fault explains."""
    required = [one for one in expected if one.required]
    hits = sum(any(is_expected(anomaly, one) for anomaly in anomalies) for one in required)
    others = [anomaly for anomaly in anomalies if not any(is_expected(anomaly, one) for one in expected)]
    return hits, len(required) - hits, others


@pytest.mark.parametrize("shape", [TUNED[0], FRESH[0], FRESH[2]], ids=lambda shape: shape.name)
def test_populations_of_other_shapes_alarm_for_faults_and_not_without(shape: Shape) -> None:
    """In full: ``python -m tests.performance.measure_anomalies fresh``."""
    source = Source(shape, 7)
    past = EarlierBatches(source.history(3000, 100), [100] * 10)
    assert sum(bool(detect_anomalies(source.batch(100), past, anomaly_settings())) for _ in range(5)) <= 1
    for fault in (payments_tripled, all_payments_tripled, rates_raised, accounts_reformed):
        frame = source.batch(100)
        wanted = fault(frame, source.random)
        assert wanted is not None
        found = detect_anomalies(frame, past, anomaly_settings())
        assert any(matches(one, wanted) for one in found), fault.__name__
