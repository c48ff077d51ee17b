"""The limit of a detector, and the fewest groups that explain a change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from student_loans.anomalies.levels import Judgement, cells_of, explain, limit_of


def test_the_limit_is_that_of_benjamini_and_hochberg() -> None:
    assert limit_of([0.5, 0.002, 0.0001, 0.006], 0.01) == 0.006
    assert limit_of([0.5, 0.9, 0.0001, 0.6], 0.01) == 0.0001
    assert limit_of([0.5, 0.003], 0.005) < 0
    assert limit_of([], 0.01) < 0


def test_a_batch_without_faults_alarms_no_more_often_than_the_level() -> None:
    random = np.random.default_rng(1)
    alarms = sum(limit_of(random.random(300), 0.05) >= 0 for _ in range(2000))
    assert alarms / 2000 == pytest.approx(0.05, abs=0.015)


def test_cells_are_types_of_lenders_and_groups_are_made_of_them() -> None:
    cells = cells_of(np.array(["a", "a", "b", "b"]), np.array(["X", "X", "X", ""]))
    assert cells.sums(np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [3.0, 8.0, 4.0]
    named = [(group.document_type, group.lender) for group in cells.groups]
    assert named == [("a", None), ("b", None), (None, None), (None, "X"), ("a", "X"), ("b", "X")]


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        ([6.0, 0.0, 0.0, 0.0], [("a", "X")]),
        ([6.0, 0.0, 6.0, 0.0], [(None, "X")]),
        ([6.0, 6.0, 0.0, 0.0], [("a", None)]),
        ([6.0, 6.0, 6.0, 6.0], [(None, None)]),
        ([6.0, 0.0, 0.0, 7.0], [("b", "Y"), ("a", "X")]),
    ],
)
def test_a_change_is_reported_for_the_group_that_it_is_in(
    odd: list[float], found: list[tuple[str | None, str | None]]
) -> None:
    cells = cells_of(np.array(["a", "a", "b", "b"]), np.array(["X", "Y", "X", "Y"]))

    def judge(chosen: Any) -> Judgement | None:
        total, number = float((np.array(odd) * chosen).sum()), float(chosen.sum())
        return Judgement(float(np.exp(-(total**2) / number)), total / number, {}) if number else None

    explained = [(group.document_type, group.lender) for group, _ in explain(cells.groups, judge, 1e-6, 1.0)]
    assert explained == found
