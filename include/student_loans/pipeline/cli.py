"""The command of the pipeline: ``stage``, one stage without Airflow. ``dvc.yaml`` runs all of them in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from student_loans.command_line import FILE, FOLDER, Group
from student_loans.project import PROJECT_ROOT

if TYPE_CHECKING:
    from student_loans.settings import Settings


@click.group(cls=Group)
def stage() -> None:
    """Run one stage of the pipeline without Airflow.

    "make repro" runs all of them in order, and skips what has not changed. Each prints its counts as JSON.
    """


def _places(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every stage."""
    for name, default, what in (
        ("--metrics", "metrics", "Folder for metrics and plots."),
        ("--folder", "data/pipeline", "Folder of the results of all stages."),
    ):
        place = PROJECT_ROOT / default
        command = click.option(name, type=FOLDER, default=place, show_default=f"{default} of the project", help=what)(
            command
        )
    return command


@stage.command("data_acquisition", example="student-loans stage data_acquisition --source letters/")
@click.option("--source", metavar="PLACE", default="samples/documents", help="Folder with documents, or an address.")
@click.option("--portable", is_flag=True, help="Write addresses of files in the project relative to it.")
@_places
def data_acquisition(source: str, portable: bool, folder: Path, metrics: Path) -> None:
    """Copy documents under their SHA-256 and check them."""
    from student_loans.pipeline.stages import run_data_acquisition

    with _measured("data_acquisition", metrics) as counts:
        counts.update(run_data_acquisition(folder, _settings(), source, portable=portable))


@stage.command("preprocessing", example="student-loans stage preprocessing")
@_places
def preprocessing(folder: Path, metrics: Path) -> None:
    """Render and clean pages, and score their quality."""
    from student_loans.pipeline.stages import run_preprocessing

    with _measured("preprocessing", metrics) as counts:
        counts.update(run_preprocessing(folder, _settings()))


@stage.command("extraction", example="student-loans stage extraction")
@_places
def extraction(folder: Path, metrics: Path) -> None:
    """Read words and turn them into fields with confidences."""
    from student_loans.labels.measures import write_document_seconds
    from student_loans.pipeline.files import StageFolder
    from student_loans.pipeline.stages import run_extraction

    with _measured("extraction", metrics) as counts:
        counts.update(run_extraction(folder, _settings()))
    run = StageFolder(folder, "extraction")
    records = list(run.read_records(run.message_of("extraction")["parts"]))
    write_document_seconds(metrics, records, run.seconds_of_documents())


@stage.command("validation", example="student-loans stage validation --truth samples/truth.jsonl")
@click.option("--truth", type=FILE, help="Labels, JSON Lines, to measure accuracy with; a missing file means none.")
@_places
def validation(truth: Path | None, folder: Path, metrics: Path) -> None:
    """Check all records together and write records.jsonl."""
    from student_loans.labels.measures import write_accuracy
    from student_loans.pipeline.files import StageFolder
    from student_loans.pipeline.stages import run_validation
    from student_loans.validation.stage import VALIDATED

    with _measured("validation", metrics) as counts:
        counts.update(run_validation(folder))
    write_accuracy(metrics, list(StageFolder(folder, "validation").read_records([VALIDATED])), truth)


def _settings() -> Settings:
    from student_loans.settings import load_settings

    return load_settings()


@contextmanager
def _measured(stage_name: str, metrics: Path) -> Iterator[dict[str, int]]:
    """Write what the block took and counted as the stage's metrics, and print the counts."""
    from student_loans.labels.measures import write_seconds

    counts: dict[str, int] = {}
    started = time.perf_counter()
    yield counts
    write_seconds(metrics, stage_name, time.perf_counter() - started, counts)
    click.echo(json.dumps(counts))
