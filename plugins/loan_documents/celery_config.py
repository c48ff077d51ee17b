"""Celery's configuration for workers whose tasks start with the large libraries in memory.

Switched on by ``AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS=loan_documents.celery_config.CELERY_CONFIG`` (``deploy/celery.env``). The
options are Airflow's own; what is added is what a worker does before it forks the processes of its tasks.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import worker_init

from loan_documents.preloading import make_ready

CELERY_CONFIG: dict[str, Any] = dict(DEFAULT_CELERY_CONFIG)


def _make_ready(**_: Any) -> None:
    """Called in a worker's main process before it forks; the scheduler reads this file too and is no worker."""
    make_ready()


worker_init.connect(_make_ready)
