"""``python -m scripts.benchmarks.extraction``: accuracy, confidence and speed of reading.

Measures given labelled documents, or the bundled samples. In one run, on all cores: the project's extraction over all
files, and plain Tesseract over the pages of the same scans at 300 dpi with one process per core. Writes
``reports/benchmarks/extraction.json`` and a plot of risk against coverage next to it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.benchmarks.accuracy import (
    Read,
    accepted_documents,
    auroc,
    calibration_error,
    compare,
    f1,
    group,
    risk_coverage,
    tally,
)
from scripts.benchmarks.tesseract import seconds_of_tesseract
from student_loans.labels.files import FileLabel, read_labels
from student_loans.records import DocumentRecord, TextSource
from student_loans.settings import load_settings
from student_loans.understanding.batch import extract_files

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (PROJECT_ROOT / "samples" / "documents", PROJECT_ROOT / "samples" / "truth.jsonl")
OUTPUT = PROJECT_ROOT / "reports" / "benchmarks"


def extract(files: Sequence[Path]) -> tuple[list[DocumentRecord], float]:
    """Records of some files, and the wall-clock seconds they took on all cores, start-up included."""
    started = time.perf_counter()
    records = list(extract_files(files, load_settings()))
    return records, time.perf_counter() - started


def measure(documents: Path, truth: Path, rounds: int, *, with_tesseract: bool) -> dict[str, Any]:
    """All figures of a labelled set.

    Args:
        documents: Folder of the files.
        truth: Their labels.
        rounds: Number of measurements of each time; medians are reported.
        with_tesseract: Whether to time Tesseract over the same scans.
    """
    labels = read_labels(truth)
    files = [documents / label.file for label in labels]
    records, _ = extract(files)
    values = compare(records, labels)
    return {
        "documents": len(labels),
        "types_right": sum(r.document_type is one.document_type for r, one in zip(records, labels, strict=True)),
        "accuracy": {
            name: _accuracy(groups)
            for name, groups in (
                ("rendering", group(values, lambda v: v.label.rendering)),
                ("document_type", group(values, lambda v: v.label.document_type.value)),
                ("lender", group(values, lambda v: v.label.lender_family)),
                ("field", group(values, lambda v: v.field)),
            )
        },
        "confidence": {
            name: {"auroc": auroc(part), "expected_calibration_error": calibration_error(part)}
            for name, part in {"all": values, **group(values, lambda v: v.label.rendering)}.items()
        },
        "accepted": _accepted(labels, records, values),
        "speed": _speed(files, labels, records, rounds, with_tesseract=with_tesseract),
        "risk_coverage": {
            name: dict(zip(("coverage", "risk"), risk_coverage(part), strict=True))
            for name, part in group(values, lambda v: v.label.rendering).items()
        },
    }


def _accuracy(groups: dict[str, list[Read]]) -> dict[str, dict[str, float]]:
    return {
        name: {"values": counts.printed, "found": counts.found, "correct": counts.correct, "f1": f1(counts)}
        for name, counts in ((name, tally(values)) for name, values in groups.items())
    }


def _accepted(labels: Sequence[FileLabel], records: Sequence[DocumentRecord], values: Sequence[Read]) -> dict[str, Any]:
    by_rendering = group((v for v in values if v.accepted), lambda v: v.label.rendering)
    shares = accepted_documents(labels, records)
    return {
        name: {
            "accepted": accepted,
            "complete_documents": documents,
            "correct": tally(by_rendering.get(name, [])).correct,
        }
        for name, (accepted, documents) in shares.items()
    }


def _speed(
    files: Sequence[Path],
    labels: Sequence[FileLabel],
    records: Sequence[DocumentRecord],
    rounds: int,
    *,
    with_tesseract: bool,
) -> dict[str, Any]:
    """Documents per second from text layers; scans and Tesseract over the same pages, round by round."""
    cores = os.cpu_count() or 1
    by_source: dict[str, list[Path]] = {"text_layer": [], "scans": []}
    for path, label, record in zip(files, labels, records, strict=True):
        if record.text_source is TextSource.TEXT_LAYER:
            by_source["text_layer"].append(path)
        elif label.rendering.endswith(("scan", "degraded")):
            by_source["scans"].append(path)
    pages = sum(r.page_count or 0 for f, r in zip(files, records, strict=True) if f in set(by_source["scans"]))
    once = [(extract(by_source["text_layer"] * 4)[1], extract(by_source["text_layer"])[1]) for _ in range(rounds)]
    # Start-up is the same in both: the difference is the work on three times the files.
    rates = [3 * len(by_source["text_layer"]) / max(four - one, 1e-6) / cores for four, one in once]
    ours = [extract(by_source["scans"])[1] for _ in range(rounds)] if pages else []
    speed: dict[str, Any] = {
        "cores": cores,
        "text_layer_documents_a_second_a_core": median(rates) if by_source["text_layer"] else None,
        "scanned_pages": pages,
        "scan_seconds": median(ours) if ours else None,
    }
    if with_tesseract and pages:
        theirs = [seconds_of_tesseract(by_source["scans"], cores) for _ in range(rounds)]
        speed["tesseract_seconds"] = median(theirs)
        speed["ratio_to_tesseract"] = median(a / b for a, b in zip(ours, theirs, strict=True))
    return speed


def show(result: dict[str, Any], console: Console) -> None:
    """The figures as tables."""
    for name, groups in result["accuracy"].items():
        table = Table("", "values", "found", "correct", "F1", title=f"Values read right, by {name.replace('_', ' ')}")
        for key, row in groups.items():
            table.add_row(key, str(row["values"]), *(f"{row[column]:.3f}" for column in ("found", "correct", "f1")))
        console.print(table)
    table = Table("", "AUROC", "ECE", "accepted of complete", "their values correct", title="Confidence")
    for key, row in result["confidence"].items():
        taken = result["accepted"].get(key)
        table.add_row(
            key,
            "-" if row["auroc"] is None else f"{row['auroc']:.3f}",
            f"{row['expected_calibration_error']:.4f}",
            f"{taken['accepted']} / {taken['complete_documents']}" if taken else "",
            f"{taken['correct']:.4f}" if taken else "",
        )
    console.print(table)
    console.print(f"Types right: {result['types_right']} of {result['documents']}")
    for key, value in result["speed"].items():
        console.print(f"{key}: {value:.3f}" if isinstance(value, float) else f"{key}: {value}", highlight=False)


def draw(result: dict[str, Any], path: Path) -> None:
    """Risk against coverage, one line per rendering."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, curve in result["risk_coverage"].items():
        axes.plot(curve["coverage"], [100 * risk for risk in curve["risk"]], label=name.replace("_", " "))
    axes.set(xlabel="share of values, most confident first", ylabel="percent of them wrong", xlim=(0, 1))
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


def main(argv: list[str] | None = None) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks.extraction", description=__doc__)
    parser.add_argument("documents", type=Path, nargs="?", default=SAMPLES[0], help="folder of labelled files")
    parser.add_argument("truth", type=Path, nargs="?", default=SAMPLES[1], help="their labels, JSON Lines")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each time (default 3)")
    parser.add_argument("--no-tesseract", action="store_true", help="skip the comparison with Tesseract")
    arguments = parser.parse_args(argv)
    result = measure(arguments.documents, arguments.truth, arguments.rounds, with_tesseract=not arguments.no_tesseract)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "extraction.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    draw(result, OUTPUT / "risk_coverage.png")
    show(result, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
