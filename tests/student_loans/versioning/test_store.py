"""Data versions in the results database: one row a run, and the run knows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from student_loans.errors import ConfigurationError
from student_loans.results.store import ResultsDatabase
from student_loans.versioning.store import DataVersionStore
from student_loans.versioning.version_index import DataVersion

pytestmark = pytest.mark.integration

VERSION = DataVersion(
    run_id="run-1",
    version=f"{7:032x}.dir",
    files=12,
    size_bytes=3 << 32,
    made_at="2026-11-24T21:00:00+00:00",
    remote_url=None,
    pointer="outs: []\n",
)


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> DataVersionStore:
    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="ab")
    return DataVersionStore(empty_database)


def test_a_run_knows_its_version(store: DataVersionStore, database: ResultsDatabase) -> None:
    assert store.of_run("run-1") is None
    store.record(VERSION)
    assert store.of_run("run-1") == VERSION
    run = database.run("run-1")
    assert run is not None
    assert run.data_version == VERSION.version


def test_made_again_the_newer_version_replaces_it(store: DataVersionStore) -> None:
    newer = replace(VERSION, version=f"{8:032x}.dir", remote_url="s3://loans/prod")
    for version in (VERSION, newer, newer):
        store.record(version)
    assert store.newest() == [newer]


def test_a_run_that_was_never_started_has_no_version(store: DataVersionStore) -> None:
    with pytest.raises(ConfigurationError):
        store.record(replace(VERSION, run_id="nobody"))
