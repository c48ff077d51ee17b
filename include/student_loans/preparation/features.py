"""One row of features for each document, for statistics, anomalies and slices: ``runs/<run>/features.parquet``.

The table holds no value of a field. A quality feature is that of the worst page, a layout feature is the mean of all pages.
A document without scanned pages has no quality features.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from student_loans.plain_data import to_plain
from student_loans.preparation.image_hashes import similar_pages
from student_loans.preparation.metadata import DocumentMetadata
from student_loans.records import DocumentRecord


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    """A column: its name, its type in Parquet and what it means."""

    name: str
    type: str
    meaning: str


COLUMNS = (
    FeatureColumn("document_id", "string", "SHA-256 of the file's bytes, hex"),
    FeatureColumn("status", "string", "accepted, review or quarantined, as extraction left it"),
    FeatureColumn("error", "string", "code of a quarantined document, null for others"),
    FeatureColumn("document_type", "string", "as recognised"),
    FeatureColumn("document_type_confidence", "float64", "calibrated probability that the type is right"),
    FeatureColumn("file_format", "string", "pdf, png, jpeg, tiff or heic, by content"),
    FeatureColumn("text_source", "string", "text_layer, ocr or mixed"),
    FeatureColumn("bytes", "int64", "size of the file"),
    FeatureColumn("page_count", "int64", "pages"),
    FeatureColumn("scanned_pages", "int64", "pages that are images"),
    FeatureColumn("width_pt", "float64", "width of the first page upright, points"),
    FeatureColumn("height_pt", "float64", "height of the first page upright, points"),
    FeatureColumn("words", "int64", "words in the text layers of all pages"),
    FeatureColumn("quality_score", "float64", "0 to 1, the worst page's"),
    FeatureColumn("resolution_dpi", "float64", "the coarsest page's dots per inch"),
    FeatureColumn("letter_height_px", "float64", "the smallest page median of letter heights, pixels"),
    FeatureColumn("sharpness", "float64", "0 to 1, the worst page's"),
    FeatureColumn("gradation", "float64", "0 to 1, the worst page's"),
    FeatureColumn("contrast", "float64", "0 to 1, the worst page's"),
    FeatureColumn("cleanness", "float64", "0 to 1, the worst page's"),
    FeatureColumn("skew_degrees", "float64", "the most skewed page's angle, without its sign"),
    FeatureColumn("text_density", "float64", "share of dark pixels, mean of the scanned pages"),
    FeatureColumn("ink_top", "float64", "share of the dark pixels in the upper third, mean of the scanned pages"),
    FeatureColumn("ink_middle", "float64", "in the middle third"),
    FeatureColumn("ink_bottom", "float64", "in the lower third"),
    FeatureColumn("fields", "int64", "values that were read"),
    FeatureColumn("lowest_confidence", "float64", "of these values"),
    FeatureColumn("software", "string", "program that wrote the file, by its own account"),
    FeatureColumn("device", "string", "camera or scanner, by its own account"),
    FeatureColumn("created_at", "string", "ISO 8601, by its own account"),
    FeatureColumn("similar_to", "string", "another document of the run that seems to hold the same sheet"),
    FeatureColumn("similar_distance", "float64", "share of fingerprint bits that differ from it, 0 to 1"),
)
_WORST = ("sharpness", "gradation", "contrast", "cleanness", "resolution_dpi", "letter_height_px")
_MEAN = ("text_density", "ink_top", "ink_middle", "ink_bottom")


def page_features(
    document_id: str, size: int, pages: Sequence[Mapping[str, Any]], metadata: DocumentMetadata
) -> dict[str, Any]:
    """Features of a prepared document.

    Args:
        document_id: The document.
        size: Its bytes.
        pages: As :func:`student_loans.preparation.artifacts.load_summaries` gives them.
        metadata: Metadata of the file.

    Returns:
        Plain data; ``fingerprints`` lists those of its scanned pages.
    """
    scans = [page["quality"] for page in pages if page.get("quality")]
    features: dict[str, Any] = {
        "document_id": document_id,
        "bytes": size,
        "scanned_pages": sum(page["has_image"] for page in pages),
        "width_pt": pages[0]["width_pt"] if pages else None,
        "height_pt": pages[0]["height_pt"] if pages else None,
        "words": sum(len(page["text"]["words"]) for page in pages if page["text"]),
        "quality_score": min((page["quality_score"] for page in pages), default=None),
        "fingerprints": [scan["fingerprint"] for scan in scans],
        **to_plain(metadata),
    }
    if scans:
        features |= {name: min(scan[name] for scan in scans) for name in _WORST}
        features |= {name: round(fmean(scan[name] for scan in scans), 5) for name in _MEAN}
        features["skew_degrees"] = max(abs(scan["skew_degrees"]) for scan in scans)
    return features


def feature_rows(features: Iterable[Mapping[str, Any]], records: Iterable[DocumentRecord]) -> list[dict[str, Any]]:
    """One row for each record, in the order of the records, with the columns of :data:`COLUMNS`; unknown values are None."""
    by_document = {row["document_id"]: dict(row) for row in features}
    similar = _similar(by_document.values())
    rows = []
    for record in records:
        known = by_document.get(record.document_id, {}) | _of_record(record) | similar.get(record.document_id, {})
        rows.append({column.name: known.get(column.name) for column in COLUMNS})
    return rows


def _of_record(record: DocumentRecord) -> dict[str, Any]:
    return {
        "document_id": record.document_id,
        "status": record.status.value,
        "error": record.error,
        "document_type": record.document_type.value,
        "document_type_confidence": record.document_type_confidence,
        "file_format": record.file_format.value if record.file_format else None,
        "text_source": record.text_source.value if record.text_source else None,
        "page_count": record.page_count,
        "fields": len(record.fields),
        "lowest_confidence": min((field.confidence for field in record.fields.values()), default=None),
    }


def _similar(features: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    pages = [(row["document_id"], fingerprint) for row in features for fingerprint in row["fingerprints"]]
    nearest: dict[str, dict[str, Any]] = {}
    for document_id, other, apart in similar_pages(pages):
        if document_id not in nearest or apart < nearest[document_id]["similar_distance"]:
            nearest[document_id] = {"similar_to": other, "similar_distance": apart}
    return nearest


def to_parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write rows as a Parquet file whose columns have descriptions; without rows the file has columns only."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    schema = pa.schema(
        [pa.field(column.name, types[column.type], metadata={"meaning": column.meaning}) for column in COLUMNS]
    )
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), buffer)
    return buffer.getvalue()
