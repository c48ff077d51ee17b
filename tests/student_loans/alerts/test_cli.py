"""The command line: check, dry run, history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.model import AlertVerdict
from student_loans.alerts.store import AlertStore
from student_loans.cli import main
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import RunMetricStore
from student_loans.severity import Severity

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def test_rules_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alerts", "check"]) == 0
    assert "rules" in capsys.readouterr().out
    draft = tmp_path / "rules.yaml"
    draft.write_text("rules: [{name: x}]")
    assert main(["alerts", "check", "--rules", str(draft)]) == 1
    assert "'x'" in capsys.readouterr().err


def test_a_dry_run_shows_what_would_be_sent_and_leaves_nothing(
    store: AlertStore, empty_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    RunMetricStore(empty_database).write("r1", [MetricPoint("bias.findings", 3.0)])
    assert main(["alerts", "dry-run", "--run", "r1", "--database", empty_database]) == 0
    out = capsys.readouterr().out
    assert "through slack: [CRITICAL] Documents are read unequally well" in out
    assert "3 messages would be sent." in out
    assert store.history() == []
    assert main(["alerts", "dry-run", "--database", empty_database]) == 0
    assert "Nothing would be sent." in capsys.readouterr().out


def test_history_lists_what_is_open(
    store: AlertStore, config: AlertsConfig, empty_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = AlertVerdict("error_rate", "error_rate", Severity.CRITICAL, firing=True, title="Many errors")
    store.record([verdict], config, run_id="r1", now=NOW)
    assert main(["alerts", "history", "--open", "--database", empty_database]) == 0
    out = capsys.readouterr().out
    assert "Many errors" in out
    assert "slack firing waiting" in out


def test_a_database_that_does_not_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alerts", "history", "--database", "postgresql://x@127.0.0.1:1/results"]) == 1
    assert "database_unavailable" in capsys.readouterr().err
