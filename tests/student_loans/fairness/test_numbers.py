"""Accuracy and bias as numbers for the alert rules: none where nothing could be judged."""

from __future__ import annotations

import pandas as pd

from student_loans.fairness.numbers import accuracy_points, bias_points
from student_loans.metrics.model import MetricPoint


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
