"""Rules over numbers: when they fire, when they resolve, when they say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.alerts.evaluate import evaluate, judge
from student_loans.alerts.rules import Rule
from student_loans.metrics.model import MetricPoint, PastPoint
from student_loans.severity import Severity


def rule(**changes: Any) -> Rule:
    values = {
        "name": "tried", "title": "Tried", "metric": "some.number", "compare": "above", "threshold": 0.1,
        "severity": Severity.WARNING, "todo": "Look.",
    }  # fmt: skip
    return Rule.model_validate(values | changes)


def firing(tried: Rule, *values: float, documents: float | None = None) -> bool | None:
    verdict = judge(tried, "", [PastPoint(value, documents) for value in values])
    return None if verdict is None else verdict.firing


WINDOW = {"runs": 5, "at_least": 3, "statistic": "median"}


@pytest.mark.parametrize(
    ("changes", "values", "expected"),
    [
        ({}, [0.2], True),
        ({}, [0.1], False),
        ({"compare": "below"}, [0.05], True),
        ({"compare": "below"}, [0.1], False),
        ({"compare": "rises_by", "window": WINDOW}, [0.2, 0.2, 0.2, 0.31], True),
        ({"compare": "rises_by", "window": WINDOW}, [0.2, 0.2, 0.2, 0.29], False),
        ({"compare": "rises_by", "window": WINDOW}, [0.2, 0.2, 0.9], None),
        ({"compare": "falls_by", "window": WINDOW}, [0.9, 0.9, 0.9, 0.7], True),
        ({"compare": "rises_by_ratio", "threshold": 1.0, "window": WINDOW}, [2, 2, 2, 4.1], True),
        ({"compare": "rises_by_ratio", "threshold": 1.0, "window": WINDOW}, [2, 2, 2, 3.9], False),
        ({"compare": "falls_by_ratio", "threshold": 0.5, "window": WINDOW}, [2, 2, 2, 0.9], True),
        ({"for_runs": 2}, [0.0, 0.2], None),
        ({"for_runs": 2}, [0.2, 0.2], True),
        ({"clear_runs": 2}, [0.2, 0.0], None),
        ({"clear_runs": 2}, [0.2, 0.0, 0.0], False),
    ],
)
def test_a_rule_fires_resolves_or_says_nothing(changes: dict[str, Any], values: list[float], expected: Any) -> None:
    assert firing(rule(**changes), *values) is expected


def test_a_window_looks_at_so_many_runs_only() -> None:
    tried = rule(compare="rises_by", window={"runs": 3, "at_least": 3, "statistic": "mean"})
    assert firing(tried, 90, 90, 90, 0, 0, 0, 1) is True


def test_a_run_of_few_documents_decides_nothing_and_is_no_history() -> None:
    tried = rule(min_documents=10)
    assert firing(tried, 0.5, documents=2) is None
    assert firing(tried, 0.5, documents=10) is True
    relative = rule(compare="rises_by", window=WINDOW, min_documents=10)
    small, large = PastPoint(0.0, 1), PastPoint(0.5, 50)
    assert judge(relative, "", [large, large, large, small, small, small, large]).firing is False  # type: ignore[union-attr]


def test_a_metric_that_was_not_measured_neither_fires_nor_resolves() -> None:
    assert evaluate([rule()], [MetricPoint("another.number", 9.0)], {}) == []


def test_each_slice_is_a_cause_of_its_own() -> None:
    points = [MetricPoint("some.number", value, name) for name, value in (("", 0.0), ("a", 0.5), ("b", 0.0))]
    causes = {verdict.cause: verdict.firing for verdict in evaluate([rule(slices="each")], points, {})}
    assert causes == {"tried:a": True, "tried:b": False}
    assert [v.cause for v in evaluate([rule(slices=["b"])], points, {})] == ["tried:b"]
    assert [v.cause for v in evaluate([rule()], points, {})] == ["tried"]


def test_a_verdict_says_the_numbers_and_what_to_do() -> None:
    verdict = judge(rule(), "form_1098e", [PastPoint(0.25)])
    assert verdict is not None
    assert verdict.detail == "some.number of form_1098e is 0.25, above the limit (0.1)."
    assert (verdict.title, verdict.todo) == ("Tried (form_1098e)", "Look.")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.integers(1, 4), st.integers(1, 4))
def test_what_fires_is_bad_now_and_what_resolves_is_good_now(values: list[float], bad: int, good: int) -> None:
    """Firing means that the last ``for_runs`` values break the limit, resolving that none of the last ``clear_runs`` does."""
    tried = rule(for_runs=bad, clear_runs=good)
    outcome = firing(tried, *values)
    breaks = [value > tried.threshold for value in values]
    assert (outcome is True) == (len(breaks) >= bad and all(breaks[-bad:]))
    if outcome is False:
        assert not any(breaks[-good:])
