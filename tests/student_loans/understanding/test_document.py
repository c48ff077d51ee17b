"""Files into records: what the bundled samples print is what is extracted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from student_loans.labels.compare import same_value
from student_loans.preparation.pages import prepare_pages
from student_loans.records import DocumentRecord, FileFormat, Status, TextSource
from student_loans.settings import settings
from student_loans.understanding.document import extract_document, extract_prepared
from tests.document_factory import make_pdf

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
TRUTH = [json.loads(line) for line in (SAMPLES / "truth.jsonl").read_text().splitlines()]
READABLE = [truth for truth in TRUTH if "error" not in truth]


def extract(file: str) -> DocumentRecord:
    return extract_document((SAMPLES / "documents" / file).read_bytes(), f"file:///{file}", settings())


def wrong(record: DocumentRecord, truth: dict[str, Any]) -> list[str]:
    found = {name: field.value for name, field in record.fields.items()}
    names = set(found) | set(truth["fields"])
    return sorted(
        name for name in names if name not in found or not same_value(name, found[name], truth["fields"].get(name, ""))
    )


@pytest.mark.parametrize(
    "truth", [t for t in READABLE if t["rendering"] == "born_digital"], ids=lambda t: t["document_type"]
)
def test_a_born_digital_document_is_read_without_a_fault(truth: dict[str, Any]) -> None:
    record = extract(truth["file"])
    assert (record.document_type, record.text_source) == (truth["document_type"], TextSource.TEXT_LAYER)
    assert wrong(record, truth) == []
    assert [row.cells() for row in record.schedule] == truth.get("schedule", [])


@pytest.mark.parametrize("truth", [t for t in READABLE if t["rendering"] != "born_digital"], ids=lambda t: t["file"])
def test_a_scan_is_read_with_few_faults_and_none_is_accepted(truth: dict[str, Any]) -> None:
    record = extract(truth["file"])
    assert (record.document_type, record.text_source) == (truth["document_type"], TextSource.OCR)
    faults = wrong(record, truth)
    assert len(faults) <= 1 + len(truth["fields"]) // 8
    invented = [name for name in faults if name in record.fields]
    assert record.status is Status.REVIEW or not invented


def test_every_value_says_where_it_stands_and_how_sure_it_is() -> None:
    record = extract("sample-03.pdf")
    assert record.fields
    for field in record.fields.values():
        left, top, right, bottom = field.bbox
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert 1 <= field.page <= (record.page_count or 0)
        assert 0 < field.confidence < 1
    assert any(field.checked_by for field in record.fields.values())


def test_a_file_that_cannot_be_read_is_quarantined_with_its_code() -> None:
    for truth in TRUTH:
        if "error" in truth:
            record = extract(truth["file"])
            assert (record.status, record.error, record.fields) == (Status.QUARANTINED, truth["error"], {})
            assert record.message


def test_what_the_pages_give_as_a_reason_for_review_stands_in_the_record_once() -> None:
    content = (SAMPLES / "documents" / "sample-03.pdf").read_bytes()
    pages = [
        replace(page, notices=("attachments: open them",))
        for page in prepare_pages(content, FileFormat.PDF, settings())
    ]
    record = extract_prepared("id", "file:///sample-03.pdf", FileFormat.PDF, [*pages, *pages], settings())
    assert record.status is Status.REVIEW
    assert record.review_reasons.count("attachments: open them") == 1


def test_no_social_security_number_is_kept() -> None:
    lines = ["Form 1098-E Student Loan Interest Statement", "Borrower's TIN 987-65-4321", "Tax Year 2022"]
    lines += ["Student loan interest received by lender $120.00", "Account number 4460-4092-9841"]
    record = extract_document(make_pdf([lines]), "file:///a.pdf", settings())
    assert record.fields["borrower_ssn_last4"].value == "4321"
    assert "987-65" not in json.dumps(record.to_json())
