"""States and durations of a run's tasks, read from inside one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import Context

_FAILED = frozenset({"failed", "upstream_failed"})


def task_history(context: Context) -> tuple[dict[str, float], tuple[str, ...]]:
    """Seconds by task, and the tasks that failed.

    Args:
        context: Airflow's context of the running task.

    Returns:
        Task id to the seconds that its task instances ran, summed over mapped ones, in the order of the DAG; and the
        ids of tasks with a failed instance.
    """
    rows = context["ti"].get_task_breadcrumbs(context["dag"].dag_id, context["run_id"])  # type: ignore[attr-defined]
    return summarize_history(rows, [task.task_id for task in context["dag"].topological_sort()])  # type: ignore[no-untyped-call]


def summarize_history(
    rows: Iterable[Mapping[str, Any]], task_ids: Iterable[str]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The same from plain rows with ``task_id``, ``state`` and ``duration`` in seconds (None if it did not run)."""
    seconds: dict[str, float] = {}
    failed: set[str] = set()
    for row in rows:
        seconds[row["task_id"]] = seconds.get(row["task_id"], 0.0) + (row["duration"] or 0.0)
        if row["state"] in _FAILED:
            failed.add(row["task_id"])
    order = list(task_ids)
    return {task_id: seconds[task_id] for task_id in order if task_id in seconds}, tuple(
        task_id for task_id in order if task_id in failed
    )
