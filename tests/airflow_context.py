"""Airflow's context of a task, as far as operators look at it, for tests that execute one without Airflow."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def task_context(dag_id: str, run_id: str, task_id: str, map_index: int = -1, **further: Any) -> Any:
    """The context of a task.

    Args:
        dag_id: Its DAG.
        run_id: Airflow's id of the run.
        task_id: The task.
        map_index: Of a mapped task.
        **further: Other keys of the context.
    """
    ti = SimpleNamespace(task_id=task_id, map_index=map_index)
    return {"run_id": run_id, "dag": SimpleNamespace(dag_id=dag_id), "ti": ti, **further}
