"""Volume: how much more or less than usual is news."""

from __future__ import annotations

import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.operations import find_volume
from student_loans.anomalies.settings import anomaly_settings
from student_loans.validation.outcomes import Severity

USUAL = [60, 55, 70, 50, 64, 58, 61, 66, 59]


@pytest.mark.parametrize(("documents", "found"), [(60, 0), (90, 0), (150, 0), (200, 1), (18, 1), (0, 1)])
def test_a_run_of_unusual_size_is_told(documents: int, found: int) -> None:
    assert len(list(find_volume(documents, USUAL, anomaly_settings().volume))) == found


def test_a_few_runs_are_no_habit() -> None:
    assert not list(find_volume(1000, USUAL[:5], anomaly_settings().volume))


def test_the_same_anomaly_of_the_same_run_has_the_same_key() -> None:
    one = Anomaly(AnomalyCode.VOLUME, Severity.WARNING, "a", evidence={"documents": 1})
    again = Anomaly(AnomalyCode.VOLUME, Severity.INFO, "b", evidence={"documents": 2})
    assert one.key("run") == again.key("run") != one.key("other")
