"""`make run DOCS=…`: the person at the command line allows what they name, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from scripts.local.environment import LocalAirflow
from scripts.local.pipeline import EXIT_UNUSABLE, run_pipeline
from scripts.local.postgres.place import data_folder
from student_loans.intake.sources import SourceAccess, allow_location, open_source
from student_loans.settings import load_settings
from tests.local_home import NO_DATABASE


@pytest.fixture
def local(tmp_path: Path) -> LocalAirflow:
    home = tmp_path / "home"
    return LocalAirflow(home, home / "data", home / "reports")


def test_the_components_read_the_allow_file_of_their_airflow(local: LocalAirflow, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    settings = load_settings(environment=local.variables(NO_DATABASE, 8080))
    allow_location(local.allowed_sources, str(folder))
    assert open_source(str(folder), SourceAccess.of(settings)).uri == folder.as_uri()


@pytest.mark.parametrize("place", ["/etc", "nowhere", "home/data"])
def test_an_unusable_folder_is_named_and_no_airflow_is_started(local: LocalAirflow, tmp_path: Path, place: str) -> None:
    local.data.mkdir(parents=True)
    printed = io.StringIO()
    status = run_pipeline(local, str(tmp_path / place), Console(file=printed), reprocess=False, per_task=0)
    assert status == EXIT_UNUSABLE
    assert ("source_not_found" if place == "nowhere" else "source_not_allowed") in printed.getvalue()
    assert not local.allowed_sources.exists()
    assert not data_folder(local).exists()
