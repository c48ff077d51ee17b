"""A wait goes on as long as progress is made, and its end is a sentence with the log's last lines."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.local.errors import StartFailed
from scripts.local.patience import Patience, WaitLimits

SPIN, SLEEP = "while True: pass", "import time; time.sleep(60)"
SPIN_IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{SPIN}'])"


@contextmanager
def python(code: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        yield process.pid
    finally:
        from scripts.local.processes import kill, session_members

        kill(session_members(process.pid))
        process.wait()


def wait(patience: Patience, pid: int, log: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        patience.observe([pid], [log], "its end")
        time.sleep(0.1)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "part.log"
    path.write_text("".join(f"line {number}\n" for number in range(100)))
    return path


@pytest.mark.parametrize("code", [SPIN, SPIN_IN_A_CHILD], ids=["itself", "its child"])
def test_cpu_time_of_the_tree_is_progress(code: str, log: Path) -> None:
    with python(code) as pid:
        wait(Patience("starting", print, WaitLimits(idle_s=2)), pid, log, seconds=5)


def test_growth_of_the_log_is_progress(log: Path) -> None:
    patience = Patience("starting", print, WaitLimits(idle_s=2))
    with python(SLEEP) as pid:
        for number in range(4):
            wait(patience, pid, log, seconds=1.2)
            with log.open("a") as file:
                file.write(f"more {number}\n")


def test_without_progress_the_wait_ends_with_the_last_lines_of_the_log(log: Path) -> None:
    with python(SLEEP) as pid, pytest.raises(StartFailed) as failed:
        wait(Patience("starting Airflow", print, WaitLimits(idle_s=1)), pid, log, seconds=30)
    message = str(failed.value)
    assert message.startswith("starting Airflow: nothing has happened for ")
    assert str(log) in message
    assert "line 99" in message
    assert "line 50" not in message


def test_a_process_that_spins_without_end_is_given_up(log: Path) -> None:
    with python(SPIN) as pid, pytest.raises(StartFailed, match="CPU seconds"):
        wait(Patience("starting", print, WaitLimits(cpu_s=0.5)), pid, log, seconds=60)


def test_the_limits_come_from_the_environment(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_AIRFLOW_WAIT_LIMIT_S", "0.5")
    with python(SPIN) as pid, pytest.raises(StartFailed, match="LOCAL_AIRFLOW_WAIT_LIMIT_S"):
        wait(Patience("starting", print), pid, log, seconds=30)
    monkeypatch.setenv("LOCAL_AIRFLOW_WAIT_LIMIT_S", "soon")
    with pytest.raises(StartFailed, match="not a number of seconds"):
        WaitLimits.of_environment()


def test_the_wait_says_what_is_missing_and_how_long_it_takes(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.local.patience.SAY_INTERVAL_S", 0.5)
    lines: list[str] = []
    with python(SPIN) as pid:
        wait(Patience("starting Airflow", lines.append), pid, log, seconds=1.5)
    assert lines[0].startswith("starting Airflow, waiting for its end (")
