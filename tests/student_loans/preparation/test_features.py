"""Features: one row a record, whatever became of it, in columns that say what they mean."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from PIL import Image

from student_loans.pages.prepared import PageQuality
from student_loans.plain_data import from_plain, to_plain
from student_loans.preparation.features import COLUMNS, feature_rows, page_features, to_parquet
from student_loans.preparation.metadata import DocumentMetadata, read_metadata
from student_loans.records import FileFormat
from tests.document_factory import make_image, make_pdf
from tests.record_factory import document_id, make_quarantined, make_record


def scan(**changes: object) -> dict[str, object]:
    quality = (
        to_plain(PageQuality(300.0, 25.0, 0.9, 0.95, 0.8, 0.7, 0.85, -1.5, 0.05, 0.5, 0.3, 0.2, "f" * 64)) | changes
    )
    return {
        "width_pt": 612.0,
        "height_pt": 792.0,
        "text": None,
        "has_image": True,
        "quality_score": 0.8,
        "quality": quality,
    }


PRINTED = {
    "width_pt": 612.0, "height_pt": 792.0, "text": {"words": ["a", "b"]}, "has_image": False, "quality_score": 1.0,
    "quality": None,
}  # fmt: skip


def test_the_worst_page_tells_quality_and_the_mean_tells_layout() -> None:
    pages = [PRINTED, scan(), scan(sharpness=0.4, skew_degrees=2.5, text_density=0.07)]
    features = page_features(document_id(1), 1000, pages, DocumentMetadata("Scan 1.0"))
    assert (features["scanned_pages"], features["words"], features["quality_score"]) == (2, 2, 0.8)
    assert (features["sharpness"], features["skew_degrees"], features["text_density"]) == (0.4, 2.5, 0.06)
    assert features["software"] == "Scan 1.0"


def test_a_row_joins_features_and_record_and_a_quarantined_document_has_one_too() -> None:
    features = [page_features(document_id(1), 1000, [scan()], DocumentMetadata())]
    good, bad = feature_rows(features, [make_record(1), make_quarantined(2)])
    assert (good["bytes"], good["document_type"], good["status"]) == (1000, "loan_disclosure", "accepted")
    assert good["lowest_confidence"] == 0.97
    assert (bad["bytes"], bad["error"], bad["fields"]) == (None, "encrypted_pdf", 0)
    assert list(good) == list(bad) == [column.name for column in COLUMNS]


def test_two_documents_with_the_same_sheet_point_to_each_other_once() -> None:
    features = [page_features(document_id(n), 1, [scan()], DocumentMetadata()) for n in (1, 2)]
    first, second = feature_rows(features, [make_record(1), make_record(2)])
    assert first["similar_to"] is None
    assert (second["similar_to"], second["similar_distance"]) == (document_id(1), 0.0)


@pytest.mark.parametrize("records", [[], [make_record(1), make_quarantined(2)]])
def test_the_parquet_file_has_every_column_with_its_meaning(records: list) -> None:  # type: ignore[type-arg]
    table = pq.read_table(io.BytesIO(to_parquet(feature_rows([], records))))
    assert table.num_rows == len(records)
    assert table.column_names == [column.name for column in COLUMNS]
    assert all(field.metadata[b"meaning"] for field in table.schema)


def test_no_value_of_a_field_is_in_it() -> None:
    record = make_record(1)
    text = str(feature_rows([], [record]))
    assert not any(field.value in text or field.raw in text for field in record.fields.values())


def test_a_pdf_says_what_made_it() -> None:
    metadata = read_metadata(make_pdf(), FileFormat.PDF)
    assert metadata.software is not None
    assert "ReportLab" in metadata.software
    assert datetime.fromisoformat(str(metadata.created_at)).replace(tzinfo=UTC).year == 2000


def test_a_photo_says_what_took_it_and_not_where() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132], exif[0x9C9D] = "Orchard", "Phone 9\x00", "2026:11:20 09:30:00", "Jo Doe"
    buffer = io.BytesIO()
    Image.new("L", (50, 50)).save(buffer, "JPEG", exif=exif)
    metadata = read_metadata(buffer.getvalue(), FileFormat.JPEG)
    assert (metadata.device, metadata.created_at) == ("Orchard Phone 9", "2026-11-20T09:30:00")
    assert from_plain(DocumentMetadata, to_plain(metadata)) == metadata


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", make_image("PNG")[:40]])
def test_damaged_metadata_is_none(content: bytes) -> None:
    assert read_metadata(content, FileFormat.PDF) == read_metadata(content, FileFormat.PNG) == DocumentMetadata()
