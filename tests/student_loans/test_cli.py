"""The command: help that is quick and complete, one line for an error, and exit statuses that mean something."""

from __future__ import annotations

import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from student_loans.cli import COMMANDS, INTERRUPTED, main, student_loans
from student_loans.command_line import Command

PROJECT_ROOT = Path(__file__).resolve().parents[2]
BILL = PROJECT_ROOT / "samples" / "documents" / "sample-03.pdf"
"""Has a text layer: it is read in a second."""
NOT_FOR_HELP = {"airflow", "numpy", "pandas", "psycopg", "pydantic", "requests", "rich", "upath", "yaml"}
LONGEST_START_S = 0.3


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for name in command.list_commands(ctx):
                below = command.get_command(ctx, name)
                assert below is not None
                yield from walk(below, (*path, name))


EVERY = dict(walk(student_loans))
LEAVES = {path: command for path, command in EVERY.items() if not isinstance(command, click.Group)}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "student_loans", *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True,
        timeout=120, check=False, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_is_whole_in_eighty_columns(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"Usage: {' '.join(('student-loans', *path))} [OPTIONS]")
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...") and not line.startswith("Usage")], "cut short"


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_option_is_explained_and_the_example_is_one_of_this_command(path: tuple[str, ...]) -> None:
    command = LEAVES[path]
    assert isinstance(command, Command)
    assert all(one.help for one in command.params if isinstance(one, click.Option))
    words = shlex.split(command.example.replace("\\\n", " ").replace("<run id>", "run-1").partition(">>")[0])
    assert tuple(words[: len(path) + 1]) == ("student-loans", *path)
    known = {name for one in command.params for name in one.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_help_starts_at_once_and_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom student_loans.cli import main\nmain(['--help'])\n"
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    # Bytecode of its own, so that the first of the starts writes it, wherever the tests run.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)

    def start(code: str) -> tuple[float, set[str]]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, set(done.stderr.split())

    start(code)
    seconds, loaded = min((start(code) for _ in range(3)), key=lambda each: each[0])
    assert loaded & NOT_FOR_HELP == set()
    assert seconds - min(start("pass")[0] for _ in range(3)) < LONGEST_START_S


def test_every_subject_stands_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize(
    "arguments", [["unknown"], ["alerts", "unknown"], ["read"], ["read", "--unknown"], ["alerts"], []], ids=" ".join
)
def test_wrong_usage_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Usage: student-loans" in capsys.readouterr().err


def test_an_error_with_a_code_is_one_line(tmp_path: Path) -> None:
    output = str(tmp_path / "records.jsonl")
    done = run("read", str(BILL), "--output", output, LOAN_DOCUMENTS__EXTRACTION__READER="crystal ball")
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("invalid_settings: ")
    assert "extraction.reader" in line


def test_a_full_disk_is_one_line() -> None:
    done = run("read", str(BILL), "--output", "/dev/full")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["A file: No space left on device"]


def test_records_that_are_none_are_named_by_line_and_not_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text('{"borrower_name": "Ada Example"}\n')
    truth = tmp_path / "truth.jsonl"
    truth.touch()
    arguments = [str(records), str(truth), "--documents", str(tmp_path), "--output", str(tmp_path / "bias")]
    assert main(["fairness", *arguments]) == 2
    said = capsys.readouterr().err
    assert "records.jsonl: line 1 is not a record" in said
    assert "Ada" not in said


def test_a_truth_file_that_is_none_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = tmp_path / "truth.jsonl"
    truth.write_text('\n{"file": "a.pdf", "document_type": "poem"}\n')
    assert main(["check-quality", str(tmp_path), str(truth)]) == 1
    assert (
        capsys.readouterr().err == "invalid_labels: truth.jsonl: line 2 is not a label with file and document_type.\n"
    )


def test_an_interrupt_ends_quietly(tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "student_loans", "read", str(BILL), str(BILL.with_name("sample-04.png")),
         "--output", str(output), "--workers", "1"],
        cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # A shell that started the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        while not output.exists():
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=120)
    # Python ends by the signal itself when it came during an exec(), as of a dataclass at import; shells report 130 as well.
    assert process.returncode in (INTERRUPTED, -signal.SIGINT)
    assert said.strip() == ""


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "student_loans", "--help"], cwd=PROJECT_ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 1)


def test_the_selftest_says_what_each_check_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    assert "Tesseract           ok" in capsys.readouterr().out


def test_log_variables_are_lines_of_an_environment_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log-variables"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("AIRFLOW__LOGGING__") and "=" in line for line in lines)
