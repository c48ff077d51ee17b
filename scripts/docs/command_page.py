"""``python -m scripts.docs.command_page``: docs/commands.md, from the help of every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from student_loans.cli import student_loans

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
_INTRODUCTION = """\
# Commands

<!-- Made by `make diagrams` from the help of the commands. -->

`student-loans` reads documents without Airflow, and looks after what runs have left. It is `.venv/bin/student-loans` in a
checkout, after `make setup`, and `student-loans` in the image and where the [wheel](wheel.md) is installed. Where only the
folder `include/` is on Python's path, `python -m student_loans` is the same.

Exit statuses: 0 when the work is done; 1 when it failed, or when a command that looks for faults has found some; 2 for wrong
usage; 130 after Ctrl-C. An error is one line on standard error that begins with its [code](errors.md). Results go to standard
output, progress and errors to standard error.

| command | what |
| --- | --- |
"""


def commands(
    command: click.Command = student_loans, words: str = "student-loans"
) -> Iterator[tuple[str, click.Command]]:
    """Every command that is no group, with the words that call it, in the order of the help."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    with click.Context(command) as ctx:
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None  # noqa: S101
            yield from commands(below, f"{words} {name}")


def page() -> str:
    """The page."""
    rows, sections = [], []
    for words, command in commands():
        with click.Context(command, info_name=words, terminal_width=80, **student_loans.context_settings) as ctx:
            text = command.get_help(ctx)
        rows.append(f"| [`{words}`](#{words.replace(' ', '-')}) | {command.get_short_help_str(200)} |")
        sections.append(f"\n## {words}\n\n```text\n{text.rstrip()}\n```\n")
    return _INTRODUCTION + "\n".join(rows) + "\n" + "".join(sections)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
