"""Metrics and plots of the stages, as files that DVC compares between versions: accuracy apart from seconds."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from student_loans.labels.accuracy import Accuracy, Tally, measure_accuracy
from student_loans.labels.files import read_labels
from student_loans.private_files import make_folder, open_to_write, write_private
from student_loans.records import DocumentRecord
from student_loans.runs import display_name
from student_loans.svg_charts import Axis, drawing, rect, shortened, standalone, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TIMINGS, ACCURACY, PLOTS = "timings", "accuracy.json", "plots"


def write_seconds(folder: Path, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
    """Write the time of a stage.

    Args:
        folder: Of the metrics.
        stage: Its name.
        seconds: Wall-clock seconds.
        counts: What it counted; ``pages`` or ``documents`` give a rate.
    """
    done = counts.get("pages") or counts.get("documents") or counts.get("files") or 0
    rate = {"per_item": round(seconds / done, 4)} if done else {}
    _write_json(folder / TIMINGS / f"{stage}.json", {"seconds": round(seconds, 3), **rate})


def write_document_seconds(folder: Path, records: Iterable[DocumentRecord], seconds: Mapping[str, float]) -> None:
    """Write the seconds of each document, for the plot of the slowest."""
    rows = [
        {"document": display_name(record.source_uri), "seconds": round(seconds[record.document_id], 4)}
        for record in records
        if seconds.get(record.document_id)
    ]
    _write_csv(folder / PLOTS / "seconds.csv", sorted(rows, key=lambda row: row["document"]), ("document", "seconds"))


def write_accuracy(folder: Path, records: Sequence[DocumentRecord], truth: Path | None) -> None:
    """Write counts by status, and accuracy where there are labels.

    Args:
        folder: Of the metrics.
        records: The run's records.
        truth: Labels as JSON Lines; None or a missing file means there are none.
    """
    labels = read_labels(truth) if truth and truth.exists() else []
    accuracy = measure_accuracy(records, labels)
    statuses = Counter(record.status.value for record in records)
    data: dict[str, Any] = {"documents": len(records), **dict(sorted(statuses.items()))}
    if labels:
        data |= _accuracy_json(accuracy)
    _write_json(folder / ACCURACY, data)
    rows = [{"value": name, "found": round(tally.found, 4)} for name, tally in sorted(accuracy.fields.items())]
    _write_csv(folder / PLOTS / "fields.csv", rows, ("value", "found"))
    rows = [{"document_type": name, "found": round(tally.found, 4)} for name, tally in sorted(accuracy.types.items())]
    _write_csv(folder / PLOTS / "types.csv", rows, ("document_type", "found"))
    write_private(folder / PLOTS / "overview.svg", _overview(accuracy, statuses))


def _overview(accuracy: Accuracy, statuses: Mapping[str, int]) -> bytes:
    """A chart without a browser script: values read right by type, and documents by status."""
    shares = {name.replace("_", " "): 100 * tally.found for name, tally in sorted(accuracy.types.items())}
    height = 44 + 22 * max(len(shares), len(statuses))
    svg = drawing(900, height, "Values read right by document type, and documents by status")
    _bars(svg, 16, "Values read right, percent", shares, top=100.0, shown="{:.1f}")
    _bars(svg, 500, "Documents by status", dict(sorted(statuses.items())), top=sum(statuses.values()), shown="{:,}")
    return standalone(svg)


def _bars(svg: Element, left: float, heading: str, values: Mapping[str, float], *, top: float, shown: str) -> None:
    text(svg, left, 18, heading, "start", "heading")
    axis = Axis(0.0, max(top, 1.0), left + 150, 180)
    for number, (name, value) in enumerate(values.items()):
        middle = 44 + number * 22
        text(svg, axis.left - 10, middle, shortened(name, 22), "end", "label")
        rect(svg, axis.left, middle - 6, axis.width, 12, "track", radius=2)
        rect(svg, axis.left, middle - 6, axis.place(value) - axis.left, 12, "s-current", radius=2)
        text(svg, axis.left + axis.width + 8, middle, shown.format(value), "start", "note")


def _accuracy_json(accuracy: Accuracy) -> dict[str, Any]:
    return {
        "type_right": round(accuracy.type_right / accuracy.labelled, 4),
        "values": _shares(accuracy.values),
        "values_of_accepted": _shares(accuracy.accepted),
    }


def _shares(tally: Tally) -> dict[str, float]:
    return {"found": round(tally.found, 4), "correct": round(tally.correct, 4)}


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    make_folder(path.parent)
    write_private(path, json.dumps(data, indent=2) + "\n")


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    make_folder(path.parent)
    with open_to_write(path, newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
