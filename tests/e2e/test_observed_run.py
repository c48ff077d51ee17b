"""A real run with everything that watches it: Slack, mail, StatsD, OpenLineage, JSON logs; and what none of them shows.

The inbox has a social security number in a file's name and text, and the connections have a password: both must be
found in nothing that leaves the run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.local_home import delete_home
from tests.receivers import (
    HttpReceiver,
    MailServer,
    StatsdReceiver,
    http_receiver,
    mail_server,
    slack_webhook_connection,
    smtp_connection,
    statsd_receiver,
    text_of,
)

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT_ROOT / "samples" / "documents"
SSN = "987-65-4321"
PASSWORD = "correct-horse-battery"

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Observed:
    """One run and what was received of it."""

    home: Path
    output: str
    status: int
    slack: HttpReceiver
    mail: MailServer
    statsd: StatsdReceiver
    lineage: HttpReceiver
    metadata: list[str]
    results: list[str]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two samples, and ten files that are no documents, so that the error rate is high."""
    folder = tmp_path_factory.mktemp("inbox")
    for path in sorted(SAMPLES.glob("*.pdf"))[:2]:
        shutil.copy(path, folder)
    shutil.copy(sorted(SAMPLES.glob("*.pdf"))[0], folder / f"note of {SSN}.pdf")
    (folder / f"note of {SSN}.pdf").open("ab").write(b"\n% a different file\n")
    for number in range(10):
        (folder / f"letter-{number} {SSN}.pdf").write_text(f"Plain text {number}. SSN {SSN}.")
    return folder


@pytest.fixture(scope="module")
def run(inbox: Path) -> Iterator[Observed]:
    home = Path(tempfile.mkdtemp(prefix="e2e-"))
    with http_receiver() as slack, mail_server() as mail, statsd_receiver() as statsd, http_receiver() as lineage:
        environment = {
            "LOCAL_AIRFLOW_HOME": str(home),
            "AIRFLOW_CONN_SLACK_ALERTS": slack_webhook_connection(slack.port, PASSWORD),
            "AIRFLOW_CONN_SMTP_ALERTS": smtp_connection(mail.port, PASSWORD),
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(statsd.port),
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "http", "url": lineage.address}),
            "AIRFLOW__OPENLINEAGE__NAMESPACE": "loan-documents",
            "AIRFLOW__LOGGING__JSON_LOGS": "True",
        }
        done = subprocess.run(
            [sys.executable, "-m", "scripts.local", "run", str(inbox)],
            cwd=PROJECT_ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        metadata, results = everything_stored(home)
        yield Observed(
            home, done.stdout + done.stderr, done.returncode, slack, mail, statsd, lineage, metadata, results
        )
    delete_home(home)


def everything_stored(home: Path) -> tuple[list[str], list[str]]:
    """XComs, rendered fields and labels of Airflow's database; metrics, alerts and deliveries of ours: as JSON."""
    import psycopg

    from scripts.local.environment import LocalAirflow
    from scripts.local.postgres import start_postgres, stop_postgres

    local = LocalAirflow(home, home / "data", home / "reports")
    access = start_postgres(local)
    tables = {
        "airflow": ["xcom", "rendered_task_instance_fields", "task_instance", "log", "dag_run"],
        "loan_documents": [
            "loan_documents.alerts", "loan_documents.alert_deliveries", "loan_documents.run_metrics",
        ],
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    try:
        for database, names in tables.items():
            with psycopg.connect(access.conninfo(database)) as connection:
                found[database] = [
                    json.dumps([name, row[0]], default=str)
                    for name in names
                    for row in connection.execute(f"SELECT to_jsonb(t) FROM {name} AS t".encode())
                ]
    finally:
        stop_postgres(local)
    return found["airflow"], found["loan_documents"]


def stats_of(run: Observed) -> dict[str, str]:
    """Our metrics, by name."""
    ours = (line.split(":", 1) for line in run.statsd.lines if "loan_documents" in line.split(":", 1)[0])
    return {name.removeprefix("airflow."): value for name, value in ours}


def test_the_run_ends_green_although_an_alert_fires(run: Observed) -> None:
    assert run.status == 0, run.output


def test_slack_and_mail_are_told_once_with_the_numbers_and_what_to_do(run: Observed) -> None:
    [post] = run.slack.posts
    assert post["text"].startswith("[CRITICAL] Many documents could not be read")
    assert "documents.error_rate is 0.7692, above the limit (0.1)" in json.dumps(post)
    assert "To do:" in json.dumps(post)
    [letter] = run.mail.letters
    assert str(letter["Subject"]).startswith("[CRITICAL] Many documents could not be read")
    assert "documents.error_rate is 0.7692" in text_of(letter)


def test_statsd_gets_well_formed_lines_about_documents_pages_stages_and_queues(run: Observed) -> None:
    stats = stats_of(run)
    for line in run.statsd.lines:
        assert re.fullmatch(r"[A-Za-z0-9_.-]+:[-+]?[0-9.e+-]+\|(c|g|ms)(\|@[0-9.]+)?", line), line
    assert float(stats["loan_documents.documents.quarantined"].partition("|")[0]) == 10
    for name in (
        "loan_documents.documents.processed.unknown",
        "loan_documents.pages.processed",
        "loan_documents.seconds.stage.extract_data",
        "loan_documents.fields.mean_confidence",
        "loan_documents.queue.review_documents",
        "loan_documents.errors.documents.unsupported_format",
        "loan_documents.acquired.new",
        "loan_documents.extracted.pages",
    ):
        assert name in stats, sorted(stats)


def events_of(run: Observed, task: str, kind: str = "COMPLETE") -> list[dict[str, Any]]:
    return [
        event
        for event in run.lineage.posts
        if event.get("eventType") == kind and event["job"]["name"] == f"document_processing_pipeline.{task}"
    ]


def test_lineage_says_what_was_read_and_written_with_counts(run: Observed, inbox: Path) -> None:
    [acquired] = events_of(run, "acquire_documents")
    [read] = acquired["inputs"]
    assert (read["namespace"], read["name"]) == ("file", str(inbox))
    assert read["inputFacets"]["inputStatistics"]["fileCount"] == 13
    [wrote] = acquired["outputs"]
    assert wrote["name"].endswith("/raw")
    assert wrote["outputFacets"]["outputStatistics"]["fileCount"] == 13
    extracted = events_of(run, "extract_data")
    assert sum(e["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] for e in extracted) == 3
    names = {field["name"] for field in extracted[0]["outputs"][0]["facets"]["schema"]["fields"]}
    assert {"document_id", "document_type", "status"} <= names


def test_lineage_events_are_well_formed(run: Observed) -> None:
    assert set(run.lineage.paths) == {"/api/v1/lineage"}
    for event in run.lineage.posts:
        assert event["eventType"] in {"START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"}
        assert re.fullmatch(r"[0-9a-f-]{36}", event["run"]["runId"])
        assert event["job"]["namespace"] == "loan-documents"
        assert event["schemaURL"].startswith("https://openlineage.io/spec/")


def test_logs_are_json_lines(run: Observed) -> None:
    lines = [line for path in (run.home / "logs").rglob("*.log") for line in path.read_text().splitlines() if line]
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_the_history_has_the_alert_and_its_deliveries(run: Observed) -> None:
    alerts = [json.loads(row)[1] for row in run.results if row.startswith('["loan_documents.alerts"')]
    assert [alert["cause"] for alert in alerts] == ["error_rate"]
    sent = [json.loads(row)[1] for row in run.results if row.startswith('["loan_documents.alert_deliveries"')]
    assert {(row["channel"], row["state"]) for row in sent} == {("slack", "sent"), ("email", "sent"), ("log", "sent")}


def text_of_file(path: Path) -> str:
    """What a file says. The address of a record's source is the key to a file that its sender named: it stays."""
    text = path.read_text(errors="replace")
    if path.name != "records.jsonl":
        return text
    return "\n".join(json.dumps(json.loads(line) | {"source_uri": ""}) for line in text.splitlines())


def channels_of(run: Observed) -> dict[str, list[str]]:
    """Everything that left the run, by channel."""
    files = {
        kind: [text_of_file(path) for path in (run.home / kind).rglob("*") if path.is_file()]
        for kind in ("logs", "components", "reports")
    }
    return files | {
        "terminal": [run.output],
        "slack": [json.dumps(post) for post in run.slack.posts],
        "mail": [text_of(letter) + str(letter.items()) for letter in run.mail.letters],
        "metrics": run.statsd.lines,
        "lineage": [json.dumps(post) for post in run.lineage.posts],
        "airflow's database": run.metadata,
        "alerts": run.results,
    }


@pytest.mark.parametrize(
    "channel",
    [
        "logs",
        "components",
        "reports",
        "terminal",
        "slack",
        "mail",
        "metrics",
        "lineage",
        "airflow's database",
        "alerts",
    ],
)
def test_neither_a_social_security_number_nor_a_password_leaves_the_run(run: Observed, channel: str) -> None:
    texts = channels_of(run)[channel]
    assert texts, "nothing was received: the test would prove nothing"
    for text in texts:
        for secret in (SSN, SSN.replace("-", ""), PASSWORD):
            at = text.find(secret)
            assert at < 0, text[max(0, at - 300) : at + 50]
