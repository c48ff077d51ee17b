"""Reprocessing: beside the published records, compared, then published or discarded; on real services."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from student_loans.intake.acquire_stage import ACQUIRED, REFUSED
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, check_documents
from student_loans.ledger.store import Ledger
from student_loans.pipeline.extract_stage import extract_group
from student_loans.pipeline.store_stage import store_batch
from student_loans.preparation.stage import prepare_group
from student_loans.records import DocumentRecord
from student_loans.reprocessing.stage import CompareResult, Mode, compare_batch, selection_of, start_reprocessing
from student_loans.reprocessing.versions import RecordVersions
from student_loans.results.store import ResultsDatabase
from student_loans.settings import Settings, load_settings
from student_loans.storage.run_folder import DocumentReference, RunFolder
from student_loans.validation.expectations import load_suite
from student_loans.validation.stage import OnFailure, validate_batch
from tests.document_factory import make_pdf

pytestmark = pytest.mark.integration

LETTER = ["Payoff letter", "Lender: Harbor Lane Credit Union", "Payoff amount: $18,250.00", "Good through: 03/14/2026"]


@pytest.fixture
def before(tmp_path: Path) -> Settings:
    return load_settings(environment={"LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports")})


@pytest.fixture
def after(tmp_path: Path) -> Settings:
    """Settings that differ in something a record may depend on."""
    return load_settings(
        environment={
            "LOAN_DOCUMENTS__STORAGE__REPORTS_URI": str(tmp_path / "reports"),
            "LOAN_DOCUMENTS__PREPROCESSING__OCR_DPI": "200",
        }
    )


@pytest.fixture
def versions(database: ResultsDatabase, empty_database: str) -> RecordVersions:
    return RecordVersions(empty_database)


@pytest.fixture
def ledger(database: ResultsDatabase, empty_database: str) -> Ledger:
    return Ledger(empty_database)


def make_records(run: RunFolder, settings: Settings, ledger: Ledger) -> None:
    """What the stages of the main job do between acquiring and comparing."""
    parts = [QUARANTINED_AT_INTAKE]
    for group in check_documents(run, settings).groups:
        parts += extract_group(run, prepare_group(run, group, settings, ledger), settings, ledger).parts
    validate_batch(run, parts, load_suite(), OnFailure.QUARANTINE)


@pytest.fixture
def published(run: RunFolder, database: ResultsDatabase, ledger: Ledger, before: Settings) -> list[DocumentRecord]:
    """Two documents, published by an ordinary run."""
    ids = [run.store.put_raw(make_pdf([[*LETTER, f"Account number: HL20411{number}"]])) for number in (1, 2)]
    references = [DocumentReference(id_, f"file:///inbox/{n}.pdf", f"{n}.pdf") for n, id_ in enumerate(ids)]
    run.write_references(ACQUIRED, references)
    run.write_records(REFUSED, [])
    from student_loans.fingerprints import record_fingerprint

    database.start_run(run.run_id, dag_id="test", source_uri="x", settings_fingerprint=record_fingerprint(before))
    make_records(run, before, ledger)
    store_batch(run, database)
    return list(database.records_of_run(run.run_id))


class Again:
    """A reprocessing run over everything that is outdated."""

    def __init__(self, run: RunFolder, database: ResultsDatabase, versions: RecordVersions, ledger: Ledger) -> None:
        self.run, self.database, self.versions, self.ledger = run, database, versions, ledger

    def start(self, settings: Settings, mode: Mode, **params: Any) -> Any:
        selection = selection_of({"outdated": True, **params})
        return start_reprocessing(self.run, self.database, self.versions, settings, mode, selection)

    def compare(self, settings: Settings) -> CompareResult:
        assert self.start(settings, Mode.COMPARE).goes_on
        make_records(self.run, settings, self.ledger)
        return compare_batch(self.run, self.versions, settings)

    def states(self, document_id: str) -> list[str]:
        return [one.state.value for one in self.versions.versions(document_id)]


@pytest.fixture
def again(run: RunFolder, database: ResultsDatabase, versions: RecordVersions, ledger: Ledger) -> Again:
    return Again(RunFolder(run.store, "again-1"), database, versions, ledger)


@pytest.mark.usefixtures("published")
def test_a_plan_says_how_many_and_at_what_cost_and_does_nothing(
    again: Again, before: Settings, after: Settings, tmp_path: Path
) -> None:
    assert again.start(before, Mode.PLAN).plan.documents == 0  # nothing is outdated
    start = again.start(after, Mode.PLAN)
    assert (start.plan.documents, start.plan.made_already, start.goes_on) == (2, 0, False)
    assert 0 < start.plan.core_seconds < 60
    assert json.loads((tmp_path / "reports" / "again-1" / "plan.json").read_text())["documents"] == 2
    run = again.database.run("again-1")
    assert run is not None
    assert run.state == "success"


def test_a_comparison_keeps_new_records_beside_the_published_ones(
    again: Again, published: list[DocumentRecord], after: Settings, tmp_path: Path
) -> None:
    result = again.compare(after)
    assert result.shadows == 2
    assert (result.changes["documents"], result.changes["values"]) == (2, 0)
    assert again.states(published[0].document_id) == ["published", "shadow"]
    assert list(again.database.records_of_run("run-1")) == published
    assert (tmp_path / "reports" / "again-1" / "changes.html").exists()
    assert "18250" not in json.dumps(asdict(result))


def test_publishing_replaces_the_records_and_keeps_the_old_ones(
    again: Again, published: list[DocumentRecord], after: Settings
) -> None:
    again.compare(after)
    assert store_batch(again.run, again.database) == 2
    assert again.states(published[0].document_id) == ["superseded", "published"]
    assert {record.document_id for record in again.database.records_of_run("again-1")} == {
        record.document_id for record in published
    }
    assert again.start(after, Mode.PLAN).plan.documents == 0


def test_what_compare_has_made_is_not_made_again(
    again: Again, published: list[DocumentRecord], after: Settings, run: RunFolder
) -> None:
    again.compare(after)
    later = Again(RunFolder(run.store, "again-2"), again.database, again.versions, again.ledger)
    plan = later.start(after, Mode.PUBLISH).plan
    assert (plan.documents, plan.made_already, plan.core_seconds) == (2, 2, 0)
    assert later.compare(after).shadows == 0
    for summary in again.ledger.stage_summaries("again-2"):
        assert (summary.documents, summary.reused) == (2, 2), summary.stage
    assert len(again.versions.versions(published[0].document_id)) == 2


def test_discarded_records_are_gone(again: Again, published: list[DocumentRecord], after: Settings) -> None:
    again.compare(after)
    start = again.start(after, Mode.DISCARD)
    assert (start.discarded, start.goes_on) == (2, False)
    assert again.states(published[0].document_id) == ["published"]


def test_a_document_whose_bytes_were_never_copied_is_counted_and_left(
    again: Again, published: list[DocumentRecord], after: Settings
) -> None:
    again.run.store.raw_path(published[0].document_id).unlink()
    plan = again.start(after, Mode.PLAN).plan
    assert (plan.documents, plan.missing) == (1, 1)


def test_empty_parameters_do_not_narrow() -> None:
    everything = selection_of(
        {"outdated": False, "made_under": "", "document_type": "", "lender": "", "document_ids": []}
    )
    assert everything == selection_of({})
    assert selection_of({"document_ids": ["AB" * 32]}).document_ids == ["ab" * 32]
