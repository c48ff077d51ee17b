"""Airflow's own logging configuration with the project's levels and redaction in it.

Airflow finds it by ``[logging] logging_config_class = loan_documents.logs.LOGGING_CONFIG``: logs are set up before
Airflow adds the plugins folder to the path, so ``plugins/`` must be on PYTHONPATH (scripts/local/environment.py, Dockerfile).
"""

from __future__ import annotations

from typing import Any

from airflow.config_templates.airflow_local_settings import DEFAULT_LOGGING_CONFIG

from student_loans.logs import load_log_settings, logging_config


def _with_ours(default: dict[str, Any]) -> dict[str, Any]:
    ours = logging_config(load_log_settings())
    handlers = {
        name: {**handler, "filters": [*handler.get("filters", ()), *ours["filters"]]}
        for name, handler in default["handlers"].items()
    }
    return {
        **default,
        "filters": {**default["filters"], **ours["filters"]},
        "handlers": handlers,
        "loggers": {**default["loggers"], **ours["loggers"]},
    }


LOGGING_CONFIG = _with_ours(DEFAULT_LOGGING_CONFIG)
