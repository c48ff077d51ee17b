"""The command line of the contract: one record a line, in input order, and exit statuses that mean something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from student_loans.cli import FAILED, main
from student_loans.understanding.batch import find_files
from tests.document_factory import make_pdf

USAGE = 2
PROJECT_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "c.pdf").write_bytes(make_pdf([["Corner grocery receipt, total $12.40, thank you very much indeed"]]))
    (folder / "b" / "a.pdf").write_bytes(b"")
    (folder / ".hidden.pdf").write_bytes(b"no")
    (folder / "outside.pdf").symlink_to(PROJECT_ROOT / "README.md")
    return folder


def test_every_file_gets_a_record_in_input_order(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "student_loans", "read", str(folder), "--output", str(output)],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 documents: 1 quarantined, 1 review" in done.stderr
    records = [json.loads(line) for line in output.read_text().splitlines()]
    assert [Path(record["source_uri"]).name for record in records] == ["a.pdf", "c.pdf"]
    assert [record["status"] for record in records] == ["quarantined", "review"]


def test_hidden_files_and_links_out_of_the_folder_are_left_out(folder: Path) -> None:
    assert [path.name for path in find_files([folder])] == ["a.pdf", "c.pdf"]


def test_what_is_given_must_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "nowhere"), "--output", str(tmp_path / "o")]) == USAGE
    assert "nowhere" in capsys.readouterr().err


def test_a_folder_without_files_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path), "--output", str(tmp_path / "o")]) == USAGE
    assert "No files" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(folder), "--output", str(folder / "no" / "such" / "place")]) == USAGE
    assert "cannot be written" in capsys.readouterr().err


def test_a_broken_installation_fails_loudly(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOAN_DOCUMENTS__EXTRACTION__READER", "crystal ball")
    assert main(["read", str(folder), "--output", str(tmp_path / "o")]) == FAILED
    assert "invalid_settings" in capsys.readouterr().err
