"""``python -m student_loans.fairness RECORDS TRUTH --documents FOLDER --output FOLDER``: measure without Airflow and database.

``RECORDS`` comes from ``python -m student_loans.understanding``, ``TRUTH`` from a labelled corpus such as
``python -m samples.generator`` writes. Writes ``bias.html``, ``bias.json`` and the charts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.error_advice import terminal_words
from student_loans.errors import LoanDocumentError
from student_loans.fairness.analysis import compare_slices, measure_slices
from student_loans.fairness.findings import find_bias
from student_loans.fairness.mitigation.simulation import Rereading, simulate_mitigations
from student_loans.fairness.observations import observation_frame, observation_table, observe_labelled
from student_loans.fairness.settings import FairnessSettings, load_fairness_settings
from student_loans.labels.exchange import read_label_file
from student_loans.labels.label import DocumentLabel
from student_loans.plain_data import to_plain
from student_loans.records import DocumentRecord, Status

if TYPE_CHECKING:
    from student_loans.fairness.report.summary import BiasSummary

USAGE_ERROR, FAILED = 2, 1
Pairs = list[tuple[DocumentRecord, DocumentLabel]]


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m student_loans.fairness", description=__doc__)
    parser.add_argument("records", type=Path, help="JSON Lines of python -m student_loans.understanding")
    parser.add_argument("truth", type=Path, help="labels, .jsonl or .csv")
    parser.add_argument("--documents", type=Path, required=True, help="folder of the labelled files")
    parser.add_argument("--output", type=Path, required=True, help="folder for the report")
    parser.add_argument("--settings", type=Path, help="YAML in place of include/student_loans/config/fairness.yaml")
    parser.add_argument(
        "--escalate", type=int, default=0, metavar="N", help="read N held-out documents again to judge it"
    )
    parser.add_argument("--name", default="bias", help="of the measurement: charts and marks carry it")
    parser.add_argument(
        "--update", type=Path, help="document with marks <!-- figures: NAME --> to put the figures into"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Measure, find, simulate and report; returns the exit status."""
    arguments = _arguments(argv)
    try:
        options = load_fairness_settings(arguments.settings)
        mitigation = options.mitigation.model_copy(update={"escalation_documents": arguments.escalate})
        options = options.model_copy(update={"mitigation": mitigation})
        labels = list(read_label_file(arguments.truth, arguments.documents))
        pairs = _pairs(arguments.records, labels)
        summary = analyse(pairs, len(labels), options, arguments.documents if arguments.escalate else None)
        _write(summary, arguments)
    except LoanDocumentError as error:
        sys.stderr.write(terminal_words(error) + "\n")
        return FAILED
    except (OSError, ValueError) as error:
        sys.stderr.write(f"What was given cannot be read ({type(error).__name__}).\n")
        return USAGE_ERROR
    sys.stdout.write(f"{summary.headline}\n" + "".join(f"- {one.words}\n" for one in summary.findings))
    return 0


def analyse(pairs: Pairs, labels: int, options: FairnessSettings, documents: Path | None = None) -> BiasSummary:
    """Everything about some labelled records.

    Args:
        pairs: Records with their labels.
        labels: Labels there are, with and without a record.
        options: Settings.
        documents: Folder of the files, to judge escalation; None: it is not judged.
    """
    from student_loans.fairness.report.summary import BiasSummary
    from student_loans.understanding.confidence import confidence_model

    table = observation_table(observe_labelled(record, label, options.slices) for record, label in pairs)
    frame = observation_frame(table, options.slices.most_levels)
    measured = measure_slices(frame, options, labelled=True)
    p_values = compare_slices(frame, measured, options, labelled=True)
    findings = find_bias(frame, measured, p_values, options, labelled=True)
    rereading = _rereading(pairs, documents) if documents else None
    simulated = simulate_mitigations(frame, findings, confidence_model().accept_above, options, rereading)
    return BiasSummary(
        run_id="command line",
        created_at=datetime.now(UTC),
        labelled=True,
        documents=len(frame),
        labels=labels,
        comparisons=len(p_values),
        metrics=measured,
        findings=findings,
        mitigations=to_plain(simulated),
        options=options,
    )


def _pairs(records: Path, labels: list[DocumentLabel]) -> Pairs:
    by_id = {label.document_id: label for label in labels}
    return [
        (record, by_id[record.document_id])
        for record in _records(records)
        if record.document_id in by_id and record.status is not Status.QUARANTINED
    ]


def _records(path: Path) -> Iterator[DocumentRecord]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield DocumentRecord.from_json(json.loads(line))


def _rereading(pairs: Pairs, documents: Path) -> Rereading:
    from urllib.parse import unquote

    from student_loans.fairness.mitigation.active import read_with
    from student_loans.settings import settings

    def read_again(first: DocumentRecord, changes: Mapping[str, Any]) -> DocumentRecord:
        name = unquote(first.source_uri).rpartition("/")[2]
        return read_with((documents / name).read_bytes(), first, changes, settings())

    return Rereading(lambda: pairs, read_again)


def _write(summary: BiasSummary, arguments: argparse.Namespace) -> None:
    from student_loans.fairness.report.markdown import figures_markdown, update_region, write_charts
    from student_loans.fairness.report.page import write_bias_report
    from student_loans.storage.files import open_path

    arguments.output.mkdir(parents=True, exist_ok=True)
    write_bias_report(open_path(str(arguments.output.absolute())), summary)
    charts = arguments.update.parent / "images" if arguments.update else arguments.output
    write_charts(summary, charts, arguments.name)
    if arguments.update:
        update_region(arguments.update, arguments.name, figures_markdown(summary, "images", arguments.name))


if __name__ == "__main__":
    sys.exit(main())
