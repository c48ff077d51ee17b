"""Observations: the contribution of each document to every metric, and its slices.

The unit of measurement is the document: values of one document come from the same page and OCR engine, so they are not
independent, and intervals and tests resample documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from student_loans.fairness.settings import SliceSettings
from student_loans.fairness.slices import DIMENSIONS, OTHER, seen_slices, true_slices
from student_loans.labels.compare import same_value
from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord, Status, field_catalog

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NUMBERS = (
    "printed", "right", "required", "required_found", "values", "confidence", "values_right", "accepted", "review",
    "accepted_wrong", "seconds", "lowest_confidence", "only_confidence", "wrong",
)  # fmt: skip
"""Columns of numbers. ``only_confidence``: nothing but low confidences keeps, or would keep, the document from being
accepted. ``wrong``: it holds a wrong value, or its type is wrong. ``lowest_confidence`` is 1 where there is no value."""
SEEN = tuple(f"seen_{name}" for name in DIMENSIONS)
KEY, PRINTED_MASK, WRONG_MASK, HELD_MASK = "key", "printed_mask", "wrong_mask", "held_mask"
_CHUNK = 20_000


@cache
def field_bits() -> Mapping[str, int]:
    """The bit of each field in the masks of fields."""
    return {name: 1 << number for number, name in enumerate(field_catalog().kinds)}


@dataclass(frozen=True, slots=True)
class Observation:
    """One document as numbers and slices.

    Attributes:
        slices: Dimension to slice.
        seen: The same, from the record alone.
        numbers: Values by the names of :data:`NUMBERS`.
        key: Same for the same document, evenly spread over 32 bits: splits and quotas use it.
        printed_mask: Fields that are printed, by the bits of :func:`field_bits`.
        wrong_mask: Printed fields that were not read right (without labels: required ones that were not found).
        held_mask: Fields in the reasons for review.
    """

    slices: Mapping[str, str]
    seen: Mapping[str, str]
    numbers: Mapping[str, float]
    key: int
    printed_mask: int = 0
    wrong_mask: int = 0
    held_mask: int = 0


def observe_labelled(record: DocumentRecord, label: DocumentLabel, options: SliceSettings) -> Observation:
    """Observe a document with a label."""
    right_type = record.document_type is label.document_type
    bits = field_bits()
    right = {
        name
        for name, truth in label.fields.items()
        if name in record.fields and same_value(name, record.fields[name].value, truth)
    }
    required = [name for name in field_catalog().usual(label.document_type) if name in label.fields]
    wrong = not right_type or any(name not in right for name in record.fields)
    accepted = record.status is Status.ACCEPTED
    numbers = {
        **_numbers(record),
        "printed": len(label.fields),
        "right": len(right),
        "required": len(required),
        "required_found": sum(name in record.fields for name in required),
        "values_right": len(right),
        "wrong": wrong,
        "accepted_wrong": accepted and wrong,
    }
    return Observation(
        true_slices(record, label, options),
        seen_slices(record, options),
        numbers,
        document_key(record.document_id),
        sum(bits[name] for name in label.fields),
        sum(bits[name] for name in label.fields if name not in right),
        _held_mask(record),
    )


def observe_unlabelled(record: DocumentRecord, options: SliceSettings) -> Observation:
    """Observe a document without a label: only for metrics that need none."""
    required = field_catalog().usual(record.document_type)
    found = sum(name in record.fields for name in required)
    seen = seen_slices(record, options)
    numbers = {**_numbers(record), "required": len(required), "required_found": found}
    bits = field_bits()
    mask = sum(bits[name] for name in required)
    missing = sum(bits[name] for name in required if name not in record.fields)
    return Observation(seen, seen, numbers, document_key(record.document_id), mask, missing, _held_mask(record))


def document_key(document_id: str) -> int:
    """The first 32 bits of a document's SHA-256."""
    return int(document_id[:8], 16)


def _numbers(record: DocumentRecord) -> dict[str, float]:
    confidences = [field.confidence for field in record.fields.values()]
    return {
        **dict.fromkeys(NUMBERS, 0.0),
        "values": len(confidences),
        "confidence": sum(confidences),
        "accepted": record.status is Status.ACCEPTED,
        "review": record.status is Status.REVIEW,
        "seconds": sum(record.timings.values()),
        "lowest_confidence": min(confidences, default=1.0),
        "only_confidence": needs_only_confidence(record),
    }


def _held_mask(record: DocumentRecord) -> int:
    bits = field_bits()
    named = {reason.partition(":")[0] for reason in record.review_reasons}
    return sum(bits[name] for name in named if name in bits)


_LOW_CONFIDENCE = re.compile(r"^(\w+): confidence [\d.]+ is below [\d.]+$")


def needs_only_confidence(record: DocumentRecord) -> bool:
    """Whether the document is accepted, or held back only by low confidences of its values."""
    if record.status is Status.QUARANTINED:
        return False
    found = (_LOW_CONFIDENCE.match(reason) for reason in record.review_reasons)
    return all(match is not None and match[1] in record.fields for match in found)


def observation_table(observations: Iterable[Observation]) -> pa.Table:
    """Observations as an Arrow table, built in chunks: memory holds the table and one chunk."""
    import pyarrow as pa

    batches = [pa.RecordBatch.from_pylist(rows, schema=_schema()) for rows in _chunks(observations)]
    return pa.Table.from_batches(batches, schema=_schema()).unify_dictionaries()


def observation_frame(table: pa.Table, most_levels: int) -> pd.DataFrame:
    """The table as a frame: slices as categories, at most ``most_levels`` of a dimension, the rest together as other."""
    frame: pd.DataFrame = table.to_pandas()
    for name in DIMENSIONS:
        frame[name] = _limit(frame[name].astype("category"), most_levels)
    return frame


def _chunks(observations: Iterable[Observation]) -> Iterator[list[dict[str, object]]]:
    rows: list[dict[str, object]] = []
    for one in observations:
        rows.append(
            {
                **one.slices,
                **{f"seen_{name}": value for name, value in one.seen.items()},
                **{name: float(value) for name, value in one.numbers.items()},
                KEY: one.key,
                PRINTED_MASK: one.printed_mask,
                WRONG_MASK: one.wrong_mask,
                HELD_MASK: one.held_mask,
            }
        )
        if len(rows) == _CHUNK:
            yield rows
            rows = []
    yield rows


def _schema() -> pa.Schema:
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [(name, text) for name in (*DIMENSIONS, *SEEN)]
        + [(name, pa.float32()) for name in NUMBERS]
        + [(KEY, pa.uint32()), (PRINTED_MASK, pa.int64()), (WRONG_MASK, pa.int64()), (HELD_MASK, pa.int64())]
    )


def _limit(column: pd.Series, most_levels: int) -> pd.Series:
    counts = column.value_counts()
    if len(counts) <= most_levels:
        return column.cat.remove_unused_categories()
    kept = set(counts.index[: most_levels - 1])
    renamed = {level: (level if level in kept else OTHER) for level in column.cat.categories}
    return column.astype(object).map(renamed).astype("category")
