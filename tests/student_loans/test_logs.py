"""Structured logs: one configuration, events with fields, and no social security number."""

from __future__ import annotations

import json
import logging
import logging.config
import subprocess
import sys
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.logs import (
    JsonLines,
    RedactingFilter,
    airflow_variables,
    load_log_settings,
    log_event,
    logging_config,
)

ROOT = Path(__file__).resolve().parents[2]


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("student_loans.pipeline.store_stage", logging.INFO, __file__, 1, message, arguments, None)


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "include"), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


TELL = (
    "import logging; from student_loans.logs import configure_logging, log_event; configure_logging();"
    "log_event(logging.getLogger('student_loans.test'), 'documents_stored', run_id='run-1', documents=12)"
)


def test_an_event_is_one_json_object_a_line_with_its_fields() -> None:
    (line,) = run_python(TELL, LOAN_DOCUMENTS_LOGS__JSON_LINES="true").splitlines()
    told = json.loads(line)
    assert told["timestamp"].endswith("+00:00")
    assert told | {"timestamp": ""} == {
        "timestamp": "",
        "level": "info",
        "logger": "student_loans.test",
        "event": "documents_stored",
        "run_id": "run-1",
        "documents": 12,
    }


def test_without_json_an_event_is_a_line_for_people() -> None:
    assert run_python(TELL).rstrip().endswith("student_loans.test: documents_stored run_id=run-1 documents=12")


def test_a_level_keeps_events_out() -> None:
    assert run_python(TELL, LOAN_DOCUMENTS_LOGS__LEVEL="INFO") != ""
    quiet = "import student_loans.logs as l; s = l.load_log_settings(); loggers = {'student_loans': 'ERROR'};"
    quiet += "s = s.model_copy(update={'loggers': loggers}); l.configure_logging(s);"
    quiet += "import logging; l.log_event(logging.getLogger('student_loans.test'), 'documents_stored')"
    assert run_python(quiet) == ""


@pytest.mark.parametrize("arguments", [("123-45-6789",), ("x", "987-65-4321")])
def test_what_looks_like_a_social_security_number_is_taken_out(arguments: tuple[str, ...]) -> None:
    told = record("a message " + "%s " * len(arguments), *arguments)
    assert RedactingFilter().filter(told)
    assert "[number]" in JsonLines().format(told)
    assert arguments[-1] not in JsonLines().format(told)


def test_an_exception_is_told_in_json_without_such_a_number() -> None:
    try:
        raise ValueError("not a number: 123-45-6789")
    except ValueError:
        told = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = json.loads(JsonLines().format(told))
    assert "ValueError" in line["exception"]
    assert "123-45-6789" not in line["exception"]


def test_airflow_is_told_the_same() -> None:
    variables = airflow_variables(load_log_settings(environment={"LOAN_DOCUMENTS_LOGS__JSON_LINES": "true"}))
    assert variables["AIRFLOW__LOGGING__JSON_LOGS"] == "True"
    assert variables["AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS"] == "0o600"
    assert variables["AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS"] == "0o700"
    assert "student_loans=INFO" in variables["AIRFLOW__LOGGING__NAMESPACE_LEVELS"].split()


@pytest.mark.airflow
def test_a_component_of_airflow_logs_as_configured(tmp_path: Path) -> None:
    """A real process that sets its logs up as the scheduler does, with our configuration and JSON lines."""
    code = (
        "import airflow.settings, logging; from airflow.logging_config import configure_logging; configure_logging();"
        "logging.getLogger('student_loans.test').info('documents_stored documents=12');"
        "logging.getLogger('botocore.test').info('chatter')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT / "include"),
            "AIRFLOW_HOME": str(tmp_path),
            **airflow_variables(load_log_settings(environment={"LOAN_DOCUMENTS_LOGS__JSON_LINES": "true"})),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
    ours = next(line for line in lines if line.get("logger") == "student_loans.test")
    assert (ours["level"], ours["event"]) == ("info", "documents_stored documents=12")
    assert not any("chatter" in str(line) for line in lines)


def test_an_unknown_key_or_level_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "logging.yaml"
    path.write_text("level: LOUD\njson_lines: false\nloggers: {}\ncolour: red\n")
    with pytest.raises(ConfigurationError, match=r"level.*colour") as caught:
        load_log_settings(path, environment={})
    assert caught.value.code is ErrorCode.INVALID_SETTINGS


def test_events_reach_whoever_listens(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "student_loans.test"):
        log_event(logging.getLogger("student_loans.test"), "documents_checked", passed=3, codes={"empty_file": 1})
    assert caplog.messages == ["documents_checked passed=3 codes={'empty_file': 1}"]


def test_the_configuration_names_handlers_that_exist() -> None:
    config = logging_config(load_log_settings(environment={}))
    assert set(config["root"]["handlers"]) <= set(config["handlers"])
