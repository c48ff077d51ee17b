"""A file that kills the process that reads it costs its own record and no other."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.records import DocumentRecord, Status
from student_loans.settings import Settings, settings
from student_loans.understanding import batch
from tests.document_factory import make_pdf

if TYPE_CHECKING:
    import pytest


def _extract_or_die(path: Path, options: Settings) -> DocumentRecord:
    if path.name == "killer.pdf":
        os.kill(os.getpid(), signal.SIGKILL)
    return DocumentRecord(path.name, path.as_uri(), Status.REVIEW)


def test_a_killed_worker_loses_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_extract_file", _extract_or_die)
    for name in ("a.pdf", "killer.pdf", "z1.pdf", "z2.pdf"):
        (tmp_path / name).write_bytes(make_pdf())
    records = list(batch.extract_files(batch.find_files([tmp_path]), settings(), workers=2))
    assert [record.source_uri.rpartition("/")[2] for record in records] == ["a.pdf", "killer.pdf", "z1.pdf", "z2.pdf"]
    assert [record.error for record in records] == [None, "parser_crashed", None, None]
