"""A real Airflow while channels are down, tasks fail and processes are killed. Minutes long: `make test-outages`.

One Airflow is started for the module; the tests follow each other like a bad day.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.local.api import AirflowApi
from scripts.local.components import RUN_VARIABLES
from scripts.local.environment import LocalAirflow
from scripts.local.server import start, stop
from student_loans.intake.sources import allow_location
from student_loans.runs import run_name
from tests.local_home import delete_home
from tests.receivers import (
    HttpReceiver,
    MailServer,
    free_port,
    http_receiver,
    mail_server,
    slack_webhook_connection,
    smtp_connection,
    text_of,
)

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "documents"
PIPELINE, DELIVER, SELFTEST = "document_processing_pipeline", "deliver_alerts", "pipeline_selftest"

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif("OUTAGES" not in os.environ, reason="minutes long: make test-outages"),
]


class Deployment:
    """A local Airflow with its channels on ports that can be shut and opened again."""

    def __init__(self, local: LocalAirflow, api: AirflowApi, slack_port: int, mail_port: int) -> None:
        self.local, self.api = local, api
        self.slack_port, self.mail_port = slack_port, mail_port
        self.number = 0

    def run(self, dag_id: str, conf: dict[str, Any] | None = None, *, wait: bool = True) -> tuple[str, str]:
        """Trigger a DAG; returns the run's id and, when it is waited for, its state."""
        self.number += 1
        run_id = f"outage-{self.number}"
        if conf and "source" in conf:
            allow_location(self.local.allowed_sources, conf["source"])
        self.api.trigger(dag_id, conf or {}, run_id=run_id)
        return run_id, self.wait(dag_id, run_id) if wait else "running"

    def wait(self, dag_id: str, run_id: str, seconds: float = 600) -> str:
        deadline = time.monotonic() + seconds
        while (state := self.api.run_state(dag_id, run_id)) not in ("success", "failed"):
            assert time.monotonic() < deadline, f"{run_id} is still {state}"
            time.sleep(0.5)
        return state

    def deliver_now(self) -> None:
        """What the small DAG does every ten minutes."""
        assert self.run(DELIVER)[1] == "success"

    def sql(self, query: str) -> list[Any]:
        from scripts.local.postgres import start_postgres

        with psycopg.connect(start_postgres(self.local).conninfo("loan_documents")) as connection:
            return connection.execute(query.encode()).fetchall()

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """State of each task instance, a mapped one under its label."""
        return {one["rendered_map_index"] or one["task_id"]: one["state"] for one in self.instances(dag_id, run_id)}

    def instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Task instances of a run, as the REST API gives them."""
        answer = self.api._client.get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")
        return list(answer.json()["task_instances"])


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    home = Path(tempfile.mkdtemp(prefix="e2e-"))
    slack_port, mail_port = free_port(), free_port()
    local = LocalAirflow(home, home / "data", home / "reports")
    variables = {
        "AIRFLOW_CONN_SLACK_ALERTS": slack_webhook_connection(slack_port),
        "AIRFLOW_CONN_SMTP_ALERTS": smtp_connection(mail_port),
        **RUN_VARIABLES,  # what the clock starts would send alerts of its own
        "LOAN_DOCUMENTS__OPERATIONS__DEADLINE_MINUTES": "0.1",  # every run is late: told, and left out of the other tests
    }
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        api = start(local, print)
        for dag_id in (PIPELINE, DELIVER, SELFTEST):
            api.wait_for_dag(dag_id)
        yield Deployment(local, api, slack_port, mail_port)
    finally:
        stop(local)
        os.environ.clear()
        os.environ.update(before)
        delete_home(home)


@pytest.fixture
def bad_inbox(tmp_path: Path) -> Path:
    """A dozen files that are no documents: the error rate is high."""
    for number in range(12):
        (tmp_path / f"letter-{number}.pdf").write_text(f"Plain text {number} of {tmp_path}.")
    return tmp_path


@pytest.fixture
def good_inbox(tmp_path: Path) -> Path:
    """Ten documents that can be read, of bytes that no run has seen."""
    born_digital = [path for path in sorted(SAMPLES.glob("*.pdf")) if 0 < path.stat().st_size < 10_000]
    for number in range(10):
        content = born_digital[number % len(born_digital)].read_bytes()
        (tmp_path / f"note-{number}.pdf").write_bytes(content + f"\n% {tmp_path} {number}\n".encode())
    return tmp_path


@pytest.fixture
def one_document(tmp_path: Path) -> Path:
    """One document, of bytes that no run has seen."""
    (tmp_path / "note.pdf").write_bytes(min(SAMPLES.glob("*.pdf")).read_bytes() + f"\n% {tmp_path}\n".encode())
    return tmp_path


def subjects(slack: HttpReceiver, mail: MailServer) -> tuple[list[str], list[str]]:
    posts, letters = [post["text"] for post in slack.posts], [str(letter["Subject"]) for letter in mail.letters]
    return [text for text in posts if "is late" not in text], [text for text in letters if "is late" not in text]


def test_both_down_the_run_is_green_and_the_alert_goes_out_later(deployment: Deployment, bad_inbox: Path) -> None:
    assert deployment.run(PIPELINE, {"source": str(bad_inbox)})[1] == "success"
    waiting = deployment.sql(
        "SELECT channel, note FROM loan_documents.alert_deliveries JOIN loan_documents.alerts USING (alert_id)"
        " WHERE cause = 'error_rate' AND state = 'waiting'"
    )
    assert sorted(waiting) == [("email", "ConnectionRefusedError"), ("slack", "ConnectionRefusedError")]
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port) as mail:
        deployment.deliver_now()
        deployment.deliver_now()
        assert subjects(slack, mail) == (["[CRITICAL] Many documents could not be read"],) * 2


def test_slack_down_what_is_gone_is_told_by_what_is_left(deployment: Deployment, good_inbox: Path) -> None:
    with mail_server(deployment.mail_port) as mail:
        assert deployment.run(PIPELINE, {"source": str(good_inbox), "documents_per_task": 10})[1] == "success"
        letters = [str(letter["Subject"]) for letter in mail.letters if "is late" not in str(letter["Subject"])]
        assert letters == ["[RESOLVED] Many documents could not be read"]
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port) as mail:
        deployment.deliver_now()
        assert subjects(slack, mail) == (["[RESOLVED] Many documents could not be read"], [])


def test_a_failed_task_is_told_once_with_its_code_and_what_to_do(deployment: Deployment, tmp_path: Path) -> None:
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port) as mail:
        run_id, state = deployment.run(PIPELINE, {"source": str(tmp_path / "nowhere")})
        time.sleep(15)  # the DAG's own callback runs in the DAG processor, some seconds later
        assert state == "failed"
        told = (["[CRITICAL] document_processing_pipeline: acquire_documents failed (source_not_found)"],) * 2
        assert subjects(slack, mail) == told
        text = json.dumps(slack.posts)
        assert "try 1 of 5" in text
        assert "Check the parameter source" in text
        assert f"/dags/{PIPELINE}/runs/{run_id}/tasks/acquire_documents" in text_of(mail.letters[0])


def test_its_recovery_is_told(deployment: Deployment, one_document: Path) -> None:
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port) as mail:
        assert deployment.run(PIPELINE, {"source": str(one_document)})[1] == "success"
        told = (["[RESOLVED] document_processing_pipeline: acquire_documents failed (source_not_found)"],) * 2
        assert subjects(slack, mail) == told


def test_a_killed_task_is_told_although_its_callback_died_with_it(deployment: Deployment, one_document: Path) -> None:
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port):
        run_id, _ = deployment.run(PIPELINE, {"source": str(one_document)}, wait=False)
        killed = kill_each_try(deployment, run_id, "extract_data")
        assert killed >= 3
        assert deployment.wait(PIPELINE, run_id) == "failed"
        wait_for_a_post(slack)
        time.sleep(15)  # for a second one, which must not come
        [post] = [post for post in slack.posts if "is late" not in post["text"]]
        assert post["text"].startswith("[CRITICAL]")
        assert "extract_data" in json.dumps(post)


def wait_for_a_post(slack: HttpReceiver, seconds: float = 120) -> None:
    """Until the DAG processor, whose turn may be late on a busy machine, has said what happened."""
    deadline = time.monotonic() + seconds
    while all("is late" in post["text"] for post in slack.posts):
        assert time.monotonic() < deadline, "nobody was told"
        time.sleep(0.5)


def kill_each_try(deployment: Deployment, run_id: str, task_id: str, seconds: float = 700) -> int:
    """Kill every process that runs this task, until the run has ended; returns how many."""
    killed = 0
    deadline = time.monotonic() + seconds
    while deployment.api.run_state(PIPELINE, run_id) not in ("success", "failed"):
        assert time.monotonic() < deadline
        for instance in deployment.instances(PIPELINE, run_id):
            if instance["task_id"] == task_id and instance["state"] in ("queued", "running"):
                for pid in processes_titled(f"airflow worker -- {instance['id']}"):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
    return killed


def processes_titled(title: str) -> list[int]:
    """Processes with the title that Airflow gives to the one that runs a try of a task."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cmdline").read_bytes().rstrip(b"\0 ").decode(errors="replace") == title:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_late_run_is_told_while_it_runs_and_again_when_it_has_ended(deployment: Deployment, good_inbox: Path) -> None:
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port):
        run_id, state = deployment.run(PIPELINE, {"source": str(good_inbox), "documents_per_task": 10})
        assert state == "success"
        told = [post["text"] for post in slack.posts if "is late" in post["text"]]
        assert told == [f"[WARNING] A run of {PIPELINE} is late", f"[RESOLVED] A run of {PIPELINE} is late"]
    [(opened, ended)] = deployment.sql(
        "SELECT a.opened_at, r.finished_at FROM loan_documents.alerts a JOIN loan_documents.runs r USING (run_id)"
        f" WHERE a.rule = 'run_late' AND a.run_id = '{run_name(PIPELINE, run_id)}'"
    )
    assert opened < ended


def test_the_self_test_says_what_works_and_what_is_not_set_up(deployment: Deployment) -> None:
    with http_receiver(deployment.slack_port) as slack, mail_server(deployment.mail_port) as mail:
        run_id, state = deployment.run(SELFTEST)
        assert subjects(slack, mail) == (["[INFO] Test message of pipeline_selftest"],) * 2
    states = deployment.states(SELFTEST, run_id)
    assert state == "success", states
    for name in (
        "settings and rules",
        "results database",
        "object store",
        "Tesseract",
        "OCR models",
        "disk space",
        "alert channel slack",
        "alert channel email",
        "alert channel log",
    ):
        assert states[f"{name}: ok"] == "success", states
    assert set(states.values()) <= {"success", "skipped"}


def test_a_self_test_without_messages_says_that_it_sent_none(deployment: Deployment) -> None:
    run_id, state = deployment.run(SELFTEST, {"send_messages": False})
    states = deployment.states(SELFTEST, run_id)
    assert state == "success", states
    assert {name for name in states if name.startswith("alert channel")} == {
        f"alert channel {name}: not tried" for name in ("slack", "email", "log")
    }
