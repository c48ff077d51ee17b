"""Preparing and reading under the ledger: once, counted, bounded; whichever run, retry or second delivery asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Never

import pytest

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import ACQUIRED, REFUSED
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, check_documents
from student_loans.intake.ledger_notes import note_acquired, note_checked
from student_loans.ledger.attempts import Attempts
from student_loans.ledger.model import WorkState
from student_loans.ledger.store import Ledger
from student_loans.pipeline.extract_stage import ExtractedGroup, extract_group
from student_loans.preparation.stage import PreparedGroup, prepare_group
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.stages import Stage
from student_loans.storage.run_folder import DocumentReference, RunFolder
from tests.document_factory import make_pdf
from tests.record_factory import document_id

pytestmark = pytest.mark.integration

FINGERPRINT = record_fingerprint(settings())
ONE = document_id(1)


@pytest.fixture
def ledger(database: ResultsDatabase, empty_database: str) -> Ledger:
    return Ledger(empty_database)


@pytest.fixture
def attempts(ledger: Ledger) -> Attempts:
    return Attempts(ledger, "run-1", Stage.EXTRACT, FINGERPRINT, max_attempts=2)


def entry_of(ledger: Ledger, document: str = ONE) -> tuple[WorkState, int, str | None]:
    (entry,) = ledger.entries([document])
    return entry.state, entry.attempts, entry.error


def raising(error: BaseException) -> Callable[[], Never]:
    def work() -> Never:
        raise error

    return work


class TestAttempts:
    def test_the_result_is_handed_through_and_its_time_is_kept(self, attempts: Attempts, ledger: Ledger) -> None:
        def work() -> int:
            return sum(number * number for number in range(300_000))

        assert attempts.do(ONE, work) == work()
        (entry,) = ledger.entries([ONE])
        assert (entry.state, entry.attempts) == (WorkState.DONE, 1)
        assert entry.core_seconds > 0
        assert 0 < entry.seconds < 60

    def test_a_bad_document_is_noted_with_its_code(self, attempts: Attempts, ledger: Ledger) -> None:
        with pytest.raises(DocumentError):
            attempts.do(ONE, raising(DocumentError(ErrorCode.CORRUPT_FILE, "cut")))
        assert entry_of(ledger) == (WorkState.FAILED, 1, "corrupt_file")

    def test_a_broken_service_costs_the_document_no_attempt(self, attempts: Attempts, ledger: Ledger) -> None:
        for _ in range(5):
            with pytest.raises(ServiceError):
                attempts.do(ONE, raising(ServiceError(ErrorCode.STORE_UNAVAILABLE, "down")))
        assert attempts.do(ONE, lambda: "read") == "read"
        assert entry_of(ledger) == (WorkState.DONE, 1, None)

    def test_a_document_that_ends_its_process_is_given_up_after_so_many_attempts(
        self, attempts: Attempts, ledger: Ledger
    ) -> None:
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):  # what nobody catches leaves the entry as a killed process does
                attempts.do(ONE, raising(KeyboardInterrupt()))
        assert entry_of(ledger) == (WorkState.RUNNING, 2, None)
        with pytest.raises(DocumentError) as caught:
            attempts.do(ONE, raising(AssertionError("never called again")))
        assert caught.value.code is ErrorCode.ATTEMPTS_EXHAUSTED
        assert entry_of(ledger) == (WorkState.FAILED, 3, "attempts_exhausted")


class TestGroups:
    @pytest.fixture
    def group(self, run: RunFolder, ledger: Ledger) -> PreparedGroup:
        """A run with two documents acquired, checked and prepared."""
        contents = [make_pdf([["Promissory note", f"Loan amount: ${number},000.00"]]) for number in (1, 2)]
        ids = [run.store.put_raw(content) for content in contents]
        references = [DocumentReference(id_, f"file:///inbox/{n}.pdf", f"{n}.pdf") for n, id_ in enumerate(ids)]
        run.write_references(ACQUIRED, references)
        run.write_records(REFUSED, [])
        note_acquired(run, ledger, settings())
        (group,) = check_documents(run, settings(), documents_per_task=5).groups
        note_checked(run, ledger, settings())
        return prepare_group(run, group, settings(), ledger)

    def read(self, run: RunFolder, group: PreparedGroup, ledger: Ledger) -> tuple[ExtractedGroup, list[DocumentRecord]]:
        result = extract_group(run, group, settings(), ledger)
        return result, list(run.read_records(result.parts[-1:]))  # the other part is what could not be prepared

    def test_a_task_delivered_again_gives_the_same_records_and_reads_nothing(
        self, run: RunFolder, group: PreparedGroup, ledger: Ledger
    ) -> None:
        first = self.read(run, group, ledger)
        assert len(first[1]) == 2
        assert self.read(run, group, ledger) == first  # timings and all
        assert {entry.attempts for entry in ledger.entries([record.document_id for record in first[1]])} == {1}

    def test_another_run_finds_the_work_done_under_another_name(
        self, run: RunFolder, group: PreparedGroup, ledger: Ledger
    ) -> None:
        _, records = self.read(run, group, ledger)
        other = RunFolder(run.store, "run-2")
        references = [DocumentReference(one.document_id, "file:///again.pdf", "again.pdf") for one in records]
        other.write_references(group.prepared_part, references)
        _, again = self.read(other, group, ledger)
        assert [one.fields for one in again] == [one.fields for one in records]
        assert {one.source_uri for one in again} == {"file:///again.pdf"}
        (summary,) = ledger.stage_summaries("run-2")
        assert (summary.done, summary.reused) == (2, 2)

    def test_prepared_pages_are_not_prepared_again(self, run: RunFolder, group: PreparedGroup, ledger: Ledger) -> None:
        (checked,) = check_documents(run, settings(), documents_per_task=5).groups
        assert prepare_group(run, checked, settings(), ledger) == group
        prepared = next(one for one in ledger.stage_summaries("run-1") if one.stage is Stage.PREPARE)
        assert (prepared.done, prepared.retried) == (2, 0)

    def test_a_person_who_asks_again_has_documents_read_again(
        self, run: RunFolder, group: PreparedGroup, ledger: Ledger
    ) -> None:
        first, _ = self.read(run, group, ledger)
        other = RunFolder(run.store, "run-2")
        for part in (ACQUIRED, group.prepared_part):
            other.write_references(part, run.read_references(group.prepared_part))
        other.write_records(REFUSED, [])
        note_acquired(other, ledger, settings(), reprocess=True)
        assert self.read(other, group, ledger)[0].pages == first.pages
        extracted = next(one for one in ledger.stage_summaries("run-2") if one.stage is Stage.EXTRACT)
        assert (extracted.done, extracted.reused) == (2, 0)

    def test_a_document_that_killed_its_workers_is_quarantined_and_the_others_are_read(
        self, run: RunFolder, group: PreparedGroup, ledger: Ledger
    ) -> None:
        poison, good = (reference.document_id for reference in run.read_references(group.prepared_part))
        for _ in range(settings().ledger.max_attempts):
            ledger.begin("run-1", Stage.EXTRACT, poison, FINGERPRINT)
        _, records = self.read(run, group, ledger)
        outcomes = {record.document_id: (record.status, record.error) for record in records}
        assert outcomes[poison] == (Status.QUARANTINED, "attempts_exhausted")
        assert outcomes[good][0] is not Status.QUARANTINED
        assert run.store.exists(f"quarantine/{poison[:2]}/{poison}.json")

    def test_every_stage_accounts_for_what_the_one_before_passed_on(
        self, run: RunFolder, group: PreparedGroup, ledger: Ledger, database: ResultsDatabase
    ) -> None:
        _, records = self.read(run, group, ledger)
        database.store_records("run-1", records)
        assert list(run.read_records([QUARANTINED_AT_INTAKE])) == []
        entries = ledger.entries([record.document_id for record in records])
        stages = {
            stage: {one.state for one in entries if one.stage is stage}
            for stage in Stage
            if stage is not Stage.VALIDATE
        }
        assert stages == {stage: {WorkState.DONE} for stage in stages}
