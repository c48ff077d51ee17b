"""Fairness of labelled records without Airflow and database: what ``student-loans fairness`` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.fairness.analysis import compare_slices, measure_slices
from student_loans.fairness.findings import find_bias
from student_loans.fairness.mitigation.simulation import simulate_mitigations
from student_loans.fairness.observations import observation_frame, observation_table, observe_labelled
from student_loans.fairness.settings import FairnessSettings
from student_loans.labels.label import DocumentLabel
from student_loans.plain_data import to_plain
from student_loans.records import DocumentRecord, Status

if TYPE_CHECKING:
    from student_loans.fairness.report.summary import BiasSummary

Pairs = list[tuple[DocumentRecord, DocumentLabel]]


def measure(
    records: Iterable[DocumentRecord], labels: Sequence[DocumentLabel], options: FairnessSettings
) -> BiasSummary:
    """Measure labelled records: slices, findings, and the effect of mitigations.

    Args:
        records: Of documents; those without a label, and quarantined ones, do not count.
        labels: Of documents, with and without a record.
        options: Settings.
    """
    from student_loans.fairness.report.summary import BiasSummary
    from student_loans.understanding.confidence import confidence_model

    pairs = _pairs(records, labels)
    table = observation_table(observe_labelled(record, label, options.slices) for record, label in pairs)
    frame = observation_frame(table, options.slices.most_levels)
    measured = measure_slices(frame, options, labelled=True)
    p_values = compare_slices(frame, measured, options, labelled=True)
    findings = find_bias(frame, measured, p_values, options, labelled=True)
    simulated = simulate_mitigations(frame, findings, confidence_model().accept_above, options)
    return BiasSummary(
        run_id="command line",
        created_at=datetime.now(UTC),
        labelled=True,
        documents=len(frame),
        labels=len(labels),
        comparisons=len(p_values),
        metrics=measured,
        findings=findings,
        mitigations=to_plain(simulated),
        options=options,
    )


def _pairs(records: Iterable[DocumentRecord], labels: Sequence[DocumentLabel]) -> Pairs:
    by_id = {label.document_id: label for label in labels}
    return [
        (record, by_id[record.document_id])
        for record in records
        if record.document_id in by_id and record.status is not Status.QUARANTINED
    ]


def write_reports(summary: BiasSummary, output: Path, name: str, update: Path | None = None) -> None:
    """Write ``bias.html``, ``bias.json`` and the charts.

    Args:
        summary: What was measured.
        output: Folder for them.
        name: Of the measurement; charts and marks have it.
        update: Document into whose marks the figures are written, with the charts in ``images/`` beside it; None for none.
    """
    from student_loans.fairness.report.markdown import figures_markdown, update_region, write_charts
    from student_loans.fairness.report.page import write_bias_report
    from student_loans.private_files import make_folder
    from student_loans.storage.files import open_path

    make_folder(output)
    write_bias_report(open_path(str(output.absolute())), summary)
    write_charts(summary, update.parent / "images" if update else output, name)
    if update:
        update_region(update, name, figures_markdown(summary, "images", name))
