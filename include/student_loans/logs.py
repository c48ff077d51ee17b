"""Structured logs: one configuration for Airflow's components, its tasks and the command line.

``include/student_loans/config/logging_config.yaml`` sets what is logged. Airflow reads it in two ways, both from the variables of
:func:`airflow_variables`: components by a logging configuration (``plugins/loan_documents/logs.py``), tasks, which write JSON
lines by themselves, by levels of loggers. Every message is an event with fields: ``documents_stored run_id=… documents=12``.
"""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from student_loans.config_files import Section, read_config
from student_loans.privacy import without_ssn
from student_loans.private_files import file_access

ENV_PREFIX = "LOAN_DOCUMENTS_LOGS__"
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
_FIELDS = "event_fields"


class LogSettings(Section):
    """What ``logging_config.yaml`` says.

    Attributes:
        level: Of every logger that is not named.
        json_lines: One JSON object a line, from components and the command line.
        loggers: Logger to level.
    """

    level: Level
    json_lines: bool
    loggers: Mapping[str, Level]


def load_log_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> LogSettings:
    """Read the configuration.

    Args:
        path: A YAML file; None means the one that ships with the product.
        environment: Variables that override its keys; None means the process's own.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config("logging_config.yaml", LogSettings, path, prefix=ENV_PREFIX, environment=environment)


def log_event(logger: logging.Logger, event: str, **fields: object) -> None:
    """Log an event with fields: ids, counts, codes and names, never a value read from a document.

    Args:
        logger: Logger of the module.
        event: What happened, as a name: ``documents_stored``.
        fields: Further data; in plain logs they follow the event, in JSON lines they are keys beside it.
    """
    # Redacted here too, because Airflow's own handlers write task logs without this project's filter.
    safe = {name: _without_ssn(value) for name, value in fields.items()}
    line = "".join(f" {name}={value}" for name, value in safe.items())
    logger.info("%s%s", event, line, extra={_FIELDS: {"event": event, **safe}})


def _without_ssn(value: object) -> object:
    """A field's value without social security numbers; one that holds none is passed as it is, with its type."""
    text = str(value)
    return value if (safe := without_ssn(text)) == text else safe


class RedactingFilter(logging.Filter):
    """Removes texts that look like social security numbers; a second protection, because messages should hold none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without such numbers."""
        message = record.getMessage()
        if (safe := without_ssn(message)) != message:
            record.msg, record.args = safe, ()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: ``timestamp``, ``level``, ``logger``, ``event`` and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= getattr(record, _FIELDS, {})
        if record.exc_info:
            line["exception"] = without_ssn(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_config(settings: LogSettings) -> dict[str, Any]:
    """The configuration as ``logging.config.dictConfig`` takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "student_loans.logs.RedactingFilter"}},
        "formatters": {
            "json": {"()": "student_loans.logs.JsonLines"},
            "plain": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json" if settings.json_lines else "plain",
                "filters": ["redact"],
            }
        },
        "loggers": {name: {"level": level} for name, level in settings.loggers.items()},
        "root": {"handlers": ["stderr"], "level": settings.level},
    }


def configure_logging(settings: LogSettings | None = None) -> None:
    """Set the logs of a command-line process up; they go to standard error."""
    logging.config.dictConfig(logging_config(settings or load_log_settings()))
    logging.captureWarnings(capture=True)


def airflow_variables(settings: LogSettings | None = None) -> dict[str, str]:
    """The same configuration as Airflow's own settings, which its tasks follow, and who may read their logs."""
    chosen = settings or load_log_settings()
    access = file_access()
    return {
        "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS": "loan_documents.logs.LOGGING_CONFIG",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": chosen.level,
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": " ".join(f"{name}={level}" for name, level in chosen.loggers.items()),
        "AIRFLOW__LOGGING__JSON_LOGS": str(chosen.json_lines),
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": f"{access.file_mode:#o}",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": f"{access.folder_mode:#o}",
    }
