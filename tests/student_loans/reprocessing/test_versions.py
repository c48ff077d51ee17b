"""Versions of records, on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from student_loans.ledger.model import RetryRule
from student_loans.records import DocumentType, Status
from student_loans.reprocessing.versions import RecordVersions, Selection, VersionState
from student_loans.results.store import ResultsDatabase
from tests.record_factory import document_id, extracted, make_quarantined, make_record

pytestmark = pytest.mark.integration

START = datetime(2026, 11, 1, tzinfo=UTC)
RULE = RetryRule("f1", max_attempts=2)


@pytest.fixture
def runs(database: ResultsDatabase) -> ResultsDatabase:
    """Three runs, a day apart; the second and third under changed code."""
    for number, fingerprint in enumerate(("f1", "f2", "f3")):
        database.start_run(
            f"run-{number + 1}",
            dag_id="test",
            source_uri="file:///inbox",
            settings_fingerprint=fingerprint,
            started_at=START + timedelta(days=number),
        )
    return database


@pytest.fixture
def versions(runs: ResultsDatabase, empty_database: str) -> RecordVersions:
    return RecordVersions(empty_database)


def states(versions: RecordVersions, number: int = 1) -> list[tuple[int, str, str]]:
    return [(one.version, one.state.value, one.fingerprint) for one in versions.versions(document_id(number))]


def execute(conninfo: str, statement: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute(statement.encode())


def better(number: int = 1) -> Any:
    """The record of the same document with another amount."""
    record = make_record(number)
    amount = replace(record.fields["loan_amount"], value="18520.00", raw="$18,520.00")
    return replace(record, fields={**record.fields, "loan_amount": amount})


class TestPublishing:
    def test_changed_code_adds_a_version_and_keeps_the_old_one(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1)])
        runs.store_records("run-2", [better()])
        assert states(versions) == [(1, "superseded", "f1"), (2, "published", "f2")]
        first, second = versions.versions(document_id(1))
        assert (first.record, second.record) == (make_record(1), better())
        assert list(runs.records_of_run("run-2")) == [better()]

    def test_stored_again_it_is_the_same_version(self, runs: ResultsDatabase, versions: RecordVersions) -> None:
        for _ in range(3):
            runs.store_records("run-1", [make_record(1)])
        assert states(versions) == [(1, "published", "f1")]

    def test_timings_and_addresses_make_no_version(self, runs: ResultsDatabase, versions: RecordVersions) -> None:
        runs.store_records("run-1", [make_record(1)])
        runs.store_records("run-1", [make_record(1, timings={"text": 9.0}, source_uri="file:///elsewhere.pdf")])
        assert len(versions.versions(document_id(1))) == 1

    def test_every_kind_of_record_comes_back_as_it_was(self, runs: ResultsDatabase, versions: RecordVersions) -> None:
        batch = [
            make_quarantined(2),
            make_record(3, document_type=DocumentType.REPAYMENT_SCHEDULE, review_reasons=("apr: missing",)),
            make_record(4, fields={}, file_format=None, quality_score=None),
        ]
        runs.store_records("run-1", batch)
        for record in batch:
            assert versions.versions(record.document_id)[0].record == record

    def test_a_cleared_task_of_an_earlier_run_does_not_undo_a_later_one(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1), make_record(2)])
        runs.store_records("run-2", [better()])
        runs.store_records("run-1", [make_record(1), make_record(2)])
        assert states(versions) == [(1, "superseded", "f1"), (2, "published", "f2")]
        assert list(runs.records_of_run("run-2")) == [better()]
        assert list(runs.records_of_run("run-1")) == [make_record(2)]

    def test_records_from_before_there_were_versions_are_the_first_one(
        self, runs: ResultsDatabase, versions: RecordVersions, empty_database: str
    ) -> None:
        from student_loans.storage.named_sql import migrations

        runs.store_records("run-1", [make_record(1), make_quarantined(2)])
        before = versions.versions(document_id(1))
        execute(empty_database, "DROP TABLE loan_documents.record_versions, loan_documents.ledger")
        for step in migrations():
            if step.version in (10, 11, 82):
                execute(empty_database, step.sql.decode())
        (after,) = versions.versions(document_id(1))
        assert (after.content_hash, after.record) == (before[0].content_hash, make_record(1))
        runs.store_records("run-1", [make_record(1)])
        assert states(versions) == [(1, "published", "f1")]

    def test_a_full_social_security_number_is_in_no_version(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1)])
        leak = replace(extracted("borrower_ssn_last4"), value="4821", raw="123-45-4821")
        versions.add_shadows("run-2", [make_record(1, fields={"borrower_ssn_last4": leak})])
        _, shadow = versions.versions(document_id(1))
        assert "123-45" not in str(shadow)


class TestShadows:
    def test_a_shadow_changes_nothing_that_is_published(self, runs: ResultsDatabase, versions: RecordVersions) -> None:
        runs.store_records("run-1", [make_record(1)])
        assert versions.add_shadows("run-2", [better()]) == 1
        assert versions.add_shadows("run-2", [better()]) == 0
        assert states(versions) == [(1, "published", "f1"), (2, "shadow", "f2")]
        assert list(runs.records_of_run("run-1")) == [make_record(1)]

    def test_a_shadow_that_is_published_is_no_further_version(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1)])
        versions.add_shadows("run-2", [better()])
        runs.store_records("run-2", [better()])
        assert states(versions) == [(1, "superseded", "f1"), (2, "published", "f2")]

    def test_discarded_shadows_are_gone_and_the_published_record_stays(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1)])
        versions.add_shadows("run-2", [better()])
        assert versions.discard_shadows([document_id(1)]) == 1
        assert states(versions) == [(1, "published", "f1")]

    def test_pairs_set_each_record_beside_the_published_one(
        self, runs: ResultsDatabase, versions: RecordVersions
    ) -> None:
        runs.store_records("run-1", [make_record(1)])
        assert list(versions.pairs([better(), make_record(2)])) == [(make_record(1), better()), (None, make_record(2))]


class TestSelecting:
    @pytest.fixture
    def stored(self, runs: ResultsDatabase) -> None:
        other = make_record(2, document_type=DocumentType.PAYOFF_LETTER)
        runs.store_records("run-1", [make_record(1), other])
        runs.store_records("run-2", [make_record(3, fields={"lender_name": extracted("lender_name")})])

    @pytest.mark.parametrize(
        ("selection", "numbers"),
        [
            (Selection(), {1, 2, 3}),
            (Selection(outdated=True), {1, 2}),
            (Selection(made_under="f2"), {3}),
            (Selection(document_type="payoff_letter"), {2}),
            (Selection(lender="harbor lane CREDIT union", outdated=True), {1}),
            (Selection(lender="millrace LOAN servicing"), {2}),
            (Selection(lender="Nobody's Bank"), set()),
            (Selection(document_ids=[document_id(3), document_id(9)]), {3}),
            (Selection(document_ids=[]), set()),
        ],
    )
    @pytest.mark.usefixtures("stored")
    def test_by_what_made_it_type_lender_and_ids(
        self, versions: RecordVersions, selection: Selection, numbers: set[int]
    ) -> None:
        found = {document.document_id for document in versions.select(selection, "f2")}
        assert found == {document_id(number) for number in numbers}

    @pytest.mark.usefixtures("stored")
    def test_the_cost_is_what_was_recorded_and_nothing_for_work_that_is_done(
        self, versions: RecordVersions, empty_database: str
    ) -> None:
        from student_loans.ledger.store import Ledger
        from student_loans.stages import Stage

        ledger = Ledger(empty_database)
        for stage, seconds in ((Stage.PREPARE, 0.5), (Stage.EXTRACT, 2.0)):
            ledger.begin("run-1", stage, document_id(1), "f1")
            ledger.finish("run-1", stage, document_id(1), "f1", core_seconds=seconds)
        costs = {one.document_id: one.core_seconds for one in versions.select(Selection(), "f2")}
        assert costs[document_id(1)] == pytest.approx(2.5)
        assert costs[document_id(2)] == pytest.approx(1.93)  # no entry in the ledger: the record's own timings
        ledger.begin("run-2", Stage.EXTRACT, document_id(1), "f2")
        ledger.finish("run-2", Stage.EXTRACT, document_id(1), "f2", core_seconds=9.0)
        assert {one.document_id: one.core_seconds for one in versions.select(Selection(), "f2")}[document_id(1)] == 0


class TestRetryingFailedDocuments:
    def known(self, database: ResultsDatabase, rule: RetryRule) -> set[str]:
        return database.known_documents([document_id(number) for number in (1, 2, 3)], retry=rule)

    @pytest.fixture
    def failed(self, runs: ResultsDatabase) -> ResultsDatabase:
        runs.store_records("run-1", [make_record(1), make_quarantined(2), make_quarantined(3, "ocr_timed_out")])
        return runs

    def test_a_final_error_is_tried_again_when_settings_or_code_have_changed(self, failed: ResultsDatabase) -> None:
        assert document_id(2) in self.known(failed, RULE)
        assert self.known(failed, replace(RULE, fingerprint="changed")) == {document_id(1)}

    def test_a_transient_error_is_tried_again_but_not_for_ever(self, failed: ResultsDatabase) -> None:
        assert self.known(failed, RULE) == {document_id(1), document_id(2)}
        failed.start_run("run-4", dag_id="test", source_uri="file:///inbox", settings_fingerprint="f1")
        failed.store_records("run-4", [make_quarantined(3, "ocr_timed_out")])
        assert self.known(failed, RULE) == {document_id(1), document_id(2), document_id(3)}

    def test_a_record_that_is_good_is_never_made_again_unasked(self, failed: ResultsDatabase) -> None:
        assert document_id(1) in self.known(failed, replace(RULE, fingerprint="changed"))

    def test_a_document_that_was_mended_is_done(self, failed: ResultsDatabase, versions: RecordVersions) -> None:
        failed.store_records("run-2", [make_record(3, status=Status.REVIEW)])
        assert document_id(3) in self.known(failed, replace(RULE, fingerprint="f9"))
        assert [one.state for one in versions.versions(document_id(3))] == [
            VersionState.SUPERSEDED,
            VersionState.PUBLISHED,
        ]


class TestPruning:
    def test_the_published_version_and_the_newest_ones_stay(
        self, runs: ResultsDatabase, versions: RecordVersions, empty_database: str
    ) -> None:
        for number, run_id in enumerate(("run-1", "run-2", "run-3")):
            runs.store_records(run_id, [make_record(1, page_count=number + 1)])
        versions.add_shadows("run-3", [better()])
        assert versions.prune(keep=1, days=1) == 0  # all are young
        execute(empty_database, "UPDATE loan_documents.record_versions SET changed_at = '2026-01-01'")
        assert versions.prune(keep=1, days=1) == 2
        assert states(versions) == [(2, "superseded", "f2"), (3, "published", "f3")]
