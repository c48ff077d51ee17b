"""CPU seconds of work: its own and those of child processes, whether they still live or have ended."""

from __future__ import annotations

import subprocess
import sys
import time

from student_loans.sandbox.core_seconds import FORKED
from student_loans.sandbox.process import IsolatedProcess
from student_loans.sandbox.work_clock import WorkClock
from student_loans.settings import settings
from tests import hostile_functions as hostile
from tests.fork_server_factory import fork_server

BUSY = "import time\nwhile time.process_time() < 0.4: pass\nprint('done', flush=True)\n"


def test_waiting_costs_time_and_no_core() -> None:
    clock = WorkClock()
    time.sleep(0.2)
    assert clock.seconds >= 0.2
    assert clock.core_seconds < 0.15


def test_a_child_counts_while_it_lives_and_once_after_it_has_ended() -> None:
    clock = WorkClock()
    child = subprocess.Popen(
        [sys.executable, "-c", BUSY + "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "done\n"
    living = clock.core_seconds
    child.communicate("\n")
    ended = clock.core_seconds
    assert living >= 0.35
    assert living - 0.05 <= ended < 2 * living


def test_a_process_that_a_server_forked_counts_as_a_child_does() -> None:
    with fork_server():
        before = FORKED.core_seconds()
        clock = WorkClock()
        with IsolatedProcess(settings().isolation) as process:
            process.call(hostile.burn, 0.5, limit_s=20)
            living = FORKED.core_seconds() - before
            assert clock.core_seconds >= living
        # Not the clock's: the server is a child of this test, and counts what it has waited for, too.
        ended = FORKED.core_seconds() - before
    assert living >= 0.45
    assert living - 0.05 <= ended < 2 * living
