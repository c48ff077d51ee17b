"""The summary of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from student_loans.privacy import plain
from student_loans.records import DocumentRecord, DocumentType, Status, TextSource
from student_loans.reports.reasons import kind_of_reason, without_values
from student_loans.reports.summarize import spread, summarize
from student_loans.reports.summary import ROWS_KEPT, ReportSummary
from student_loans.runs import Arrival, RunState, SeenFile
from tests.record_factory import document_id, make_quarantined, make_record

START = datetime(2026, 11, 23, 20, 42, 36, tzinfo=UTC)
DISCLOSURE = DocumentType.LOAN_DISCLOSURE


def summary_of(records: list[DocumentRecord], extra: tuple[SeenFile, ...] = (), **changes: Any) -> ReportSummary:
    arguments: dict[str, Any] = {
        "run_id": "manual__1",
        "state": RunState.SUCCESS,
        "source_uri": "file:///inbox",
        "started_at": START,
        "finished_at": START + timedelta(seconds=90),
        "settings_fingerprint": "3fa9c1d07b2e",
        "records": iter(records),
        "sightings": iter([*(SeenFile(one.source_uri, one.document_id) for one in records), *extra]),
    }
    return summarize(**(arguments | changes))


RECORDS = [
    make_record(1, confidence=0.9),
    make_record(2, missing=2, confidence=0.8, status=Status.REVIEW, review_reasons=("apr: missing",)),
    make_record(3, document_type=DocumentType.PAYOFF_LETTER, text_source=TextSource.OCR, timings={"text": 9.0}),
    make_quarantined(4),
    make_quarantined(5, "empty_file"),
    make_quarantined(6, "empty_file"),
]


def test_counts_add_up_to_the_files() -> None:
    extra = (
        SeenFile("file:///inbox/copy.pdf", document_id(1), Arrival.DUPLICATE),
        SeenFile("file:///inbox/old.pdf", document_id(99), Arrival.UNCHANGED),
    )
    counts = summary_of(RECORDS, extra).counts
    assert counts.to_json() == {
        "files": 8,
        "accepted": 2,
        "review": 1,
        "quarantined": 3,
        "duplicate": 1,
        "unchanged": 1,
        "unaccounted": 0,
    }


def test_a_lost_file_is_told() -> None:
    summary = summary_of(RECORDS, (SeenFile("file:///inbox/lost.pdf", document_id(77)),))
    assert summary.counts.unaccounted == 1
    assert summary.to_json()["counts"]["add_up"] is False


def test_each_type_is_counted_by_outcome_fields_and_confidence() -> None:
    by_type = {one.document_type: one for one in summary_of(RECORDS).types}
    disclosure = by_type["loan_disclosure"]
    assert (disclosure.documents, disclosure.accepted, disclosure.review, disclosure.pages) == (2, 1, 1, 4)
    assert (disclosure.required_found, disclosure.required_expected) == (12 + 10, 24)
    assert disclosure.mean_confidence == pytest.approx((12 * 0.9 + 10 * 0.8) / 22)
    unknown = by_type["unknown"]
    assert (unknown.quarantined, unknown.required_expected, unknown.mean_confidence) == (3, 0, None)


def test_each_field_is_counted_over_the_readable_documents_of_its_type() -> None:
    fields = {(one.document_type, one.name): one for one in summary_of(RECORDS).fields}
    found = fields["loan_disclosure", "lender_name"]
    missing = fields["loan_disclosure", "document_date"]
    assert (found.found, found.documents, found.required) == (2, 2, True)
    assert found.mean_confidence == pytest.approx(0.85)
    assert (missing.found, missing.documents) == (1, 2)


def test_codes_reasons_sources_and_slowest_are_told() -> None:
    summary = summary_of(RECORDS, stage_seconds={"acquire_documents": 1.0}, failed_stages=("store_results",))
    assert summary.error_codes == {"empty_file": 2, "encrypted_pdf": 1}
    assert summary.text_sources == {"text_layer": 2, "ocr": 1}
    assert summary.review_reasons == {"apr: missing": 1}
    assert [one.name for one in summary.review] == ["note 2.pdf"]
    assert [one.name for one in summary.failures] == ["locked 4.pdf", "locked 5.pdf", "locked 6.pdf"]
    assert (summary.slowest[0].name, summary.slowest[0].seconds) == ("note 3.pdf", 9.0)
    assert summary.seconds == 90
    assert summary.failed_stages == ("store_results",)


def test_one_reason_of_many_documents_is_counted_once_each() -> None:
    records = [
        make_record(n, status=Status.REVIEW, review_reasons=(f"apr: confidence 0.{n} is below 0.90",) * 2)
        for n in range(10, 15)
    ]
    assert summary_of(records).review_reasons == {"apr: confidence is below the limit": 5}


def test_lists_are_bounded_and_counts_are_not() -> None:
    records = [make_quarantined(n) for n in range(ROWS_KEPT + 50)]
    summary = summary_of(records)
    assert len(summary.failures) == ROWS_KEPT
    assert summary.counts.quarantined == ROWS_KEPT + 50
    assert len(summary.slowest) == 10


def test_the_slowest_are_found_among_thousands() -> None:
    records = [make_record(n, timings={"text": float(n)}) for n in range(1500)]
    assert [one.seconds for one in summary_of(records).slowest] == [float(n) for n in range(1499, 1489, -1)]


def test_a_run_over_nothing_has_a_summary() -> None:
    summary = summary_of([])
    assert summary.counts.add_up
    assert (summary.types, summary.fields, summary.slowest) == ((), (), ())


def test_the_summary_is_plain_json() -> None:
    data = summary_of(RECORDS).to_json()
    assert orjson.loads(orjson.dumps(data)) == data


def test_one_duration_is_its_own_spread() -> None:
    one = spread([2.0])
    assert one is not None
    assert (one.least, one.median, one.most) == (2.0, 2.0, 2.0)
    assert spread([]) is None


class TestRedaction:
    @pytest.mark.parametrize(
        "text", ["123-45-6789", "x_123456789.pdf", "SSN 123 45 6789!", "123.45.6789", "a\n123\u201345\u20136789"]
    )
    def test_what_looks_like_a_social_security_number_is_not_shown(self, text: str) -> None:
        assert not any(digit in plain(text) for digit in "123456789")

    def test_other_numbers_are_shown(self) -> None:
        for text in ("note 2026-03-14.pdf", "1234567890", "page 3 of 4", "confidence 0.61 is below 0.90"):
            assert plain(text) == text

    def test_values_of_the_record_are_not_shown(self) -> None:
        record = make_record(1)
        reason = "loan_amount: $18,250.00 (18250.00) of Harbor Lane Credit Union differs, confidence 0.61"
        assert without_values(reason, record) == "loan_amount: [value] ([value]) of [value] differs, confidence 0.61"

    def test_control_and_direction_characters_cannot_steer_a_terminal(self) -> None:
        assert plain("a\x1b[31mb\u202ecod.exe\n") == "a [31mb cod.exe"

    def test_reasons_differ_by_field_not_by_number(self) -> None:
        first, second = (kind_of_reason(f"apr: confidence 0.{n} is below 0.90") for n in (61, 72))
        assert first == second
        assert kind_of_reason("due_date: missing") != kind_of_reason("apr: missing")
