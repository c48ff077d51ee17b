"""Commands of understanding: ``read``, ``fit``, ``calibrate`` and ``check-quality``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from student_loans.command_line import COUNT, EXISTING_FILE, EXISTING_FOLDER, EXISTING_PATH, FILE, FOLDER, Command

if TYPE_CHECKING:
    from typing import IO


@click.command(cls=Command, example="student-loans read letters/ note.pdf --output records.jsonl")
@click.argument("paths", nargs=-1, required=True, type=EXISTING_PATH, metavar="PATH...")
@click.option("--output", required=True, type=FILE, help="File for the records, one JSON object a line.")
@click.option("--workers", type=COUNT, metavar="N", show_default="one a core", help="Processes that read side by side.")
def read(paths: Sequence[Path], output: Path, workers: int | None) -> None:
    """Read documents into records, one JSON line a file.

    Each PATH is a file or a folder. Folders are walked in the order of names, without hidden files. A document that
    cannot be read is a record too, with the status "quarantined" and the reason.
    """
    from student_loans.understanding.batch import find_files

    files = find_files(paths)
    if not files:
        raise click.BadParameter("No files in what was given.", param_hint="PATH")
    with _open_output(output) as file:
        statuses = _write_records(files, file, workers)
    summary = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    click.echo(f"{statuses.total()} documents: {summary}", err=True)


def _open_output(path: Path) -> IO[str]:
    from student_loans.private_files import open_to_write

    try:
        return open_to_write(path)
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint="--output") from error


def _write_records(files: Sequence[Path], output: IO[str], workers: int | None) -> Counter[str]:
    """Write the record of each file as soon as it is ready; return the number of records by status."""
    from rich.console import Console
    from rich.progress import track

    from student_loans.settings import load_settings
    from student_loans.understanding.batch import extract_files

    statuses: Counter[str] = Counter()
    console = Console(stderr=True)
    records = extract_files(files, load_settings(), workers)
    for record in track(records, "Reading", total=len(files), console=console, disable=not console.is_terminal):
        output.write(json.dumps(record.to_json(), ensure_ascii=False) + "\n")
        output.flush()
        statuses[record.status.value] += 1
    return statuses


@click.command(cls=Command, example="student-loans fit labelled/documents labelled/truth.jsonl")
@click.argument("sets", nargs=-1, required=True, type=EXISTING_PATH, metavar="DOCUMENTS TRUTH...")
@click.option("--words", type=FOLDER, help="Folder that keeps the words of scans from one fit to the next.")
@click.option("--output", type=FILE, show_default="reading_model.npz of the package", help="File for the model.")
def fit(sets: Sequence[Path], words: Path | None, output: Path | None) -> None:
    """Fit the model that decides which value is which field's.

    DOCUMENTS is a folder of labelled files, or a file of their words (.jsonl.xz); TRUTH is its JSON Lines with file,
    document_type, fields and, if they are known, the places of the values. Several pairs may follow each other.
    Confidences are fitted afterwards, by calibrate.
    """
    from student_loans.understanding.fit import fit_reading

    count = fit_reading(_pairs(sets), output, words, lambda step: click.echo(step, err=True))
    click.echo(f"fitted on {count} documents")


def _pairs(sets: Sequence[Path]) -> list[tuple[Path, Path]]:
    if len(sets) % 2:
        raise click.UsageError("Each folder of documents is followed by its truth file.")
    return list(zip(sets[::2], sets[1::2], strict=True))


def _with_models(sets: Sequence[Path]) -> list[tuple[Path, Path, Path | None]]:
    """Folders with their truth files, each with the model of reading behind them, if one is named."""
    models = {number: path for number, path in enumerate(sets) if path.suffix == ".npz"}
    rest = [number for number in range(len(sets)) if number not in models]
    pairs = _pairs([sets[number] for number in rest])
    return [(*pair, models.get(truth + 1)) for pair, truth in zip(pairs, rest[1::2], strict=True)]


@click.command(cls=Command, example="student-loans calibrate labelled/documents labelled/truth.jsonl")
@click.argument("sets", nargs=-1, required=True, type=EXISTING_PATH, metavar="DOCUMENTS TRUTH [MODEL]...")
@click.option("--words", type=FOLDER, help="Folder that keeps the words of scans from one fit to the next.")
@click.option(
    "--text-layer-target", type=click.FloatRange(0, 1), metavar="SHARE", default=0.001,
    help="Highest share of wrong fields in accepted documents with a text layer.",
)  # fmt: skip
@click.option(
    "--ocr-target", type=click.FloatRange(0, 1), metavar="SHARE", default=0.005,
    help="Highest share of wrong fields in accepted documents that OCR reads.",
)  # fmt: skip
@click.option(
    "--seed", type=int, metavar="N", default=7, help="Number that decides which lenders are left out together."
)
@click.option("--output", type=FILE, show_default="confidence.json of the package", help="File for the model.")
def calibrate(
    sets: Sequence[Path],
    words: Path | None,
    text_layer_target: float,
    ocr_target: float,
    seed: int,
    output: Path | None,
) -> None:
    """Fit confidences and the accept rule on labelled documents.

    DOCUMENTS is a folder of labelled files, TRUTH its JSON Lines with file, document_type, fields and family; several
    pairs may follow each other. The model of reading must not have seen the documents: behind a pair, MODEL is the
    .npz file of one that was fitted without them, if it is not the model in use.
    """
    from student_loans.understanding.calibration import MODEL_FILE, fit_model

    targets = {"text_layer": text_layer_target, "ocr": ocr_target}
    for source, part in fit_model(_with_models(sets), words, targets, seed, output or MODEL_FILE).items():
        click.echo(f"{source}: {json.dumps(part['fitted'])}")


@click.command(
    "check-quality", cls=Command, example="student-loans check-quality labelled/documents labelled/truth.jsonl"
)
@click.argument("documents", type=EXISTING_FOLDER)
@click.argument("truth", type=EXISTING_FILE)
@click.option("--workers", type=COUNT, metavar="N", show_default="one a core", help="Processes that read side by side.")
@click.option("--damaged", type=click.IntRange(0), metavar="N", default=1, help="Damaged copies of each document.")
def check_quality(documents: Path, truth: Path, workers: int | None, damaged: int) -> None:
    """Compare quality scores with how well scans are read.

    DOCUMENTS is a folder of labelled files, TRUTH their labels. Prints Spearman's correlation of score and accuracy.
    """
    from student_loans.understanding.quality_check import compare_quality

    def show(reading: object) -> None:
        click.echo(str(reading), err=True)

    for line in compare_quality(documents, truth, workers, damaged, show):
        click.echo(line)
