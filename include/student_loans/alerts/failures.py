"""Verdicts about failures that leave no metrics: tasks, runs and deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from student_loans.alerts.model import AlertVerdict
from student_loans.error_advice import todo_of
from student_loans.errors import LoanDocumentError
from student_loans.severity import Severity

_WHY_SILENT = "its process was killed (memory, a lost machine), or the results database did not answer"
TASK_FAILED, RUN_FAILED, RUN_LATE = "task_failed", "run_failed", "run_late"


def code_and_message(error: BaseException | str | None) -> tuple[str, str]:
    """Code and message of an error, without any text of a document or a server.

    Returns:
        Stable code of :class:`student_loans.errors.ErrorCode` with the message of our error, which quotes no value; the
        class name of any other exception, without its words.

    Example:
        >>> code_and_message(ValueError("'123-45-6789' is not a date"))
        ('ValueError', '')
    """
    if error is None or isinstance(error, str):
        return "unknown", ""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, LoanDocumentError):
            return seen.code.value, seen.message
        seen = seen.__cause__
    return type(error).__name__, ""


def task_failed(
    dag_id: str, task_id: str, error: BaseException | str | None, *, tries: tuple[int, int], document: str, url: str
) -> AlertVerdict:
    """A failed task: one cause for each task and code, however many mapped instances fail.

    Args:
        dag_id: The DAG.
        task_id: The task.
        error: What it ended with.
        tries: Attempts made, and those allowed.
        document: The document of the task, by name, or the first document of its group.
        url: The task's log.
    """
    code, message = code_and_message(error)
    made, allowed = tries
    about = f" on {document}" if document else ""
    return AlertVerdict(
        cause=f"{TASK_FAILED}:{dag_id}.{task_id}:{code}",
        rule=TASK_FAILED,
        severity=Severity.CRITICAL,
        firing=True,
        title=f"{dag_id}: {task_id} failed ({code})",
        detail=f"Task {task_id}{about} failed with {code} (try {made} of {allowed}). {message}".strip(),
        todo=todo_of(code),
        slice=task_id,
        url=url,
        dag_id=dag_id,
    )


def run_failed(dag_id: str, url: str, *, task_id: str = "") -> AlertVerdict:
    """A failed run that the failure of a task does not explain.

    Args:
        dag_id: The DAG.
        url: Where a person looks at the run.
        task_id: The first task that failed, where it is known; later failures are its consequences.
    """
    detail = "No failed task has an alert that says why."
    if task_id:
        detail = f"Task {task_id} failed without an alert of its own: {_WHY_SILENT}."
    return AlertVerdict(
        cause=f"{RUN_FAILED}:{dag_id}",
        rule=RUN_FAILED,
        severity=Severity.CRITICAL,
        firing=True,
        title=f"A run of {dag_id} failed",
        detail=detail,
        todo="Open the run: the first red task says why.",
        url=url,
        dag_id=dag_id,
    )


def run_late(dag_id: str, run_id: str, url: str) -> AlertVerdict:
    """A run that has missed its deadline."""
    return AlertVerdict(
        cause=f"{RUN_LATE}:{dag_id}",
        rule=RUN_LATE,
        severity=Severity.WARNING,
        firing=True,
        title=f"A run of {dag_id} is late",
        detail=f"Run {run_id} has not ended by its deadline.",
        todo="Open the run: see which task waits or takes long; check the scheduler, the workers and the pool ocr.",
        url=url,
        dag_id=dag_id,
    )


def is_explained(open_alerts: Iterable[Mapping[str, Any]], run_id: str) -> bool:
    """Whether an alert about the cause of this run's failure exists."""
    return any(row["rule"] != RUN_LATE and row["last_run_id"] == run_id for row in open_alerts)


def recovered(
    open_alerts: Iterable[Mapping[str, Any]], *, run_id: str, failed_tasks: Collection[str]
) -> list[AlertVerdict]:
    """Verdicts that resolve failures of earlier runs, at the end of a run.

    Args:
        open_alerts: Open alerts of the rules above about this DAG, as the store gives them.
        run_id: The run that ends.
        failed_tasks: Tasks that failed in it.

    Returns:
        A task's failure is resolved when the task did not fail in this run, a run's when no task did, a late run when it
        has ended. Failures of this run remain open.
    """
    verdicts = []
    for row in open_alerts:
        if row["rule"] == TASK_FAILED:
            task_id = row["cause"].removeprefix(f"{TASK_FAILED}:{row['dag_id']}.").rpartition(":")[0]
            gone = task_id not in failed_tasks and row["last_run_id"] != run_id
        elif row["rule"] == RUN_FAILED:
            gone = not failed_tasks and row["last_run_id"] != run_id
        else:
            gone = True
        if gone:
            verdicts.append(_gone(row))
    return verdicts


def _gone(row: Mapping[str, Any]) -> AlertVerdict:
    ended = "The run has ended." if row["rule"] == RUN_LATE else "It succeeded in a later run."
    return AlertVerdict(
        cause=row["cause"],
        rule=row["rule"],
        severity=Severity(row["severity"]),
        firing=False,
        title=row["title"],
        detail=ended,
        dag_id=row["dag_id"],
    )
