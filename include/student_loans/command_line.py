"""What the commands of ``student-loans`` share: kinds of arguments, and options that mean the same in each of them.

A command function imports what it works with inside itself: the help of all commands is shown without any of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from student_loans.records import DocumentRecord

FOUND_FAULTS = 1
"""Exit status of a checking command that found faults; 2 is wrong usage."""

COUNT = click.IntRange(min=1)
EXISTING_PATH = click.Path(exists=True, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


class Command(click.Command):
    """A command with an example at the end of its help.

    Args:
        example: A command line that works as it stands, but for names of files; several lines end with a backslash.
    """

    def __init__(self, *args: Any, example: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it is: click would wrap it like prose."""
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class Group(click.Group):
    """A group of commands that have examples, listed in the order of the code."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(self.commands)


database_option = click.option(
    "--database",
    envvar="LOAN_DOCUMENTS_DB",
    show_envvar=True,
    required=True,
    metavar="URI",
    help="PostgreSQL database of the results: a URI or a libpq connection string.",
)


def read_records(path: Path) -> Iterator[DocumentRecord]:
    """Records of a JSON Lines file, as ``student-loans read`` writes them.

    Raises:
        click.BadParameter: A line is not a record.
    """
    from student_loans.records import DocumentRecord

    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield DocumentRecord.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                # The line is not quoted: it may hold a borrower's values.
                raise click.BadParameter(f"{path.name}: line {number} is not a record.") from error
