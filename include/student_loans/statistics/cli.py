"""Commands of statistics: ``statistics compare`` and ``statistics infer-schema``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from student_loans.command_line import EXISTING_FILE, FOLDER, FOUND_FAULTS, Group, read_records

_OUTPUT = Path("reports/statistics")


@click.group(cls=Group)
def statistics() -> None:
    """Find drift and faults of schema in records.

    TensorFlow Data Validation does it; make tfdv installs it. RECORDS is the JSON Lines file of "student-loans read".
    """


@statistics.command(example="student-loans statistics compare records.jsonl --previous old.jsonl")
@click.argument("records", type=EXISTING_FILE)
@click.option("--previous", type=EXISTING_FILE, help="Records that drift is measured from.")
@click.option("--reference", type=EXISTING_FILE, help="Records that skew is measured from.")
@click.option("--output", type=FOLDER, default=_OUTPUT, help="Folder for quality.html and statistics.json.")
def compare(records: Path, previous: Path | None, reference: Path | None, output: Path) -> None:
    """Compare records with the schema, and with other records.

    Exits with 1 when something differs.
    """
    from student_loans.private_files import make_folder, write_private
    from student_loans.statistics.quality_page import QualityReport, headline, render_quality_page

    make_folder(output)
    answer = _analyse(records, previous, reference, output)
    report = QualityReport("command line", datetime.now(UTC), (), (), answer, ())
    write_private(output / "statistics.json", json.dumps(answer))
    write_private(output / "quality.html", render_quality_page(report))
    click.echo(f"{headline(report)} {output / 'quality.html'}")
    if _differs(answer):
        raise click.exceptions.Exit(FOUND_FAULTS)


@statistics.command("infer-schema", example="student-loans statistics infer-schema records.jsonl")
@click.argument("records", type=EXISTING_FILE)
@click.option("--output", type=FOLDER, default=_OUTPUT, help="Folder for inferred.pbtxt.")
def infer_schema(records: Path, output: Path) -> None:
    """Make a first schema from records, for a person to correct."""
    from student_loans.private_files import file_access
    from student_loans.statistics.environment import call_tfdv
    from student_loans.statistics.settings import statistics_settings

    with TemporaryDirectory(prefix="statistics-") as folder:
        request = {
            "current": _features(records, Path(folder) / "current.parquet"),
            "output": str(output.absolute()),
            "beam_options": list(statistics_settings().beam_options),
            "umask": file_access().umask,
        }
        click.echo(call_tfdv("infer_schema", request)["schema"])


def _analyse(records: Path, previous: Path | None, reference: Path | None, output: Path) -> dict[str, Any]:
    from student_loans.statistics.environment import analysis_request, call_tfdv

    files = {"current": records, "previous": previous, "reference": reference}
    with TemporaryDirectory(prefix="statistics-") as folder:
        frames = {name: _features(path, Path(folder) / f"{name}.parquet") for name, path in files.items() if path}
        request = analysis_request(
            frames["current"],
            str(output.absolute()),
            previous=frames.get("previous"),
            reference=frames.get("reference"),
        )
        return call_tfdv("analyse", request)


def _differs(answer: dict[str, Any]) -> bool:
    return bool(answer["schema_anomalies"]) or any(
        one["verdict"] in ("drifted", "skewed") for one in answer["features"]
    )


def _features(records: Path, target: Path) -> str:
    from student_loans.statistics.features import feature_frame, write_features

    write_features(feature_frame(read_records(records)), str(target))
    return str(target)
