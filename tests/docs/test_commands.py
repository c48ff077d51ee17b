"""Command lines in documents: old spellings are gone, and every `student-loans …` is one that exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from scripts.docs.command_page import PAGE, page
from student_loans.cli import student_loans
from tests.docs.guide import PROJECT_ROOT

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]
FILES = [
    *PAGES,
    *(PROJECT_ROOT / name for name in ("Makefile", "dvc.yaml", "Dockerfile")),
    *sorted((PROJECT_ROOT / "dags").glob("*.py")),
    *sorted((PROJECT_ROOT / "include" / "student_loans" / "config").glob("*.yaml")),
]
OLD = re.compile(r"python3? -m (include|student_loans\.|scripts\.versions)")
PLACEHOLDERS = {
    "<run id>": "run",
    "${source}": "source",
    "${truth}": "truth",
    '$(RUN)"': 'run"',
    "$(or $(DO),list)": "list",
}


def command_lines(path: Path) -> list[str]:
    """What begins with the command's name: in code of a page, or in a recipe or stage."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    if path.suffix == ".md":
        fenced = re.findall(r"^```(?:sh|text)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        code = [line for block in fenced for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", outside)
    else:
        code = text.splitlines()
    found = (re.search(r"^(?:\s*|.*exec |.*cmd: |\S*\.venv/bin/)(student-loans(?: .*)?)$", one) for one in code)
    return [one[1].partition("  #")[0].strip() for one in found if one]


LINES = [(path, line) for path in FILES for line in command_lines(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_no_old_spelling_is_left(path: Path) -> None:
    assert not OLD.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", dict.fromkeys(line for _, line in LINES))
def test_every_command_line_parses(line: str) -> None:
    """The subcommand exists and the options are known. A page may leave arguments out, and may name a group."""
    command: click.Command = student_loans
    _, *words = shlex.split(line.partition(" >")[0])
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        with click.Context(command) as ctx:
            below = command.get_command(ctx, name)
        assert below is not None, name
        command = below
    with click.Context(command, **student_loans.context_settings) as ctx:
        command.make_parser(ctx).parse_args(words)


def test_the_lines_of_every_kind_of_file_are_found() -> None:
    files = {path.name for path, _ in LINES}
    assert {"README.md", "OPERATIONS.md", "DVC_GUIDE.md", "wheel.md", "Makefile", "dvc.yaml"} <= files


def test_the_page_of_commands_is_what_their_help_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make diagrams`"
