"""Drift as a number for the alert rules."""

from __future__ import annotations

from student_loans.statistics.numbers import drift_points


def test_drift_is_the_largest_part_of_a_threshold() -> None:
    features = [
        {"threshold": 0.2, "drift": 0.05, "skew": None},
        {"threshold": 0.4, "drift": 0.1, "skew": 0.6},
        {"threshold": None, "drift": 9.0, "skew": 9.0},
        {"threshold": 0.2, "drift": None, "skew": None},
    ]
    [point] = drift_points(features)
    assert (point.name, round(point.value, 6)) == ("drift.score", 1.5)
    assert drift_points(features[2:]) == []


def test_a_distance_at_its_threshold_is_a_score_of_one() -> None:
    [point] = drift_points([{"threshold": 0.18, "drift": 0.18, "skew": 0.0}])
    assert point.value == 1.0


def test_where_nothing_moved_the_score_is_zero_and_where_nothing_was_judged_there_is_none() -> None:
    [point] = drift_points([{"threshold": 0.18, "drift": 0.0, "skew": None}])
    assert point.value == 0.0
    assert drift_points([]) == []
