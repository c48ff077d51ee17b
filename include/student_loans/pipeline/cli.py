"""``python -m student_loans.pipeline STAGE``: one stage without Airflow; ``dvc.yaml`` runs them in order."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from student_loans.errors import LoanDocumentError
from student_loans.pipeline.files import STAGES, StageFolder
from student_loans.project import PROJECT_ROOT
from student_loans.settings import Settings, load_settings

FAILED = 1


def main(argv: list[str] | None = None) -> int:
    """Run one stage, write its metrics, and print its counts; returns the exit status."""
    options = _arguments(argv)
    started = time.perf_counter()
    try:
        counts = _RUNNERS[options.stage](options, load_settings())
    except LoanDocumentError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    _measure(options, time.perf_counter() - started, counts)
    sys.stdout.write(json.dumps(counts) + "\n")
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m student_loans.pipeline", description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROJECT_ROOT / "data" / "pipeline", help="of all stages")
    parser.add_argument("--metrics", type=Path, default=PROJECT_ROOT / "metrics", help="folder for metrics and plots")
    stages = parser.add_subparsers(dest="stage", required=True, metavar="STAGE")
    for name in STAGES:
        stage = stages.add_parser(name)
        if name == "data_acquisition":
            stage.add_argument("--source", default="samples/documents", help="folder with documents, or an address")
            stage.add_argument(
                "--portable", action="store_true", help="addresses of files in the project are relative to it"
            )
        if name == "validation":
            stage.add_argument("--truth", type=Path, help="labels (JSON Lines) to measure accuracy against")
    return parser.parse_args(argv)


def _acquire(options: argparse.Namespace, settings: Settings) -> dict[str, int]:
    from student_loans.pipeline.stages import run_data_acquisition

    return run_data_acquisition(options.folder, settings, options.source, portable=options.portable)


def _prepare(options: argparse.Namespace, settings: Settings) -> dict[str, int]:
    from student_loans.pipeline.stages import run_preprocessing

    return run_preprocessing(options.folder, settings)


def _extract(options: argparse.Namespace, settings: Settings) -> dict[str, int]:
    from student_loans.pipeline.stages import run_extraction

    return run_extraction(options.folder, settings)


def _validate(options: argparse.Namespace, _: Settings) -> dict[str, int]:
    from student_loans.pipeline.stages import run_validation

    return run_validation(options.folder)


_RUNNERS: dict[str, Callable[[argparse.Namespace, Settings], dict[str, int]]] = {
    "data_acquisition": _acquire,
    "preprocessing": _prepare,
    "extraction": _extract,
    "validation": _validate,
}


def _measure(options: argparse.Namespace, seconds: float, counts: dict[str, int]) -> None:
    """Write the stage's metrics."""
    from student_loans.labels.measures import write_accuracy, write_document_seconds, write_seconds
    from student_loans.validation.stage import VALIDATED

    run = StageFolder(options.folder, options.stage)
    write_seconds(options.metrics, options.stage, seconds, counts)
    if options.stage == "extraction":
        records = list(run.read_records(run.told_by("extraction")["parts"]))
        write_document_seconds(options.metrics, records, run.seconds_of_documents())
    elif options.stage == "validation":
        write_accuracy(options.metrics, list(run.read_records([VALIDATED])), options.truth)


if __name__ == "__main__":
    sys.exit(main())
