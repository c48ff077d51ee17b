"""The first start of a local Airflow on a machine that is busy with other work. Minutes a start: ``make test-faults``.

FAULT_STARTS says how often (default 2).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.local_runs import PROJECT_ROOT, new_home

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(os.environ.get("FAULTS") != "long", reason="the long form: make test-faults"),
]

STARTS = int(os.environ.get("FAULT_STARTS", "2"))
LOAD = 20
BUSY = "import time; end = time.monotonic() + 3600\nwhile time.monotonic() < end: pass"


@pytest.fixture(scope="module")
def busy_machine() -> Iterator[None]:
    """As many other processes at work as the load says; they end by themselves at the latest after an hour."""
    others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(LOAD)]
    yield
    for process in others:
        process.kill()
        process.wait()


def local(home: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.local", command],
        cwd=PROJECT_ROOT,
        env={**os.environ, "LOCAL_AIRFLOW_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", range(STARTS))
def test_a_first_start_beside_other_work_succeeds(
    number: int, busy_machine: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with new_home() as home:
        started = time.monotonic()
        up = local(home, "up")
        with capsys.disabled():
            print(f"\nstart {number + 1} at load {os.getloadavg()[0]:.0f}: {time.monotonic() - started:.0f} s")
        down = local(home, "down")
    assert up.returncode == 0, up.stdout + up.stderr
    assert down.returncode == 0, down.stdout + down.stderr
