"""The results database, on a real PostgreSQL."""

from __future__ import annotations

import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.records import DocumentRecord, DocumentType, Status, TextSource
from student_loans.results.store import ResultsDatabase
from student_loans.runs import Arrival, RunCounts, RunState, SeenFile
from tests.record_factory import document_id, extracted, make_quarantined, make_record, make_statement_of_loans

pytestmark = pytest.mark.integration

RUN = "manual__2026-11-23T20:42:36+00:00"


def rows(conninfo: str, query: str) -> list[Any]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture
def started(database: ResultsDatabase) -> ResultsDatabase:
    database.start_run(
        RUN, dag_id="document_processing_pipeline", source_uri="file:///inbox", settings_fingerprint="ab"
    )
    return database


BATCH = [
    make_record(1),
    make_record(2, status=Status.REVIEW, review_reasons=("loan_amount: missing", "apr: confidence 0.61 is below 0.90")),
    make_record(3, document_type=DocumentType.REPAYMENT_SCHEDULE, text_source=TextSource.OCR),
    make_quarantined(4),
    make_record(5, document_type=DocumentType.UNKNOWN, status=Status.REVIEW, file_format=None, quality_score=None),
    make_statement_of_loans(6),
]


class TestMigrate:
    def test_brings_an_empty_database_up_to_date_once(self, empty_database: str) -> None:
        database = ResultsDatabase(empty_database)
        assert database.migrate() >= 1
        assert database.migrate() == 0

    def test_processes_that_start_together_do_not_collide(self, empty_database: str) -> None:
        with ThreadPoolExecutor(4) as pool:
            applied = list(pool.map(lambda _: ResultsDatabase(empty_database).migrate(), range(4)))
        assert sorted(applied)[:3] == [0, 0, 0]
        assert max(applied) >= 1

    def test_refuses_a_database_newer_than_the_code(self, database: ResultsDatabase, empty_database: str) -> None:
        rows_sql = "INSERT INTO loan_documents.schema_migrations VALUES (9999, 'future', 'x') RETURNING version"
        rows(empty_database, rows_sql)
        with pytest.raises(ConfigurationError, match="9999") as caught:
            database.migrate()
        assert caught.value.code is ErrorCode.SCHEMA_MISMATCH

    def test_refuses_a_migration_edited_after_its_release(self, database: ResultsDatabase, empty_database: str) -> None:
        rows(empty_database, "UPDATE loan_documents.schema_migrations SET checksum = 'other' RETURNING version")
        with pytest.raises(ConfigurationError, match="restore it") as caught:
            database.migrate()
        assert caught.value.code is ErrorCode.SCHEMA_MISMATCH

    def test_every_table_says_what_it_is(self, database: ResultsDatabase, empty_database: str) -> None:
        query = (
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'loan_documents'::regnamespace"
            " AND c.relkind = 'r' AND c.relname <> 'schema_migrations' AND obj_description(c.oid) IS NULL"
        )
        assert rows(empty_database, query) == []


class TestStoreRecords:
    def test_gives_back_the_records_as_they_were(self, started: ResultsDatabase) -> None:
        assert started.store_records(RUN, BATCH) == len(BATCH)
        stored = {record.document_id: record for record in started.records_of_run(RUN)}
        assert stored == {record.document_id: record for record in BATCH}

    def test_twice_gives_the_same_rows_once(self, started: ResultsDatabase, empty_database: str) -> None:
        everything = (
            "SELECT d.*, (SELECT array_agg(f ORDER BY f.name) FROM loan_documents.fields f"
            " WHERE f.document_id = d.document_id)::text FROM loan_documents.documents d ORDER BY d.document_id"
        )
        started.store_records(RUN, BATCH)
        first = rows(empty_database, everything)
        started.store_records(RUN, BATCH)
        assert rows(empty_database, everything) == first

    def test_a_new_record_replaces_the_old_one_and_all_its_fields(
        self, started: ResultsDatabase, empty_database: str
    ) -> None:
        started.store_records(RUN, [make_record(1)])
        newer = make_record(1, missing=3, status=Status.REVIEW, review_reasons=("apr: missing",))
        started.store_records(RUN, [newer])
        assert list(started.records_of_run(RUN)) == [newer]
        [(changed,)] = rows(empty_database, "SELECT updated_at > created_at FROM loan_documents.documents")
        assert changed

    def test_a_record_of_before_several_documents_a_file_is_still_given_back(
        self, started: ResultsDatabase, empty_database: str
    ) -> None:
        started.store_records(RUN, [make_record(1)])
        rows(empty_database, "UPDATE loan_documents.documents SET file_id = NULL, pages = NULL RETURNING document_id")
        assert list(started.records_of_run(RUN)) == [make_record(1)]

    def test_a_document_that_comes_twice_in_a_batch_is_one_row(self, started: ResultsDatabase) -> None:
        copy = make_record(1, source_uri="file:///inbox/copy.pdf")
        assert started.store_records(RUN, [make_record(1), copy]) == 1
        assert list(started.records_of_run(RUN)) == [make_record(1)]

    def test_a_batch_is_stored_whole_or_not_at_all(self, started: ResultsDatabase) -> None:
        bad = make_record(9, fields={"apr": replace(extracted("apr"), confidence=1.5)})
        with pytest.raises(ConfigurationError) as caught:
            started.store_records(RUN, [make_record(1), bad])
        assert caught.value.code is ErrorCode.SCHEMA_MISMATCH
        assert list(started.records_of_run(RUN)) == []

    def test_names_are_data_and_come_from_the_address_unless_given(
        self, started: ResultsDatabase, empty_database: str
    ) -> None:
        strange = "../../etc/'; DROP TABLE documents;--\n\x00\udc80.pdf"
        started.store_records(RUN, [make_record(1), make_record(2)], {document_id(2): strange})
        names = {name for (name,) in rows(empty_database, "SELECT name FROM loan_documents.documents")}
        assert names == {"note 1.pdf", "../../etc/'; DROP TABLE documents;--\n\ufffd\ufffd.pdf"}

    def test_text_that_databases_refuse_does_not_lose_the_document(self, started: ResultsDatabase) -> None:
        odd = replace(extracted("lender_name"), value="Harbor\x00Lane", raw="Harbor\x00Lane \udcff")
        started.store_records(RUN, [make_record(1, fields={"lender_name": odd})])
        [record] = started.records_of_run(RUN)
        assert record.fields["lender_name"].value == "Harbor\ufffdLane"

    def test_thousands_of_records_take_seconds(self, started: ResultsDatabase) -> None:
        batch = [make_record(number) for number in range(2_000)]
        begin = time.perf_counter()
        assert started.store_records(RUN, batch) == 2_000
        assert time.perf_counter() - begin < 20  # 1 to 2 s on two shared cores; row by row it is far more
        assert sum(1 for _ in started.records_of_run(RUN)) == 2_000

    def test_overlapping_batches_stored_together_both_arrive(self, started: ResultsDatabase) -> None:
        ahead = [make_record(number) for number in range(300)]
        with ThreadPoolExecutor(2) as pool:
            stored = list(pool.map(lambda batch: started.store_records(RUN, batch), [ahead, ahead[::-1]]))
        assert stored == [300, 300]
        assert {record.document_id for record in started.records_of_run(RUN)} == {r.document_id for r in ahead}


class TestPrivacy:
    @pytest.mark.parametrize(
        ("value", "raw"),
        [("123456789", "4821"), ("482", "482"), ("4821", "123454821"), ("4821", "123 454 821")],
    )
    def test_a_full_social_security_number_cannot_be_stored(
        self, started: ResultsDatabase, value: str, raw: str
    ) -> None:
        leak = replace(extracted("borrower_ssn_last4"), value=value, raw=raw)
        with pytest.raises(ConfigurationError, match="fields_ssn_is_last4"):
            started.store_records(RUN, [make_record(1, fields={"borrower_ssn_last4": leak})])
        assert list(started.records_of_run(RUN)) == []

    @pytest.mark.parametrize("raw", ["123-45-4821", "SSN 123 45 4821", "123.45.4821", "SSN 123454821"])
    def test_one_that_is_printed_whole_is_stored_reduced(self, started: ResultsDatabase, raw: str) -> None:
        field = replace(extracted("borrower_ssn_last4"), value="4821", raw=raw)
        started.store_records(RUN, [make_record(1, fields={"borrower_ssn_last4": field, "lender_name": field})])
        (stored,) = started.records_of_run(RUN)
        for one in stored.fields.values():
            assert one.raw.endswith("***-**-4821")

    def test_an_error_shows_no_value_of_the_refused_row(self, started: ResultsDatabase) -> None:
        leak = replace(extracted("borrower_ssn_last4"), value="123456789", raw="123-45-6789")
        record = make_record(1, fields={"borrower_ssn_last4": leak})
        with pytest.raises(ConfigurationError) as caught:
            started.store_records(RUN, [record])
        shown = "".join(traceback.format_exception(caught.value))
        assert "123456789" not in shown
        assert "123-45-6789" not in shown

    def test_a_connection_string_that_cannot_be_read_is_not_shown(self) -> None:
        password = "-".join(["correct", "horse"])  # not a literal: a traceback quotes lines of source
        database = ResultsDatabase(f"postgressql://app:{password}@db/results")
        with pytest.raises(ConfigurationError) as caught:
            database.migrate()
        assert caught.value.code is ErrorCode.INVALID_SETTINGS
        assert password not in "".join(traceback.format_exception(caught.value))
        assert password not in repr(database)


class TestRuns:
    SIGHTINGS = (
        *(SeenFile(record.source_uri, record.document_id) for record in BATCH),
        SeenFile("file:///inbox/again.pdf", document_id(1), Arrival.DUPLICATE),
        SeenFile("file:///inbox/" + "long/" * 1000 + "old.pdf", document_id(77), Arrival.UNCHANGED),
    )

    def test_counts_add_up_to_the_files_that_came_in(self, started: ResultsDatabase) -> None:
        started.record_seen_files(RUN, self.SIGHTINGS)
        started.store_records(RUN, BATCH)
        counts = started.run_counts(RUN)
        assert counts == RunCounts(files=8, accepted=3, review=2, quarantined=1, duplicate=1, unchanged=1)
        assert counts.add_up

    def test_a_file_without_a_record_is_unaccounted(self, started: ResultsDatabase) -> None:
        started.record_seen_files(RUN, self.SIGHTINGS)
        started.store_records(RUN, BATCH[1:])
        assert started.run_counts(RUN).unaccounted == 1
        assert not started.run_counts(RUN).add_up

    def test_sightings_noted_again_by_a_retry_are_noted_once(self, started: ResultsDatabase) -> None:
        for _ in range(2):
            started.record_seen_files(RUN, self.SIGHTINGS)
        assert sorted(started.seen_files_of_run(RUN), key=lambda s: s.source_uri) == sorted(
            self.SIGHTINGS, key=lambda s: s.source_uri
        )

    def test_a_finished_run_keeps_its_counts_times_and_report(self, started: ResultsDatabase) -> None:
        started.record_seen_files(RUN, self.SIGHTINGS)
        started.store_records(RUN, BATCH)
        ended = datetime(2126, 11, 23, 21, 0, tzinfo=UTC)
        counts = started.finish_run(
            RUN, RunState.SUCCESS, seconds={"extract_data": 4.5}, report_uri="file:///r", finished_at=ended
        )
        run = started.run(RUN)
        assert run is not None
        assert (run.state, run.finished_at, run.report_uri) == (RunState.SUCCESS, ended, "file:///r")
        assert run.counts == counts.to_json()
        assert run.seconds == {"extract_data": 4.5}

    def test_a_run_started_again_runs_again_from_its_first_start(self, started: ResultsDatabase) -> None:
        first = started.run(RUN)
        started.finish_run(RUN, RunState.FAILED)
        started.start_run(RUN, dag_id="document_processing_pipeline", source_uri="s3://in", settings_fingerprint="cd")
        again = started.run(RUN)
        assert first is not None
        assert again is not None
        assert (again.started_at, again.state, again.finished_at) == (first.started_at, RunState.RUNNING, None)
        assert (again.source_uri, again.settings_fingerprint) == ("s3://in", "cd")

    def test_a_run_that_was_never_started_cannot_finish_or_own_records(self, database: ResultsDatabase) -> None:
        with pytest.raises(ConfigurationError) as caught:
            database.finish_run("nobody", RunState.SUCCESS)
        assert caught.value.code is ErrorCode.UNKNOWN_RUN
        assert database.run("nobody") is None
        with pytest.raises(ConfigurationError, match="documents_run_id_fkey"):
            database.store_records("nobody", BATCH)


class TestKnownDocuments:
    def test_tells_the_documents_that_have_a_record(self, started: ResultsDatabase) -> None:
        started.store_records(RUN, [make_record(1), make_quarantined(2)])
        asked = [document_id(number) for number in (1, 2, 3)]
        assert started.known_documents(asked) == {document_id(1), document_id(2)}
        assert started.known_documents([]) == set()

    def test_a_run_that_is_started_again_sees_its_own_files_as_new(self, started: ResultsDatabase) -> None:
        started.store_records(RUN, [make_record(1)])
        assert started.known_documents([document_id(1)], except_run=RUN) == set()
        assert started.known_documents([document_id(1)], except_run="another") == {document_id(1)}


class TestErrors:
    @pytest.mark.parametrize("conninfo", ["postgresql://x@127.0.0.1:1/results", "host=/nowhere dbname=results"])
    def test_a_server_that_does_not_answer_is_worth_a_retry(self, conninfo: str) -> None:
        with pytest.raises(ServiceError) as caught:
            ResultsDatabase(conninfo).known_documents([document_id(1)])
        assert caught.value.code is ErrorCode.DATABASE_UNAVAILABLE

    def test_a_refused_user_or_database_is_for_a_person(self, postgres_server: str) -> None:
        for wrong in (
            postgres_server.replace("//postgres:", "//nobody:"),
            postgres_server.replace("/postgres?", "/absent?"),
        ):
            with pytest.raises(ConfigurationError) as caught:
                ResultsDatabase(wrong).migrate()
            assert caught.value.code is ErrorCode.INVALID_SETTINGS

    def test_a_database_that_was_not_migrated_says_so(self, empty_database: str) -> None:
        with pytest.raises(ConfigurationError, match="migrate") as caught:
            ResultsDatabase(empty_database).run_counts(RUN)
        assert caught.value.code is ErrorCode.SCHEMA_MISMATCH

    def test_a_connection_cut_in_the_middle_is_worth_a_retry_and_stores_nothing(
        self, started: ResultsDatabase, postgres_server: str
    ) -> None:
        def cut_after_the_first(records: list[DocumentRecord]) -> Any:
            for record in records:
                yield record
                rows(
                    postgres_server,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'loan_documents' AND pid <> pg_backend_pid()",
                )

        with pytest.raises(LoanDocumentError) as caught:
            started.store_records(RUN, cut_after_the_first(BATCH))
        assert isinstance(caught.value, ServiceError)
        assert list(started.records_of_run(RUN)) == []
