"""What stages note for the alert rules: nothing where they could not judge."""

from __future__ import annotations

import pandas as pd

from student_loans.alerts.model import MetricPoint
from student_loans.alerts.rules import load_rules
from student_loans.metrics import numbers
from student_loans.metrics.numbers import accuracy_points, anomaly_points, bias_points, drift_points


def frame(*rows: tuple[str, float, float]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["document_type", "right", "printed"])
    return made.assign(document_type=made["document_type"].astype("category"))


def test_accuracy_is_of_fields_and_small_groups_say_nothing() -> None:
    rows = [("payoff_letter", 9.0, 10.0)] * 4 + [("form_1098e", 1.0, 10.0)]
    points = {(one.name, one.slice): one.value for one in accuracy_points(frame(*rows), min_documents=2)}
    assert points == {
        ("accuracy.fields", ""): 37 / 50,
        ("accuracy.documents", ""): 5,
        ("accuracy.fields", "payoff_letter"): 0.9,
        ("accuracy.documents", "payoff_letter"): 4,
    }
    assert accuracy_points(frame(*rows), min_documents=6) == []
    assert accuracy_points(frame(("payoff_letter", 0.0, 0.0)), min_documents=1) == []


def test_labelled_documents_and_a_batch_have_a_name_each() -> None:
    assert bias_points(2, 40, labelled=True) == [MetricPoint("bias.findings", 2.0)]
    assert bias_points(0, 40, labelled=False) == [MetricPoint("bias.batch_findings", 0.0)]
    assert bias_points(0, 0, labelled=True) == []


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


def test_every_code_of_an_anomaly_has_a_number_so_that_it_can_be_over() -> None:
    points = {one.slice: one.value for one in anomaly_points({"volume": 1}, 0, name="anomalies.batch")}
    assert (points[""], points["volume"], points["outlier"]) == (1, 1, 0)
    assert anomaly_points({}, 0, name="anomalies.batch") == []


def test_the_shipped_rules_know_these_names() -> None:
    names = {numbers.ACCURACY, numbers.BIAS_LABELLED, numbers.BIAS_BATCH, numbers.DRIFT}
    names |= {numbers.ANOMALIES_BATCH, numbers.ANOMALIES_PERIOD}
    assert names <= {rule.metric for rule in load_rules()}
