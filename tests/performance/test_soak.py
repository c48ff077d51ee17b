"""Run after run of mixed and hostile files: nothing is lost, and memory and open files stay flat. ``make soak``.

SOAK_MINUTES says how long (default 60). Writes ``reports/benchmarks/soak.json`` and ``soak.png``.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

import pytest

from scripts.benchmarks.airflow_runs import BenchmarkAirflow
from scripts.benchmarks.memory import MemoryWatch, Sample
from tests.faults.mixed_files import write_mixed_files

MINUTES = float(os.environ.get("SOAK_MINUTES", "0"))
FILES = 60
SCANS = ("sample-06.pdf", "sample-07.jpg")
PROJECT_ROOT = Path(__file__).resolve().parents[2]
OUTPUT = PROJECT_ROOT / "reports" / "benchmarks"
WARM_UP = 0.25
"""Share of the time that does not count: components load what they need with the first runs."""

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(60 * MINUTES + 900),
    pytest.mark.skipif(not MINUTES, reason="as long as you like: make soak"),
]


def test_memory_and_open_files_stay_flat_over_many_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seconds: list[float] = []
    with BenchmarkAirflow() as airflow, MemoryWatch(airflow.local) as watch:
        deadline = time.monotonic() + 60 * MINUTES
        while time.monotonic() < deadline:
            inbox = tmp_path / f"inbox-{len(seconds)}"
            inbox.mkdir()
            write_mixed_files(inbox, FILES, f"soak-{len(seconds)}")
            for name in SCANS:
                content = (PROJECT_ROOT / "samples" / "documents" / name).read_bytes()
                (inbox / name).write_bytes(content + f"\n% soak {len(seconds)}".encode())
            run = airflow.run(inbox, fresh=False)  # raises when a run fails
            assert (run.counts["files"], run.counts["unaccounted"]) == (FILES + len(SCANS), 0)
            seconds.append(run.seconds)
            shutil.rmtree(inbox)
            with capsys.disabled():
                last = watch.samples[-1]
                print(
                    f"run {len(seconds)}: {run.seconds:.0f} s, {last.long_lived:.0f} MB, {last.long_lived_handles} handles"
                )
    draw(watch.samples, OUTPUT / "soak.png")
    (OUTPUT / "soak.json").write_text(
        json.dumps({"minutes": MINUTES, "runs": seconds, "samples": [asdict(one) for one in watch.samples]})
    )
    settled = [one for one in watch.samples if one.at > WARM_UP * watch.samples[-1].at]
    assert flat([one.long_lived for one in settled], share=0.10, slack=40.0), "memory grew"
    assert flat([float(one.long_lived_handles) for one in settled], share=0.10, slack=20.0), "open files grew"
    third = max(1, len(seconds) // 3)
    assert median(seconds[-third:]) <= 1.5 * median(seconds[1 : 1 + third] or seconds), "runs became slower"


def flat(values: Sequence[float], share: float, slack: float) -> bool:
    """Is the median of the last third no higher than that of the first, but for a share and a slack?"""
    third = max(1, len(values) // 3)
    return median(values[-third:]) <= (1 + share) * median(values[:third]) + slack


def draw(samples: Sequence[Sample], path: Path) -> None:
    """Memory and open files over time: all processes, and those that outlive a task."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    memory, handles = figure.subplots(2, 1, sharex=True)
    minutes = [one.at / 60 for one in samples]
    memory.plot(minutes, [one.megabytes for one in samples], color="#93c5fd", lw=1, label="all processes")
    memory.plot(minutes, [one.long_lived for one in samples], color="#1d4ed8", lw=1.6, label="components of Airflow")
    handles.plot(minutes, [one.handles for one in samples], color="#fcd34d", lw=1)
    handles.plot(minutes, [one.long_lived_handles for one in samples], color="#b45309", lw=1.6)
    memory.set_ylabel("memory, MB")
    handles.set_ylabel("open files and sockets")
    handles.set_xlabel("minutes")
    memory.legend(frameon=False, loc="lower right", ncols=2)
    for axes in (memory, handles):
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#e5e7eb", lw=0.6)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
