"""The command of fairness: ``fairness``, which measures labelled records without Airflow and database."""

from __future__ import annotations

from pathlib import Path

import click

from student_loans.command_line import EXISTING_FILE, EXISTING_FOLDER, FILE, FOLDER, Command, read_records


@click.command(
    cls=Command,
    example="student-loans fairness records.jsonl truth.jsonl \\\n"
    "  --documents labelled/documents --output reports/bias",
)
@click.argument("records", type=EXISTING_FILE)
@click.argument("truth", type=EXISTING_FILE)
@click.option("--documents", type=EXISTING_FOLDER, required=True, help="Folder of the labelled files.")
@click.option("--output", type=FOLDER, required=True, help="Folder for bias.html, bias.json and the plots.")
@click.option("--settings", type=EXISTING_FILE, show_default="fairness.yaml of the package", help="Draft of settings.")
@click.option("--name", metavar="NAME", default="bias", help="Name of the measurement, of its plots and marks.")
@click.option("--update", type=FILE, help="Document to put figures into, between marks <!-- figures: NAME -->.")
def fairness(
    records: Path,
    truth: Path,
    documents: Path,
    output: Path,
    settings: Path | None,
    name: str,
    update: Path | None,
) -> None:
    """Measure whether kinds of documents are read equally well.

    RECORDS is the JSON Lines file of "student-loans read", TRUTH the labels of its documents, .jsonl or .csv.
    """
    from student_loans.fairness.offline import measure, write_reports
    from student_loans.fairness.settings import load_fairness_settings
    from student_loans.labels.exchange import read_label_file

    options = load_fairness_settings(settings)
    labels = list(read_label_file(truth, documents))
    summary = measure(read_records(records), labels, options)
    write_reports(summary, output, name, update)
    click.echo(summary.headline)
    for finding in summary.findings:
        click.echo(f"- {finding.words}")
