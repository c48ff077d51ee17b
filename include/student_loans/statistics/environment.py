"""Calling TensorFlow Data Validation from outside its environment: a request, and a subprocess that answers it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from student_loans.config_files import read_text
from student_loans.errors import ConfigurationError, ErrorCode, ServiceError
from student_loans.private_files import file_access, write_private
from student_loans.project import CODE_ROOT, INSTALLED
from student_loans.statistics.interpreter import tfdv_python
from student_loans.statistics.schema import catalog_schema
from student_loans.statistics.settings import StatisticsSettings, statistics_settings

_ERROR_CLASS = re.compile(r"^((?:\w+\.)*\w*(?:Error|Exception|Interrupt|Exit))(?=:|$)", re.MULTILINE)
"""The name of an exception in a traceback, at the start of a line."""


def analysis_request(
    current: str,
    output: str,
    *,
    previous: str | None = None,
    reference: str | None = None,
    settings: StatisticsSettings | None = None,
) -> dict[str, Any]:
    """The request for :func:`student_loans.statistics.tfdv.analyse`, as the settings say.

    Args:
        current: The Parquet file in question.
        output: Folder for what the analysis writes.
        previous: Drift is measured from it.
        reference: Skew is measured from it.
        settings: None means this process's own.

    Raises:
        ConfigurationError: ``invalid_settings``: the schema cannot be read, or is empty.
    """
    chosen = settings or statistics_settings()
    schema = _schema_file(chosen.schema_path)
    if not read_text(schema, chosen.schema_path).strip():
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"Correct {chosen.schema_path}: the file is empty.")
    return {
        "current": current,
        "previous": previous,
        "reference": reference,
        "output": output,
        "schema": str(schema),
        "schema_name": chosen.schema_path,
        "catalog_schema": catalog_schema(),
        "beam_options": list(chosen.beam_options),
        "min_values": chosen.min_values,
        "thresholds": chosen.thresholds.model_dump(),
        "umask": file_access().umask,
    }


def _schema_file(name: str) -> Path:
    """The file of a schema by its path in the repository; an installed wheel has what is in ``include`` at its root."""
    return CODE_ROOT / name.removeprefix("include/") if INSTALLED else CODE_ROOT.parent / name


def call_tfdv(command: str, request: dict[str, Any], settings: StatisticsSettings | None = None) -> dict[str, Any]:
    """Run one command in the environment of TensorFlow Data Validation.

    Args:
        command: ``analyse`` or ``infer_schema``.
        request: Plain data.
        settings: None means this process's own.

    Raises:
        ConfigurationError: ``tfdv_not_installed``.
        ServiceError: ``statistics_failed``: it ended with an error or took longer than ``timeout_s``.
    """
    chosen = settings or statistics_settings()
    python = check_installed()
    with TemporaryDirectory(prefix="tfdv-") as folder:
        asked, answered = Path(folder) / "request.json", Path(folder) / "answer.json"
        write_private(asked, json.dumps(request))
        _run([python, "-m", "student_loans.statistics.tfdv", command, str(asked), str(answered)], chosen)
        answer: dict[str, Any] = json.loads(answered.read_text(encoding="utf-8"))
        return answer


def check_installed() -> str:
    """The environment's interpreter.

    Raises:
        ConfigurationError: ``tfdv_not_installed``.
    """
    python = tfdv_python()
    if not Path(python).exists():
        raise ConfigurationError(
            ErrorCode.TFDV_NOT_INSTALLED,
            "The environment of TensorFlow Data Validation is missing: run `make tfdv`, then try again.",
        )
    return python


def _run(arguments: list[str], settings: StatisticsSettings) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if not INSTALLED:
        environment["PYTHONPATH"] = str(CODE_ROOT)  # else it would find the libraries of this environment, not its own
    try:
        done = subprocess.run(  # noqa: S603 (the program is the settings' own interpreter)
            arguments,
            cwd=CODE_ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=settings.timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ServiceError(
            ErrorCode.STATISTICS_FAILED, f"Statistics took longer than {settings.timeout_s:.0f} s: raise timeout_s."
        ) from None
    if done.returncode:
        # The class of the error alone: its message may quote data, on as many lines as it likes.
        kinds = _ERROR_CLASS.findall(done.stderr) or ["no error named"]
        raise ServiceError(
            ErrorCode.STATISTICS_FAILED,
            f"TensorFlow Data Validation ended with status {done.returncode} ({kinds[-1]}).",
        )
