"""The tasks that check, read and store documents, shared by DAGs.

Use them in a DAG after a ``DocumentAcquireOperator``. A parameter ``documents_per_task`` of the DAG sets the size of groups::

    groups = validate_documents()
    extracted = read_documents.expand(group=groups)
    validated = ExpectationsOperator(task_id="validate", parts=["refused", "quarantined", extracted], trigger_rule="none_failed")
    acquired >> groups
    validated >> store_documents()
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, task, task_group

from loan_documents.operators.ocr_extract import OcrExtractOperator
from loan_documents.placement import reading_placement
from loan_documents.run_context import current_run, upstream_parts
from student_loans.settings import settings

# Pool, and for a deployment of several machines the queue or the pods.
_PLACEMENT = reading_placement(settings().operations)
_LONGEST = timedelta(hours=2)


@task(
    doc_md="Opens each document only as far as its check needs, and forms groups; bad documents are quarantined with a code."
)
def validate_documents(in_ledger: bool = True, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Check acquired documents; returns one group of document ids for each mapped task.

    Args:
        in_ledger: Whether to record in the ledger that work on these documents starts, and to estimate its cost.
        params: Parameters of the run, from Airflow's context; without ``documents_per_task`` the size of groups is chosen.
    """
    from dataclasses import asdict

    from student_loans.costs.stage import estimate_batch
    from student_loans.costs.store import CostStore
    from student_loans.intake.acquire_stage import ACQUIRED
    from student_loans.intake.check_stage import check_documents
    from student_loans.intake.ledger_notes import note_checked
    from student_loans.ledger.store import Ledger

    run = current_run()
    acquired = upstream_parts(run, ACQUIRED)
    per_task = int((params or {}).get("documents_per_task", 0))
    result = check_documents(run.folder, run.settings, per_task, acquired=acquired)
    if in_ledger:
        note_checked(run.folder, run.open(Ledger), run.settings, result.core_seconds, acquired=acquired)
        estimate_batch(run.run_id, result, run.open(CostStore), run.settings)
    return [asdict(group) for group in result.groups]


@task(
    map_index_template="{{ (task.op_kwargs.get('group') or task.op_args[0])['label'] }}",
    **_PLACEMENT,
    execution_timeout=_LONGEST,
    doc_md="Renders and cleans pages, scores their quality, and stores them by content; prepared documents are skipped.",
)
def preprocess_documents(group: dict[str, Any]) -> dict[str, Any]:
    """Prepare the pages of one group; returns the group with the results.

    Args:
        group: A group of :func:`validate_documents`.
    """
    from dataclasses import asdict

    from student_loans.ledger.store import Ledger
    from student_loans.preparation.groups import checked_group
    from student_loans.preparation.stage import prepare_group
    from student_loans.storage.run_parts import known_parts

    checked = checked_group(group)
    run = current_run()
    with known_parts(run.folder, [checked.part]):
        return asdict(prepare_group(run.folder, checked, run.settings, run.open(Ledger)))


# A mapped group, so that a document is read as soon as its own pages are ready.
@task_group(prefix_group_id=False)
def read_documents(group: dict[str, Any]) -> Any:
    """Prepare and read one group; returns where its records are.

    Args:
        group: A group of :func:`validate_documents`.
    """
    return OcrExtractOperator(
        task_id="extract_data",
        group=preprocess_documents(group),
        **_PLACEMENT,
        execution_timeout=_LONGEST,
        doc_md="Text layer or OCR into words, document type, fields and checks; documents that were read are skipped.",
    ).output


@task(
    trigger_rule=TriggerRule.NONE_FAILED,
    doc_md="Stores the validated records of all branches of the run in one transaction: all of them, or nothing.",
)
def store_documents() -> int:
    """Store the run's validated records; returns how many documents were stored."""
    from student_loans.pipeline.store_stage import store_batch

    run = current_run()
    return store_batch(run.folder, run.results)
