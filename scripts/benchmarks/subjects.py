"""Subjects of the benchmark, one function each; each returns plain data for the JSON file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from scripts.benchmarks.airflow_runs import DAG_ID, BenchmarkAirflow, RunFigures, TaskSpan
from scripts.benchmarks.gantt import idle_seconds
from scripts.benchmarks.inputs import write_born_digital, write_scans
from scripts.benchmarks.ocrmypdf import is_installed, seconds_of_ocrmypdf
from scripts.benchmarks.tesseract import seconds_of_tesseract
from student_loans.runs import run_name
from student_loans.settings import settings

CORES = os.cpu_count() or 1


@dataclass(slots=True)
class Bench:
    """Context of all subjects.

    Attributes:
        folder: Folder of the inputs.
        rounds: Measurements of quick subjects; medians are reported.
        scans: One-page scans for the efficiency.
        documents: Born-digital documents of the smaller measurements.
        growth: Batch sizes of the measurement of growth.
        say: Reports progress.
        gantt: Runs for the picture, by title.
        accounts: Cost of runs that other subjects have measured, by kind of document.
        running: Airflow, once it is started.
    """

    folder: Path
    rounds: int
    scans: int
    documents: int
    growth: tuple[int, ...]
    say: Callable[[str], None]
    gantt: dict[str, list[TaskSpan]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: BenchmarkAirflow | None = None

    @property
    def airflow(self) -> BenchmarkAirflow:
        """The Airflow that runs the DAG, started on first use."""
        if self.running is None:
            self.say("starting Airflow")
            self.running = BenchmarkAirflow().__enter__()
        return self.running

    def rest(self) -> None:
        """Stop Airflow: even an idle one takes CPU time from other measurements."""
        if self.running is not None:
            self.running.__exit__(None, None, None)
            self.running = None

    def born_digital(self, count: int) -> Path:
        """A folder with a number of born-digital documents."""
        folder = self.folder / f"born-digital-{count}"
        if not folder.exists():
            write_born_digital(folder, count, f"benchmark-{count}")
        return folder


def efficiency(bench: Bench) -> dict[str, Any]:
    """Plain Tesseract over the same pages, ``ocrmypdf`` over the same files, and the DAG run, round by round."""
    files = write_scans(bench.folder / f"scans-{bench.scans}", bench.scans)
    rows: list[dict[str, float]] = []
    for number in range(bench.rounds):
        row: dict[str, float] = {}
        bench.rest()
        bench.say(f"{bench.scans} scans, round {number + 1}: Tesseract")
        row["tesseract_s"] = seconds_of_tesseract(files, CORES)
        if is_installed():
            bench.say("ocrmypdf")
            row["ocrmypdf_s"] = seconds_of_ocrmypdf(files, CORES)
        for name, (per_task, title) in DIVISIONS.items():
            bench.say(f"the DAG, {name}")
            run = bench.airflow.run(files[0].parent, per_task=per_task)
            if name == "grouped":
                bench.accounts["scans"] = _account(bench, run)
            row[f"{name}_s"] = run.seconds
            row[f"{name}_megabytes"] = run.peak_megabytes
            row[f"{name}_idle_s"] = idle_seconds(run.spans, run.seconds)
            if number == bench.rounds - 1:  # one picture of each is enough
                bench.gantt[f"{bench.scans} one-page scans, {title}: {run.seconds:.0f} s"] = run.spans
        rows.append(row)
    medians = {name: median(row[name] for row in rows) for name in rows[0]}
    return {
        "pages": len(files),
        "rounds": rows,
        **medians,
        "efficiency_grouped": median(row["tesseract_s"] / row["grouped_s"] for row in rows),
        "efficiency_single": median(row["tesseract_s"] / row["single_s"] for row in rows),
        "times_ocrmypdf": median(row["ocrmypdf_s"] / row["grouped_s"] for row in rows) if is_installed() else None,
        "tesseract_times_ocrmypdf": median(r["ocrmypdf_s"] / r["tesseract_s"] for r in rows)
        if is_installed()
        else None,
    }


DIVISIONS = {"grouped": (0, "automatic groups"), "single": (1, "one document a task")}
"""Documents per task (0: the pipeline chooses) and a title."""


def grouping(bench: Bench) -> dict[str, Any]:
    """The cost of one more mapped task: the same documents in groups of different sizes."""
    source = bench.born_digital(bench.documents)
    sizes = (1, 5, 25, bench.documents)
    seconds: dict[str, float] = {}
    tasks: dict[str, int] = {}
    for size in sizes:
        bench.say(f"{bench.documents} born-digital documents, {size} a task")
        runs = [bench.airflow.run(source, per_task=size) for _ in range(bench.rounds)]
        seconds[str(size)] = median(run.seconds for run in runs)
        tasks[str(size)] = len([span for span in runs[0].spans if span.map_index >= 0])
        if size in (1, 25):
            bench.gantt[f"{bench.documents} born-digital documents, {size} a task: {runs[0].seconds:.0f} s"] = runs[
                0
            ].spans
    few, many = str(25), str(1)
    cost = (seconds[many] - seconds[few]) / max(1, tasks[many] - tasks[few])
    return {
        "documents": bench.documents,
        "seconds_by_documents_per_task": seconds,
        "mapped_tasks": tasks,
        "wall_seconds_per_mapped_task": cost,
    }


def second_run(bench: Bench) -> dict[str, Any]:
    """The same folder again: every file is known."""
    source = bench.born_digital(bench.documents)
    bench.say(f"{bench.documents} documents, then again unchanged")
    rows = []
    for _ in range(bench.rounds):
        first = bench.airflow.run(source)
        second = bench.airflow.run(source, fresh=False)
        started = time.perf_counter()
        _ask(bench, source)
        asked = time.perf_counter() - started
        rows.append((first.seconds, second.seconds, asked))
    first_s, second_s, asked_s = (median(row[n] for row in rows) for n in range(3))
    return {
        "documents": bench.documents,
        "first_s": first_s,
        "second_s": second_s,
        "make_run_s": asked_s,
        "share_of_dag": second_s / first_s,
        "share_of_make_run": asked_s / first_s,
    }


def _ask(bench: Bench, source: Path) -> None:
    """The check of ``make run`` before it starts Airflow, in a separate process."""
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "scripts.local", "run", str(source)],
        env=os.environ | {"LOCAL_AIRFLOW_HOME": str(bench.airflow.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    if "Nothing new" not in done.stdout:
        raise RuntimeError("The second run found something new.")


def growth(bench: Bench) -> dict[str, Any]:
    """Born-digital documents, ten times as many each time: time, memory, lost documents, and time of a second run."""
    rows: list[dict[str, Any]] = []
    for count in bench.growth:
        bench.say(f"{count:,} born-digital documents")
        run = bench.airflow.run(bench.born_digital(count))
        bench.accounts["born_digital"] = _account(bench, run)
        again = bench.airflow.run(bench.born_digital(count), fresh=False)
        rows.append(
            {
                "documents": count,
                "seconds": run.seconds,
                "documents_a_second": count / run.seconds,
                "again_s": again.seconds,
                "megabytes": run.peak_megabytes,
                "unaccounted": run.counts["unaccounted"],
                "stored": run.counts["accepted"] + run.counts["review"],
                "peaks": run.peaks,
                "idle_s": idle_seconds(run.spans, run.seconds),
                "task_seconds": _by_task(run),
                "kept_bytes": bench.airflow.bytes_kept(),
                "xcom_bytes": bench.airflow.xcom_bytes(run.run_id),
            }
        )
    factors = [late["seconds"] / early["seconds"] for early, late in pairwise(rows)]
    return {"rows": rows, "factors": factors, "times": 1}


def _by_task(run: RunFigures) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for span in run.spans:
        seconds[span.task_id] = seconds.get(span.task_id, 0.0) + span.end - span.begin
    return seconds


def cost(bench: Bench) -> dict[str, Any]:
    """Core-seconds and money of a page, by stage and type, of scans and of born-digital documents."""
    if "scans" not in bench.accounts:
        bench.say("cost of scans")
        files = write_scans(bench.folder / f"scans-{bench.scans}", bench.scans)
        bench.accounts["scans"] = _account(bench, bench.airflow.run(files[0].parent))
    if "born_digital" not in bench.accounts:
        bench.say("cost of born-digital documents")
        bench.accounts["born_digital"] = _account(bench, bench.airflow.run(bench.born_digital(bench.documents)))
    return {**bench.accounts, "times": 1}


def _account(bench: Bench, run: RunFigures) -> dict[str, Any]:
    """Core time of a run on documents, and of the machine on the run, with Airflow, the database and waiting."""
    from student_loans.costs.store import CostStore

    account = CostStore(bench.airflow.conninfo).of_run(run_name(DAG_ID, run.run_id), settings().cost)
    pages = max((row.pages for row in account.by_stage()), default=0)
    return account.to_json() | {
        "wall_s": run.seconds,
        "pages": pages,
        "documents": run.counts["files"],
        "core_seconds_per_page": account.core_seconds / pages if pages else None,
        "machine_core_seconds_per_page": run.seconds * CORES / pages if pages else None,
    }


SUBJECTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "grouping": grouping,
    "second_run": second_run,
    "efficiency": efficiency,
    "growth": growth,
    "cost": cost,
}
