"""Counts of anomalies as numbers for the alert rules."""

from __future__ import annotations

from student_loans.anomalies.numbers import anomaly_points


def test_every_code_of_an_anomaly_has_a_number_so_that_it_can_be_over() -> None:
    points = {one.slice: one.value for one in anomaly_points({"volume": 1}, 0, name="anomalies.batch")}
    assert (points[""], points["volume"], points["outlier"]) == (1, 1, 0)
    assert anomaly_points({}, 0, name="anomalies.batch") == []
