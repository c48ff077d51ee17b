"""Commands of labels: ``labels import`` and ``labels export``, between files and the results database."""

from __future__ import annotations

from pathlib import Path

import click

from student_loans.command_line import EXISTING_FILE, EXISTING_FOLDER, FILE, Group, database_option


@click.group(cls=Group)
def labels() -> None:
    """Import and export labels, the true values of documents.

    FILE ends in .jsonl or .csv.
    """


@labels.command(
    "import",
    example="student-loans labels import truth.jsonl --documents letters/ \\\n"
    "  --database postgresql://loans@db.example/loans",
)
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--documents", type=EXISTING_FOLDER,
    help="Folder of the labelled files, for lines that name a file and no document_id.",
)  # fmt: skip
@click.option("--source", metavar="NAME", show_default="the name of FILE", help="Who the labels come from.")
@database_option
def import_labels(file: Path, documents: Path | None, source: str | None, database: str) -> None:
    """Store the labels of a file; what is stored already is updated."""
    from student_loans.labels.exchange import read_label_file
    from student_loans.labels.store import LabelStore

    store = LabelStore(database)
    store.migrate()
    changed = store.store_labels(read_label_file(file, documents, source=source))
    count, with_record = store.count()
    click.echo(f"{changed} labels are new or changed; {count} in all, {with_record} of them with a record.")


@labels.command(
    "export",
    example="student-loans labels export labels.csv \\\n  --database postgresql://loans@db.example/loans",
)
@click.argument("file", type=FILE)
@database_option
def export_labels(file: Path, database: str) -> None:
    """Write all stored labels into a file."""
    from student_loans.labels.exchange import write_labels_csv, write_labels_jsonl
    from student_loans.labels.store import LabelStore

    store = LabelStore(database)
    store.migrate()
    write = write_labels_csv if file.suffix.lower() == ".csv" else write_labels_jsonl
    click.echo(f"{write(file, store.labels())} labels written.")
