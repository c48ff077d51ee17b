"""From a run to its Data Docs, its bias report and the newest statistics, through the API and Airflow's own server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from student_loans.settings import settings
from student_loans.statistics.store import StatisticsStore
from tests.plugins.web.conftest import client_of


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of reports of this test alone."""
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
    settings.cache_clear()
    yield tmp_path / "reports"
    settings.cache_clear()


def page(reports: Path, path: str) -> None:
    (reports / path).parent.mkdir(parents=True, exist_ok=True)
    (reports / path).write_text(f"<p>{path}</p>")


def statistics(conninfo: str, run_id: str) -> None:
    feature = {
        "name": "apr", "kind": "number", "drift": None, "skew": None, "threshold": None, "verdict": "not_judged",
        "distributions": {"current": {"values": 1, "missing": 0}},
    }  # fmt: skip
    StatisticsStore(conninfo).store_statistics(run_id, {"features": [feature], "schema_anomalies": []})


def test_a_run_leads_to_what_it_left_and_to_the_newest_statistics(
    viewer: TestClient, site: FastAPI, reports: Path, empty_database: str
) -> None:
    assert viewer.get("runs/run-1/pages").json() == []
    page(reports, "run-1/expectations/validate_extraction/index.html")
    page(reports, "run-1/bias.html")
    page(reports, "monitoring-9/data_quality/quality.html")
    statistics(empty_database, "monitoring-9")
    links = {one["title"]: one["path"] for one in viewer.get("runs/run-1/pages").json()}
    assert list(links) == ["Data Docs", "Bias", "Statistics, drift and anomalies, newest"]
    own = viewer.get("runs/monitoring-9/pages").json()
    assert [one["title"] for one in own] == ["Statistics, drift and anomalies"]
    for path in links.values():
        answer = viewer.get(f"http://testserver{path}")
        assert answer.status_code == 200, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert client_of(site, None).get(f"http://testserver{path}").status_code == 401


def test_what_is_no_page_of_a_report_is_not_served(viewer: TestClient, reports: Path) -> None:
    page(reports, "run-1/report.html")
    for path in ("run-1/report.html", "run-1/records.jsonl", "%2e%2e/bias.html", "run-1/bias.json"):
        assert viewer.get(f"http://testserver/loan-reports/{path}").status_code == 404, path
