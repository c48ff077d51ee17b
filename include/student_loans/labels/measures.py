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
from student_loans.records import DocumentRecord
from student_loans.runs import display_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TIMINGS, ACCURACY, PLOTS = "timings", "accuracy.json", "plots"


def write_seconds(folder: Path, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
    """Write what a stage took.

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
    _draw(folder / PLOTS / "overview.png", accuracy, statuses)


def _draw(path: Path, accuracy: Accuracy, statuses: Counter[str]) -> None:
    """A picture that needs no browser script: values read right by type, and documents by status."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    types = sorted(accuracy.types, reverse=True)
    _bars(
        left, [name.replace("_", " ") for name in types], [100 * accuracy.types[name].found for name in types], "%.1f"
    )
    left.set_title("Values read right, percent", loc="left", fontsize=11)
    left.set_xlim(0, 112)
    names = sorted(statuses, reverse=True)
    _bars(right, names, [statuses[name] for name in names], "%d")
    right.set_title("Documents by status", loc="left", fontsize=11)
    right.set_xlim(0, 1.15 * max(statuses.values(), default=1))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, metadata={"Software": None})


def _bars(axes: Axes, names: Sequence[str], values: Sequence[float], label: str) -> None:
    bars = axes.barh(list(names), list(values), color="#2563eb", height=0.6)
    axes.bar_label(bars, fmt=label, padding=4, fontsize=9)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(left=False, bottom=False, labelbottom=False)


def _accuracy_json(accuracy: Accuracy) -> dict[str, Any]:
    return {
        "type_right": round(accuracy.type_right / accuracy.labelled, 4),
        "values": _shares(accuracy.values),
        "values_of_accepted": _shares(accuracy.accepted),
    }


def _shares(tally: Tally) -> dict[str, float]:
    return {"found": round(tally.found, 4), "correct": round(tally.correct, 4)}


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
