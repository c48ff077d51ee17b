"""Statistics from the command line: ``python -m student_loans.statistics compare|infer-schema``, without Airflow."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from student_loans.errors import LoanDocumentError
from student_loans.records import DocumentRecord
from student_loans.statistics.environment import analysis_request, call_tfdv
from student_loans.statistics.features import feature_frame, write_features
from student_loans.statistics.settings import statistics_settings

EXIT_FINDINGS, EXIT_UNUSABLE = 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when nothing differs, 1 when something does, 2 for files that cannot be used.
    """
    parser = argparse.ArgumentParser(prog="python -m student_loans.statistics", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    compare = commands.add_parser("compare", help="records against the schema, and against other records")
    compare.add_argument("records", type=Path, help="records.jsonl")
    compare.add_argument("--previous", type=Path, help="records.jsonl that drift is measured from")
    compare.add_argument("--reference", type=Path, help="records.jsonl that skew is measured from")
    compare.add_argument("--output", type=Path, default=Path("reports/statistics"), help="folder for quality.html")
    infer = commands.add_parser("infer-schema", help="a first schema from records, to be curated by a person")
    infer.add_argument("records", type=Path, help="records.jsonl")
    infer.add_argument("--output", type=Path, default=Path("reports/statistics"), help="folder for inferred.pbtxt")
    options = parser.parse_args(arguments)
    try:
        return _compare(options) if options.command == "compare" else _infer(options)
    except (LoanDocumentError, OSError, ValueError, KeyError) as error:
        print(error if isinstance(error, LoanDocumentError) else type(error).__name__, file=sys.stderr)  # noqa: T201
        return EXIT_UNUSABLE


def _compare(options: argparse.Namespace) -> int:
    from student_loans.statistics.quality_page import QualityReport, headline, render_quality_page

    files = {"current": options.records, "previous": options.previous, "reference": options.reference}
    options.output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="statistics-") as folder:
        frames = {name: _features(path, Path(folder) / f"{name}.parquet") for name, path in files.items() if path}
        request = analysis_request(
            frames["current"],
            str(options.output.absolute()),
            previous=frames.get("previous"),
            reference=frames.get("reference"),
        )
        answer = call_tfdv("analyse", request)
    report = QualityReport("command line", datetime.now(UTC), (), (), answer, ())
    (options.output / "statistics.json").write_text(json.dumps(answer), encoding="utf-8")
    (options.output / "quality.html").write_text(render_quality_page(report), encoding="utf-8")
    print(headline(report), options.output / "quality.html")  # noqa: T201
    return EXIT_FINDINGS if _differs(answer) else 0


def _infer(options: argparse.Namespace) -> int:
    with TemporaryDirectory(prefix="statistics-") as folder:
        request = {
            "current": _features(options.records, Path(folder) / "current.parquet"),
            "output": str(options.output.absolute()),
            "beam_options": list(statistics_settings().beam_options),
        }
        print(call_tfdv("infer_schema", request)["schema"])  # noqa: T201
    return 0


def _differs(answer: dict[str, Any]) -> bool:
    return bool(answer["schema_anomalies"]) or any(
        one["verdict"] in ("drifted", "skewed") for one in answer["features"]
    )


def _features(records: Path, target: Path) -> str:
    write_features(feature_frame(_read(records)), str(target))
    return str(target)


def _read(path: Path) -> Iterator[DocumentRecord]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield DocumentRecord.from_json(json.loads(line))


if __name__ == "__main__":
    sys.exit(main())
