"""What failed while nothing could be measured: tasks, runs and deadlines as verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from student_loans.alerts.model import Severity, Verdict
from student_loans.error_advice import todo_of
from student_loans.errors import LoanDocumentError

TASK_FAILED, RUN_FAILED, RUN_LATE = "task_failed", "run_failed", "run_late"


@dataclass(frozen=True, slots=True)
class Failure:
    """A task or a run that failed.

    Attributes:
        dag_id: The DAG.
        run_id: The run.
        task_id: Empty when the run failed, rather than one task.
        code: Stable code of :class:`student_loans.errors.ErrorCode`, or the name of an exception's class.
        message: Of an error of ours, which quotes no value; empty for any other, whose words may quote anything.
        document: What the task worked on: a document's name, or the first of a group.
        tries: Attempts made, and those allowed.
        url: The task's log.
    """

    dag_id: str
    run_id: str
    task_id: str = ""
    code: str = ""
    message: str = ""
    document: str = ""
    tries: tuple[int, int] = (1, 1)
    url: str = ""


def code_and_message(error: BaseException | str | None) -> tuple[str, str]:
    """Code and message of an error, without anything that a document or a server said.

    Example:
        >>> code_and_message(ValueError("'123-45-6789' is no date"))
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


def failure_verdict(failure: Failure) -> Verdict:
    """What is said of a failed task or run; one cause a task and code, whatever the number of mapped instances."""
    if not failure.task_id:
        return Verdict(
            cause=f"{RUN_FAILED}:{failure.dag_id}",
            rule=RUN_FAILED,
            severity=Severity.CRITICAL,
            firing=True,
            title=f"A run of {failure.dag_id} failed",
            detail="No failed task has told why." if not failure.message else failure.message,
            todo="Open the run: the first red task says why.",
            url=failure.url,
            dag_id=failure.dag_id,
        )
    made, allowed = failure.tries
    about = f" on {failure.document}" if failure.document else ""
    detail = f"Task {failure.task_id}{about} failed with {failure.code} (try {made} of {allowed}). {failure.message}"
    return Verdict(
        cause=f"{TASK_FAILED}:{failure.dag_id}.{failure.task_id}:{failure.code}",
        rule=TASK_FAILED,
        severity=Severity.CRITICAL,
        firing=True,
        title=f"{failure.dag_id}: {failure.task_id} failed ({failure.code})",
        detail=detail.strip(),
        todo=todo_of(failure.code),
        slice=failure.task_id,
        url=failure.url,
        dag_id=failure.dag_id,
    )


def failed_silently(dag_id: str, run_id: str, task_id: str, url: str = "") -> Verdict:
    """What is said at the end of a run whose task failed without telling why.

    Args:
        dag_id: The DAG.
        run_id: The run.
        task_id: The first task that failed; those after it are its consequences.
        url: Where a person looks at the run.
    """
    message = f"Task {task_id} failed without a word: its process was probably killed (memory, a lost machine)."
    return failure_verdict(Failure(dag_id=dag_id, run_id=run_id, message=message, url=url))


def late_verdict(dag_id: str, run_id: str, url: str = "") -> Verdict:
    """What is said of a run that has missed its deadline."""
    return Verdict(
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


def recovered(open_causes: Iterable[Mapping[str, Any]], *, run_id: str, failed_tasks: Collection[str]) -> list[Verdict]:
    """Verdicts for failures of earlier runs that are gone, at the end of a run.

    Args:
        open_causes: Open alerts of the rules above about this DAG, as the store gives them.
        run_id: The run that ends.
        failed_tasks: Tasks that failed in it.

    Returns:
        A task's failure is gone when the task has not failed in this run, a run's when no task has; a late run has
        ended. Failures that this very run told of stay.
    """
    verdicts = []
    for row in open_causes:
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


def _gone(row: Mapping[str, Any]) -> Verdict:
    ended = "The run has ended." if row["rule"] == RUN_LATE else "It succeeded in a later run."
    return Verdict(
        cause=row["cause"],
        rule=row["rule"],
        severity=Severity(row["severity"]),
        firing=False,
        title=row["title"],
        detail=ended,
        dag_id=row["dag_id"],
    )
