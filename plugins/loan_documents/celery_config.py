"""Celery's configuration for workers whose tasks start with the large libraries in memory.

Enabled by ``AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS=loan_documents.celery_config.CELERY_CONFIG`` (``deploy/celery.env``). The
options are Airflow's own, with one addition: a worker imports the libraries before it forks the processes of its tasks.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import worker_init

from loan_documents.preloading import make_ready

CELERY_CONFIG: dict[str, Any] = dict(DEFAULT_CELERY_CONFIG)


def _make_ready(**_: Any) -> None:
    """Run in a worker's main process before it forks. The scheduler reads this file too, but does not call this."""
    make_ready()


worker_init.connect(_make_ready)
