"""Where the tasks that read pages run: the same in every DAG, and a deployment's decision."""

from __future__ import annotations

from typing import Any

from student_loans.project import PROJECT_ROOT
from student_loans.settings import OperationsSettings

OCR_POOL = "ocr"
"""One slot a core keeps rendering and OCR from oversubscribing machines; airflow_settings.yaml and `make` create it."""


def reading_placement(operations: OperationsSettings) -> dict[str, Any]:
    """Arguments of the tasks that render and read pages.

    Args:
        operations: Name the queue (CeleryExecutor) and the pod template (KubernetesExecutor); executors that know no
            queues or pods pass over them.

    Returns:
        ``pool``, ``queue``, and ``executor_config`` where pods of their own are asked for.
    """
    placement: dict[str, Any] = {"pool": OCR_POOL, "queue": operations.ocr_queue}
    if operations.ocr_pod_template:
        placement["executor_config"] = {"pod_template_file": str(PROJECT_ROOT / operations.ocr_pod_template)}
    return placement
