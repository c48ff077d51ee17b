"""What the tasks of a run did, in the order of the DAG."""

from __future__ import annotations

from loan_documents.task_history import summarize_history


def row(task_id: str, state: str, duration: float | None) -> dict[str, object]:
    return {"task_id": task_id, "state": state, "duration": duration}


def test_seconds_of_mapped_tasks_are_summed_in_the_order_of_the_dag() -> None:
    rows = [row("extract", "success", 2.0), row("extract", "success", 3.0), row("acquire", "success", 1.0)]
    assert summarize_history(rows, ["acquire", "extract", "store"]) == ({"acquire": 1.0, "extract": 5.0}, ())


def test_a_task_with_a_failed_instance_is_named_once() -> None:
    rows = [row("extract", "failed", 2.0), row("extract", "failed", 2.0), row("store", "upstream_failed", None)]
    assert summarize_history(rows, ["extract", "store"])[1] == ("extract", "store")
