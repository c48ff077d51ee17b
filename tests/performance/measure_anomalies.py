"""Recall by kind of fault and false alarms of anomaly detection, over populations that no threshold was chosen on.

    python -m tests.performance.measure_anomalies unseen --batches 20

``tuned`` takes the shapes that thresholds may be chosen on, ``unseen`` and ``fresh`` others; a file of truth in the form
of ``samples/truth.jsonl`` is resampled.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from student_loans.anomalies.detect import EarlierBatches, detect_anomalies
from student_loans.anomalies.settings import anomaly_settings
from student_loans.records import DocumentRecord, DocumentType, FileFormat, Status, TextSource
from student_loans.statistics.features import feature_frame
from tests.anomaly_populations import FAULTS, FRESH, TUNED, UNSEEN, CorpusSource, Source, matches
from tests.record_factory import extracted

if TYPE_CHECKING:
    import pandas as pd

HISTORIES, SIZES = (300, 3000), (5, 20, 100, 500)


def labelled(path: Path) -> pd.DataFrame:
    """Features of the labelled documents of a file, as if each had been read without a fault."""
    return feature_frame(_record(number, json.loads(line)) for number, line in enumerate(path.open()))


def _record(number: int, truth: Mapping[str, Any]) -> DocumentRecord:
    from dataclasses import replace

    return DocumentRecord(
        document_id=f"{number:064d}", source_uri="file:///x", status=Status.ACCEPTED,
        document_type=DocumentType(truth["document_type"]), document_type_confidence=1.0,
        file_format=FileFormat(truth["file_format"]), page_count=truth["pages"], text_source=TextSource.TEXT_LAYER,
        quality_score=0.9,
        fields={name: replace(extracted("apr"), value=value) for name, value in truth["fields"].items()},
        timings={"text": 0.2},
    )  # fmt: skip


def measure(sources: Iterator[Source | CorpusSource], batches: int, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Counts by shape and size."""
    clean: dict[tuple[str, int], list[bool]] = defaultdict(list)
    recall: dict[tuple[str, str, int, int], list[bool]] = defaultdict(list)
    codes: Counter[str] = Counter()
    seconds: dict[int, list[float]] = defaultdict(list)
    settings = anomaly_settings()
    for source, past_size, size in ((s, h, n) for s in sources for h in HISTORIES for n in sizes):
        history = EarlierBatches(source.history(past_size, size), [size] * 10)
        for _ in range(batches):
            started = time.process_time()
            found = detect_anomalies(source.batch(size), history, settings)
            seconds[size].append(time.process_time() - started)
            clean[source.shape.name, size].append(bool(found))
            for one in found[:1]:
                where = f"{source.shape.name}, history {past_size}, batch {size}"
                codes[f"{one.code} {one.field} ({where})"] += 1
                print(where, one, file=sys.stderr, flush=True)
        for fault, _ in itertools.product(FAULTS, range(max(1, batches // 4))):
            frame = source.batch(size)
            wanted = fault(frame, source.random)
            if wanted is not None:
                found = detect_anomalies(frame, history, settings)
                key = fault.__name__, source.shape.name, past_size, size
                recall[key].append(any(matches(one, wanted) for one in found))
    return {"clean": clean, "recall": recall, "codes": codes, "seconds": seconds}


def show(result: Mapping[str, Any]) -> None:
    """Print the figures."""

    def share(lists: list[list[bool]]) -> str:
        values = list(itertools.chain.from_iterable(lists))
        return f"{np.mean(values):6.1%} of {len(values)}" if values else "-"

    print("clean batches that alarm:", share(list(result["clean"].values())))
    for position, title in ((0, "shape"), (1, "size")):
        for name in dict.fromkeys(key[position] for key in result["clean"]):
            print(f"  {title} {name}:", share([v for k, v in result["clean"].items() if k[position] == name]))
    for fault in dict.fromkeys(key[0] for key in result["recall"]):
        rows = {key: value for key, value in result["recall"].items() if key[0] == fault}
        print(f"{fault}:", share(list(rows.values())))
        for position, title in ((1, "shape"), (2, "history"), (3, "size")):
            parts = dict.fromkeys(key[position] for key in rows)
            print(
                f"  by {title}:",
                "; ".join(f"{p}: {share([v for k, v in rows.items() if k[position] == p])}" for p in parts),
            )
    print("false alarms:", dict(result["codes"].most_common(20)))
    print("seconds a batch:", {size: round(float(np.median(values)), 3) for size, values in result["seconds"].items()})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", help="tuned, unseen, fresh, or a file of labelled documents")
    parser.add_argument("--batches", type=int, default=8, help="clean batches of each shape, history and size")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sets = {"tuned": TUNED, "unseen": UNSEEN, "fresh": FRESH}
    if options.what in sets:
        shapes = sets[options.what]
        sources: Iterator[Source | CorpusSource] = (Source(one, options.seed + n) for n, one in enumerate(shapes))
    else:
        records = labelled(Path(options.what))
        sources = (CorpusSource(records, options.seed + n) for n in range(4))
    show(measure(sources, options.batches, tuple(options.sizes)))


if __name__ == "__main__":
    main()
