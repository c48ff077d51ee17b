"""A run of its own in a real store and a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.intake.source_items import SourceItems
from student_loans.results.store import ResultsDatabase
from student_loans.storage.object_store import open_store
from student_loans.storage.run_folder import RunFolder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, database: ResultsDatabase) -> RunFolder:
    """A started run."""
    database.start_run("run-1", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
    return RunFolder(open_store(str(tmp_path / "store")), "run-1")


@pytest.fixture
def items(empty_database: str, database: ResultsDatabase) -> SourceItems:
    """What is known of sources, in the same database."""
    assert database.migrate() == 0
    return SourceItems(empty_database)
