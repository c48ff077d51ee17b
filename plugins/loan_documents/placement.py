"""Placement of the tasks that read pages: the same in every DAG, configured by the deployment."""

from __future__ import annotations

from typing import Any

from student_loans.project import PROJECT_ROOT
from student_loans.settings import OperationsSettings

OCR_POOL = "ocr"
"""One slot per core keeps rendering and OCR from oversubscribing machines; airflow_settings.yaml and `make` create it."""


def reading_placement(operations: OperationsSettings) -> dict[str, Any]:
    """Arguments of the tasks that render and read pages.

    Args:
        operations: Name the queue (CeleryExecutor) and the pod template (KubernetesExecutor); other executors
            ignore them.

    Returns:
        ``pool``, ``queue``, and ``executor_config`` where a pod template is set.
    """
    placement: dict[str, Any] = {"pool": OCR_POOL, "queue": operations.ocr_queue}
    if operations.ocr_pod_template:
        placement["executor_config"] = {"pod_template_file": str(PROJECT_ROOT / operations.ocr_pod_template)}
    return placement
