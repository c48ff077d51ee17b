"""The record: the contract's names and formats, there and back."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from student_loans.records import (
    DocumentRecord,
    DocumentType,
    ExtractedField,
    FieldKind,
    FileFormat,
    PaymentGroup,
    ScheduleRow,
    Status,
    TextSource,
    field_catalog,
)

RECORD = DocumentRecord(
    document_id="ab" * 32,
    source_uri="file:///inbox/note.pdf",
    status=Status.ACCEPTED,
    document_type=DocumentType.REPAYMENT_SCHEDULE,
    document_type_confidence=0.99,
    file_format=FileFormat.PDF,
    page_count=2,
    text_source=TextSource.TEXT_LAYER,
    quality_score=1.0,
    fields={
        "loan_amount": ExtractedField("18250.00", "$18,250.00", 0.97, 1, (0.31, 0.22, 0.42, 0.24), ("amortization",))
    },
    schedule=(ScheduleRow("1", "2024-01-01", "100.00", "60.00", "40.00", None, 2, (0.1, 0.2, 0.9, 0.22)),),
    loans=({"loan_number": ExtractedField("001", "001", 0.9, 1, (0.1, 0.5, 0.2, 0.52))},),
    schedule_groups=(PaymentGroup("119", "94.17", "2024-08-20", 1, (0.1, 0.6, 0.9, 0.62)),),
    timings={"text": 0.01},
)


def test_a_record_survives_json() -> None:
    assert DocumentRecord.from_json(json.loads(json.dumps(RECORD.to_json()))) == RECORD


def test_the_json_of_a_record_is_the_contract_byte_for_byte() -> None:
    """Programs of other people read this; it is written out so that no change of code changes it unseen."""
    box = '"bbox":[0.1,0.2,0.9,0.22]'
    written = (
        f'{{"document_id":"{"ab" * 32}","file_id":"{"ab" * 32}","pages":[1,2],"source_uri":"file:///inbox/note.pdf",'
        '"document_type":"repayment_schedule","document_type_confidence":0.99,"file_format":"pdf","page_count":2,'
        '"text_source":"text_layer","quality_score":1.0,"status":"accepted","review_reasons":[],'
        '"fields":{"loan_amount":{"value":"18250.00","raw":"$18,250.00","confidence":0.97,"page":1,'
        '"bbox":[0.31,0.22,0.42,0.24],"checked_by":["amortization"]}},'
        '"loans":[{"loan_number":{"value":"001","raw":"001","confidence":0.9,"page":1,"bbox":[0.1,0.5,0.2,0.52],'
        '"checked_by":[]}}],'
        '"schedule":[{"number":"1","due_date":"2024-01-01","payment":"100.00","principal":"60.00","interest":"40.00",'
        f'"page":2,{box}}}],'
        '"schedule_groups":[{"payments":"119","payment":"94.17","first_due_date":"2024-08-20","page":1,'
        '"bbox":[0.1,0.6,0.9,0.62]}],"timings":{"text":0.01}}'
    )
    assert orjson.dumps(RECORD.to_json()).decode() == written
    assert orjson.dumps(DocumentRecord.from_json(orjson.loads(written)).to_json()).decode() == written


def test_a_record_with_an_unknown_status_is_refused_without_its_values() -> None:
    data = RECORD.to_json() | {"status": "987-65-4321", "fields": {"borrower_name": {"value": 987654321}}}
    with pytest.raises(ValueError, match="This is not a DocumentRecord: see fields, status") as caught:
        DocumentRecord.from_json(data)
    assert "987" not in str(caught.value)


def test_a_record_has_the_names_of_the_contract() -> None:
    assert list(RECORD.to_json()) == [
        "document_id", "file_id", "pages", "source_uri", "document_type", "document_type_confidence", "file_format",
        "page_count", "text_source", "quality_score", "status", "review_reasons", "fields", "loans", "schedule",
        "schedule_groups", "timings",
    ]  # fmt: skip
    assert list(RECORD.to_json()["fields"]["loan_amount"]) == [
        "value", "raw", "confidence", "page", "bbox", "checked_by",
    ]  # fmt: skip


def test_a_cell_that_is_not_printed_is_absent() -> None:
    assert "balance" not in RECORD.to_json()["schedule"][0]
    assert PaymentGroup("24", payment="94.17").to_json() == {"payments": "24", "payment": "94.17"}


def test_a_record_of_an_older_version_is_still_read() -> None:
    """Before files could hold several documents there was no file_id, and rows had no place."""
    data = json.loads(json.dumps(RECORD.to_json()))
    for name in ("file_id", "pages", "loans", "schedule_groups"):
        del data[name]
    for name in ("page", "bbox"):
        del data["schedule"][0][name]
    record = DocumentRecord.from_json(data)
    assert (record.file_id, record.pages, record.loans) == (record.document_id, (1, 2), ())
    assert record.schedule[0].cells() == RECORD.schedule[0].cells()
    assert record.schedule[0].bbox is None


def test_a_document_may_be_some_pages_of_a_file() -> None:
    record = replace(RECORD, file_id="cd" * 32, pages=(3, 4))
    assert DocumentRecord.from_json(json.loads(json.dumps(record.to_json()))) == record
    assert (record.to_json()["file_id"], record.to_json()["pages"]) == ("cd" * 32, [3, 4])


def test_a_quarantined_record_says_why() -> None:
    record = DocumentRecord("cd" * 32, "file:///x", Status.QUARANTINED, error="empty_file", message="It is empty.")
    data = record.to_json()
    assert (data["error"], data["message"], data["fields"]) == ("empty_file", "It is empty.", {})
    assert DocumentRecord.from_json(data) == record


def test_every_field_of_a_type_has_a_kind() -> None:
    catalog = field_catalog()
    for document_type in DocumentType:
        for name in catalog.fields_of(document_type):
            assert isinstance(catalog.kinds[name], FieldKind)


def test_choices_are_the_fields_of_kind_choice() -> None:
    catalog = field_catalog()
    assert set(catalog.choices) == {name for name, kind in catalog.kinds.items() if kind is FieldKind.CHOICE}


@pytest.mark.parametrize("document_type", sorted(set(DocumentType) - {DocumentType.UNKNOWN}))
def test_what_is_expected_until_known_may_be_missing_from_a_complete_document(document_type: DocumentType) -> None:
    catalog = field_catalog()
    grouped = {name for group in catalog.one_of[document_type] for name in group}
    assert set(catalog.expected_until_known[document_type]) <= {*catalog.expected[document_type], *grouped}
    assert not set(catalog.required[document_type]) & {*catalog.expected[document_type], *grouped}
    assert len(catalog.fields_of(document_type)) == len(set(catalog.fields_of(document_type)))


def test_one_member_of_each_group_completes_a_document() -> None:
    catalog, kind = field_catalog(), DocumentType.BILLING_STATEMENT
    required = catalog.required[kind]
    assert not catalog.is_complete(kind, required)
    assert catalog.missing_groups(kind, required) == [("current_balance", "principal_balance")]
    assert catalog.is_complete(kind, (*required, "principal_balance"))
    assert not catalog.is_complete(kind, ("principal_balance", *required[1:]))


def test_the_catalogue_says_what_the_contract_says() -> None:
    """Where the shared design is there, its table and the catalogue have the same fields."""
    table = Path("/work/shared/design/fields-by-type.csv")
    if not table.exists():
        pytest.skip("the shared design is not on this machine")
    catalog = field_catalog()
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        kind = DocumentType(row["document_type"])
        groups = [tuple(group.split("|")) for group in row["one_of"].split(";") if group]
        assert catalog.required[kind] == tuple(row["required"].split())
        assert list(catalog.one_of[kind]) == groups
        assert set(catalog.expected[kind]) == set(row["expected"].split())
