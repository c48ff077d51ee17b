"""The command ``student-loans``: the commands of every subject under one name.

A subject keeps its commands in the ``cli.py`` of its room and has one line in :data:`COMMANDS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from student_loans.errors import LoanDocumentError
from student_loans.private_files import private_umask

COMMANDS = {
    "read": "student_loans.understanding.cli:read",
    "stage": "student_loans.pipeline.cli:stage",
    "labels": "student_loans.labels.cli:labels",
    "calibrate": "student_loans.understanding.cli:calibrate",
    "fit": "student_loans.understanding.cli:fit",
    "check-quality": "student_loans.understanding.cli:check_quality",
    "fairness": "student_loans.fairness.cli:fairness",
    "statistics": "student_loans.statistics.cli:statistics",
    "alerts": "student_loans.alerts.cli:alerts",
    "versions": "student_loans.versioning.cli:versions",
    "privacy": "student_loans.retention.cli:privacy",
    "selftest": "student_loans.selftest.cli:selftest",
    "log-variables": "student_loans.selftest.cli:log_variables",
}
"""Command to the module and name of its function, in the order of ``--help``."""

FAILED = 1
INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count."""


class _Subjects(click.Group):
    """Imports the module of a command when the command, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.group(
    cls=_Subjects,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 80},
    epilog="Exit status: 0 done, 1 the work failed or faults were found, 2 wrong usage.",
)
def student_loans() -> None:
    """Read student-loan documents into checked records, and look after the results.

    "student-loans COMMAND --help" shows the options of a command, with an example.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name; None means those of the process.

    Returns:
        The exit status.
    """
    with private_umask():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = student_loans.main(arguments, prog_name="student-loans", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LoanDocumentError as error:
        return _fail(f"{error.code}: {error.message}")
    except click.Abort:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output, such as `head`, has seen enough; Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _fail(f"{error.filename or 'A file'}: {error.strerror or type(error).__name__}")
    return status if isinstance(status, int) else 0


def _fail(message: str) -> int:
    click.echo(" ".join(message.split()), err=True)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
