"""Gantt chart of runs: one row per task, one bar per task instance; all runs on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.benchmarks.airflow_runs import TaskSpan

_READING = {"preprocess_documents": "#93c5fd", "extract_data": "#2563eb"}
_OTHER = "#f59e0b"


def draw(runs: Mapping[str, Sequence[TaskSpan]], path: Path) -> None:
    """Write the picture.

    Args:
        runs: Title to the task instances of a run.
        path: A PNG; its folder is created if missing.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.1 * len(runs) + 0.4), layout="constrained")
    axes = figure.subplots(len(runs), 1, sharex=True, squeeze=False)[:, 0]
    for one, (title, spans) in zip(axes, runs.items(), strict=True):
        names = list(dict.fromkeys(span.task_id for span in sorted(spans, key=lambda span: span.begin)))
        for span in spans:
            row = len(names) - 1 - names.index(span.task_id)
            color = _READING.get(span.task_id, _OTHER)
            one.barh(row, span.end - span.begin, left=span.begin, height=0.6, color=color, edgecolor="white", lw=0.3)
        one.set_yticks(range(len(names)), [name.replace("_", " ") for name in reversed(names)], fontsize=8)
        one.set_title(title, loc="left", fontsize=10)
        one.spines[["top", "right", "left"]].set_visible(False)
        one.tick_params(left=False)
        one.grid(axis="x", color="#e5e7eb", lw=0.6)
        one.set_axisbelow(True)
    axes[-1].set_xlabel("seconds since the run was queued")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def idle_seconds(spans: Sequence[TaskSpan], seconds: float) -> float:
    """Seconds of a run without a running task: overhead of the scheduler and the executor.

    Example:
        >>> idle_seconds([TaskSpan("a", -1, 1.0, 3.0), TaskSpan("b", -1, 2.0, 4.0)], 6.0)
        3.0
    """
    covered, until = 0.0, 0.0
    for span in sorted(spans, key=lambda span: span.begin):
        covered += max(0.0, span.end - max(span.begin, until))
        until = max(until, span.end)
    return seconds - covered
