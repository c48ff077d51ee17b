"""Signals end a command after the step that may not be cut, and never twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
BEGINNING = "import sys, time\nfrom scripts.local.interrupts import *\nhandle_signals()\n"


def run(code: str, *signals: int) -> tuple[int, str]:
    """Run code that prints a line, and send it signals then."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEGINNING + code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    for number in signals:
        os.kill(process.pid, number)
        time.sleep(0.5)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_gives_the_status_of_shells(number: int, status: int) -> None:
    code = "try:\n print(1, flush=True); time.sleep(60)\nexcept Interrupted as e: sys.exit(e.status)"
    assert run(code, number) == (status, "")


def test_a_step_ends_before_the_signal_counts() -> None:
    code = (
        "try:\n with deferred():\n  print(1, flush=True); time.sleep(1); print('done', flush=True)\n print('not this')\n"
        "except Interrupted as e: sys.exit(e.status)"
    )
    assert run(code, signal.SIGTERM) == (143, "done\n")


def test_an_error_of_a_program_that_the_signal_ended_is_the_signal() -> None:
    code = (
        "try:\n with deferred():\n  print(1, flush=True); time.sleep(1); raise OSError\n"
        "except Interrupted as e: sys.exit(e.status)"
    )
    assert run(code, signal.SIGINT) == (130, "")


def test_a_second_signal_does_not_wait_for_a_long_step() -> None:
    code = (
        "try:\n with deferred():\n  print(1, flush=True); time.sleep(60)\nexcept Interrupted as e: sys.exit(e.status)"
    )
    assert run(code, signal.SIGINT, signal.SIGTERM) == (143, "")


def test_later_signals_make_the_clean_up_hurry_and_do_not_cut_it() -> None:
    code = (
        "try:\n print(1, flush=True); time.sleep(60)\n"
        "except Interrupted as e:\n time.sleep(1.5); print(in_a_hurry(), flush=True); sys.exit(e.status)"
    )
    assert run(code, signal.SIGINT, signal.SIGINT) == (130, "True\n")
