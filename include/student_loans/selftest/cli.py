"""Commands of a deployment: ``selftest`` and ``log-variables``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from student_loans.command_line import FOUND_FAULTS, Command

if TYPE_CHECKING:
    from student_loans.selftest.result import SelftestResult


@click.command(cls=Command, example="student-loans selftest")
def selftest() -> None:
    """Check that this machine can read documents.

    Tries settings, Tesseract, OCR models, disk space and the environment of TFDV, within seconds. Exits with 1 when a
    check fails. The DAG pipeline_selftest checks services, too: it has their connections.
    """
    from student_loans.errors import LoanDocumentError
    from student_loans.selftest.result import Outcome, failed

    any_failed = False
    for name, check in _checks().items():
        try:
            result = check()
        except LoanDocumentError as error:
            result = failed(str(error), f"docs/OPERATIONS.md has a section {error.code}.")
        click.echo(f"{name:<18}  {result.outcome:<10}  {result.detail} {result.todo}".rstrip())
        any_failed = any_failed or result.outcome is Outcome.FAILED
    if any_failed:
        raise click.exceptions.Exit(FOUND_FAULTS)


def _checks() -> Mapping[str, Callable[[], SelftestResult]]:
    from student_loans.selftest.checks import check_disk, check_models, check_settings, check_tesseract, check_tfdv

    return {
        "settings and rules": check_settings,
        "Tesseract": check_tesseract,
        "OCR models": check_models,
        "disk space": check_disk,
        "TFDV environment": check_tfdv,
    }


@click.command("log-variables", cls=Command, example="student-loans log-variables >> .env")
def log_variables() -> None:
    """Print the variables that give Airflow this project's logs.

    Levels and format come from logging_config.yaml of the package. make up and make run set these variables by
    themselves.
    """
    from student_loans.logs import airflow_variables

    for variable, value in airflow_variables().items():
        click.echo(f"{variable}={value}")
