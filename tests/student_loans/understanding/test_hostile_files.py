"""Files made to break what opens them, through the command line: a record or a typed error each, and the others undisturbed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from student_loans.errors import ErrorCode
from tests.hostile_files import HOSTILE

PROJECT_ROOT = Path(__file__).resolve().parents[3]
SAMPLES = PROJECT_ROOT / "samples"
GENUINE = ("sample-03.pdf", "sample-08.pdf", "sample-12.pdf")
COMMAND = (sys.executable, "-m", "student_loans", "read")
MEMORY_BYTES = 768 * 1024**2
LIMITS = {"MEMORY_BYTES": MEMORY_BYTES, "PAGE_CPU_S": 3, "PAGE_TIMEOUT_S": 120, "WORKERS": 2}
LONGEST_RUN_S = 580
"""On a busy machine; alone on two cores it takes a fifth of that."""
GOOD_AS_THEY_ARE = {"without-end.pdf", "tables-circle.pdf", "nested-arrays.pdf"}
"""Odd files with a page that can be read; whether they are is up to the libraries."""


class Watch:
    """The most memory of its own that any process below this one had: without the libraries' files, which all share."""

    def __init__(self) -> None:
        self.highest: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            for pid in _below(os.getpid()):
                try:
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                if found := re.search(r"RssAnon:\s+(\d+) kB", status):
                    self.highest[pid] = max(self.highest.get(pid, 0), int(found[1]) * 1024)


def _below(pid: int) -> Iterator[int]:
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in listing.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], int, str]:
    """File name to record, the most bytes that a process had, and what the command said."""
    folder, output = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("records") / "records.jsonl"
    for name, make in HOSTILE.items():
        (folder / name).write_bytes(make())
    for name in GENUINE:
        shutil.copy(SAMPLES / "documents" / name, folder / f"genuine-{name}")
    variables = {f"LOAN_DOCUMENTS__ISOLATION__{name}": str(value) for name, value in LIMITS.items()}
    with Watch() as watch:
        done = subprocess.run(
            [*COMMAND, str(folder), "--output", str(output)],
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "include"), **variables},
            capture_output=True, text=True, timeout=LONGEST_RUN_S, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in output.read_text().splitlines()]
    return {Path(r["source_uri"]).name: r for r in records}, max(watch.highest.values()), done.stderr


Run = tuple[dict[str, dict[str, Any]], int, str]
pytestmark = pytest.mark.timeout(LONGEST_RUN_S + 20)


def test_every_file_has_a_record_or_a_typed_error(run: Run) -> None:
    records, _, said = run
    assert set(records) == {*HOSTILE, *(f"genuine-{name}" for name in GENUINE)}
    for name in HOSTILE:
        record = records[name]
        assert record.get("error") in set(ErrorCode) or name in GOOD_AS_THEY_ARE, (name, record["status"])
        assert record["status"] != "accepted"
    assert f"{len(records)} documents" in said


def test_no_process_has_more_memory_than_it_may_have(run: Run) -> None:
    _, highest, _ = run
    assert 0 < highest < MEMORY_BYTES


def test_genuine_documents_between_them_are_read_as_ever(run: Run) -> None:
    records, _, _ = run
    truth = {row["file"]: row for row in map(json.loads, (SAMPLES / "truth.jsonl").read_text().splitlines())}
    for name in GENUINE:
        record = records[f"genuine-{name}"]
        assert record["document_type"] == truth[name]["document_type"]
        assert record["status"] == "accepted"
