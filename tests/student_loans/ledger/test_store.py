"""The ledger, on a real PostgreSQL."""

from __future__ import annotations

import pytest

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.ledger.model import ErrorClass, WorkState
from student_loans.ledger.store import Ledger
from student_loans.results.store import ResultsDatabase
from student_loans.stages import Stage
from tests.record_factory import document_id

pytestmark = pytest.mark.integration

ENCRYPTED = DocumentError(ErrorCode.ENCRYPTED_PDF, "locked")
DOWN = ServiceError(ErrorCode.STORE_UNAVAILABLE, "down")
ONE = document_id(1)


@pytest.fixture
def ledger(database: ResultsDatabase, empty_database: str) -> Ledger:
    return Ledger(empty_database)


def test_attempts_are_counted_until_the_work_is_done(ledger: Ledger) -> None:
    assert ledger.begin("run-1", Stage.EXTRACT, ONE, "f1") == (1, None)
    assert ledger.begin("run-1", Stage.EXTRACT, ONE, "f1") == (2, None)  # the process of the first was killed
    ledger.finish("run-1", Stage.EXTRACT, ONE, "f1", seconds=1.5, core_seconds=2.5)
    (entry,) = ledger.entries([ONE])
    assert (entry.state, entry.attempts, entry.error) == (WorkState.DONE, 2, None)
    assert (entry.seconds, entry.core_seconds) == (1.5, 2.5)


def test_an_attempt_after_finished_work_is_a_first_one_again(ledger: Ledger) -> None:
    for _ in range(3):
        assert ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")[0] == 1
        ledger.finish("run-1", Stage.EXTRACT, ONE, "f1")


def test_a_failure_keeps_its_code_and_class_and_tells_it_to_the_next_attempt(ledger: Ledger) -> None:
    ledger.begin("run-1", Stage.PREPARE, ONE, "f1")
    ledger.finish("run-1", Stage.PREPARE, ONE, "f1", error=ENCRYPTED)
    (entry,) = ledger.entries([ONE])
    assert (entry.state, entry.error, entry.error_class) == (WorkState.FAILED, "encrypted_pdf", ErrorClass.FINAL)
    assert ledger.begin("run-2", Stage.PREPARE, ONE, "f1") == (2, "encrypted_pdf")


def test_an_attempt_that_a_service_ended_does_not_count(ledger: Ledger) -> None:
    ledger.begin("run-1", Stage.PREPARE, ONE, "f1")
    ledger.release(Stage.PREPARE, ONE, "f1", DOWN)
    (entry,) = ledger.entries([ONE])
    assert (entry.attempts, entry.error_class) == (0, ErrorClass.TRANSIENT)
    assert ledger.begin("run-1", Stage.PREPARE, ONE, "f1") == (1, "store_unavailable")


def test_stages_and_fingerprints_are_entries_of_their_own(ledger: Ledger) -> None:
    for stage, fingerprint in ((Stage.PREPARE, "f1"), (Stage.EXTRACT, "f1"), (Stage.EXTRACT, "f2")):
        assert ledger.begin("run-1", stage, ONE, fingerprint)[0] == 1
    assert len(ledger.entries([ONE])) == 3


def test_a_batch_noted_again_by_its_run_is_the_same_attempt(ledger: Ledger) -> None:
    outcomes = [(ONE, None), (document_id(2), "empty_file")]
    for run_id, attempts in (("run-1", 1), ("run-1", 1), ("run-2", 2)):
        ledger.note(run_id, Stage.CHECK, "f1", outcomes)
        assert {entry.attempts for entry in ledger.entries([ONE, document_id(2)])} == {attempts}


def test_what_was_really_done_stays_told_as_such_when_its_run_is_cleared(ledger: Ledger) -> None:
    ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")
    ledger.finish("run-1", Stage.EXTRACT, ONE, "f1", seconds=2.0)
    ledger.note("run-1", Stage.EXTRACT, "f1", [(ONE, None)], reused=True)
    assert ledger.stage_summaries("run-1")[0].reused == 0
    ledger.note("run-2", Stage.EXTRACT, "f1", [(ONE, None)], reused=True)
    (summary,) = ledger.stage_summaries("run-2")
    assert (summary.done, summary.reused, summary.seconds) == (1, 1, 0)


def test_a_run_is_summed_up_by_stage_in_the_order_of_the_pipeline(ledger: Ledger) -> None:
    ledger.note("run-1", Stage.CHECK, "f1", [(document_id(n), "empty_file" if n == 3 else None) for n in range(4)])
    for number, seconds in ((0, 1.0), (1, 3.0)):
        ledger.begin("run-1", Stage.PREPARE, document_id(number), "f1")
        ledger.finish("run-1", Stage.PREPARE, document_id(number), "f1", seconds=seconds, core_seconds=2 * seconds)
    ledger.begin("run-1", Stage.PREPARE, document_id(2), "f1")
    checked, prepared = ledger.stage_summaries("run-1")
    assert (checked.stage, checked.documents, checked.done, dict(checked.errors)) == (
        Stage.CHECK,
        4,
        3,
        {"empty_file": 1},
    )
    assert (prepared.stage, prepared.done, prepared.running) == (Stage.PREPARE, 2, 1)
    assert (prepared.seconds, prepared.core_seconds) == (4.0, 8.0)
    assert (prepared.median_seconds, prepared.longest_seconds) == (2.0, 3.0)


def test_a_person_who_asks_again_gives_new_attempts(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")
    ledger.forget_attempts([ONE], "f1")
    assert ledger.begin("run-2", Stage.EXTRACT, ONE, "f1")[0] == 1


def test_a_held_connection_commits_every_call(ledger: Ledger, empty_database: str) -> None:
    with ledger.held():
        ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")
        assert Ledger(empty_database).entries([ONE])[0].state is WorkState.RUNNING
    assert ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")[0] == 2


def test_a_server_that_goes_away_is_worth_a_retry(ledger: Ledger, empty_database: str) -> None:
    import psycopg

    def begin_after_the_server_has_cut_the_connection() -> None:
        with ledger.held(), psycopg.connect(empty_database, autocommit=True) as other:
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'loan_documents'"
            other.execute(ours)
            ledger.begin("run-1", Stage.EXTRACT, ONE, "f1")

    with pytest.raises(ServiceError) as caught:
        begin_after_the_server_has_cut_the_connection()
    assert caught.value.code is ErrorCode.DATABASE_UNAVAILABLE


def test_old_entries_of_other_code_are_pruned_unless_a_kept_record_needs_them(
    ledger: Ledger, database: ResultsDatabase, empty_database: str
) -> None:
    import psycopg

    from tests.record_factory import make_record

    database.start_run("run-1", dag_id="test", source_uri="file:///inbox", settings_fingerprint="f1")
    database.store_records("run-1", [make_record(1)])
    ledger.note("run-1", Stage.EXTRACT, "f1", [(ONE, None), (document_id(2), None)])
    ledger.note("run-1", Stage.EXTRACT, "now", [(document_id(2), None)])
    ledger.note("run-1", Stage.EXTRACT, "young", [(document_id(2), None)])
    with psycopg.connect(empty_database) as connection:
        connection.execute("UPDATE loan_documents.ledger SET updated_at = '2026-01-01' WHERE fingerprint <> 'young'")
    assert ledger.prune("now", days=30) == 1
    kept = {(entry.document_id, entry.fingerprint) for entry in ledger.entries([ONE, document_id(2)])}
    assert kept == {(ONE, "f1"), (document_id(2), "now"), (document_id(2), "young")}
