"""Fictional labelled records: lenders whose documents are read alike, but for one whose scans are bad."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord, DocumentType, FileFormat, Status, TextSource
from tests.record_factory import extracted, make_record

LENDERS = {
    "amberlane": "Amberlane Bank",
    "bluestem": "Bluestem Lending",
    "corvane": "Corvane Funding",
    "larkmoor": "Larkmoor Capital",
    "tallpine": "Tallpine Credit",
}
DEGRADED = "larkmoor"
TYPES = (DocumentType.LOAN_DISCLOSURE, DocumentType.PROMISSORY_NOTE, DocumentType.LOAN_APPLICATION)
ACCEPT_ABOVE = 0.985


def labelled_records(count: int, seed: int = 1) -> list[tuple[DocumentRecord, DocumentLabel]]:
    """Records with their truth; ``DEGRADED`` has nearly only bad scans, the others few."""
    rng = Random(seed)
    return [_labelled(number, rng) for number in range(count)]


def _labelled(number: int, rng: Random) -> tuple[DocumentRecord, DocumentLabel]:
    family = rng.choice(list(LENDERS))
    degraded = rng.random() < (0.9 if family == DEGRADED else 0.1)
    kind = rng.choice(TYPES)
    # Half of the wrong values look as sure as right ones: they are what gets accepted wrongly.
    chance = 0.06 if degraded else 0.004
    name = replace(extracted("lender_name"), value=LENDERS[family], raw=LENDERS[family])
    record = make_record(number, document_type=kind)
    truth = {field: value.value for field, value in record.fields.items()} | {"lender_name": LENDERS[family]}
    fields = {}
    for field, value in (dict(record.fields) | {"lender_name": name}).items():
        wrong = field != "lender_name" and rng.random() < chance
        sure = rng.random() < (0.5 if wrong else 0.97)
        confidence = round(rng.uniform(0.986, 0.999) if sure else rng.uniform(0.6, 0.98), 4)
        fields[field] = replace(value, value="misread" if wrong else value.value, confidence=confidence)
    below = [field for field, value in fields.items() if value.confidence < ACCEPT_ABOVE]
    record = replace(
        record,
        fields=fields,
        text_source=TextSource.OCR if degraded else TextSource.TEXT_LAYER,
        quality_score=rng.uniform(0.4, 0.7) if degraded else rng.uniform(0.85, 1.0),
        file_format=rng.choice(list(FileFormat)),
        page_count=rng.choice((1, 1, 2)),
        status=Status.REVIEW if below else Status.ACCEPTED,
        review_reasons=tuple(f"{field}: confidence 0.900 is below {ACCEPT_ABOVE}" for field in below),
    )
    rendering = "degraded" if degraded else "born_digital"
    return record, DocumentLabel(record.document_id, kind, truth, family, rendering)
