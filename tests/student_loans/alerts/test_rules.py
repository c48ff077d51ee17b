"""Rules and routes: checked when they are loaded, with an error that says where the fault is."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.alerts.config import load_alerts_config
from student_loans.alerts.rules import load_rules
from student_loans.anomalies.numbers import ANOMALIES_BATCH, ANOMALIES_PERIOD
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.fairness.numbers import ACCURACY, BIAS_BATCH, BIAS_LABELLED
from student_loans.statistics.numbers import DRIFT

GOOD = """
rules:
  - name: error_rate
    title: Many documents could not be read
    metric: documents.error_rate
    compare: above
    threshold: 0.1
    severity: critical
    todo: Look at the report.
"""


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_rules(path)
    assert caught.value.code is ErrorCode.INVALID_SETTINGS
    return caught.value.message


def test_the_rules_of_the_product_cover_what_can_go_wrong() -> None:
    metrics = {rule.metric.partition(".")[0] for rule in load_rules()}
    assert metrics >= {"documents", "fields", "seconds", "accuracy", "drift", "bias", "freshness", "queue"}


def test_a_metric_that_a_user_names_is_a_metric(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD.replace("documents.error_rate", "our.own_number"))
    [rule] = load_rules(path)
    assert rule.metric == "our.own_number"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("compare: above", "compare: more_than"), "compare"),
        (("severity: critical", "severity: urgent"), "severity"),
        (("threshold: 0.1", "threshold: much"), "threshold"),
        (("threshold: 0.1", "threshold: .nan"), "threshold"),
        (("todo: Look at the report.", "action: none"), "action"),
        (("compare: above", "compare: rises_by"), "needs a window"),
        (("todo:", "window: {runs: 3}\n    todo:"), "takes no window"),
        (("compare: above", "compare: falls_by\n    window: {runs: 3, at_least: 4}"), "at_least"),
        (("metric: documents.error_rate", "metric: Error Rate"), "metric"),
    ],
)
def test_a_fault_is_told_with_the_name_of_its_rule(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    message = refusal(tmp_path, GOOD.replace(*change))
    assert "'error_rate'" in message
    assert told in message


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "error_rate" in refusal(tmp_path, GOOD + GOOD.replace("rules:\n", ""))


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 3" in refusal(tmp_path, "rules:\n  - name: [x\n")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_rules(tmp_path / "absent.yaml")


CONFIG = """
channels: {log: {kind: log}, slack: {kind: slack, connection: slack_alerts}}
routes:
  critical: [slack]
  warning: [slack]
  info: [log]
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("warning: [slack]", "warning: [pager]"), "pager"),
        (("warning: [slack]", "warning: []"), "warning"),
        (("  info: [log]\n", ""), "no route for info"),
        (("kind: slack, connection: slack_alerts", "kind: slack"), "needs a connection"),
        (("routes:", "colour: red\nroutes:"), "colour"),
    ],
)
def test_a_wrong_configuration_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.replace(*change))
    with pytest.raises(ConfigurationError, match=told):
        load_alerts_config(path)


def test_the_shipped_rules_know_the_numbers_that_stages_write() -> None:
    names = {ACCURACY, BIAS_LABELLED, BIAS_BATCH, DRIFT, ANOMALIES_BATCH, ANOMALIES_PERIOD}
    assert names <= {rule.metric for rule in load_rules()}
