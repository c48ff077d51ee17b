"""A bad batch: each fault is found by the component whose job it is, the right documents are held back, the rest stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from student_loans.anomalies.settings import anomaly_settings
from student_loans.anomalies.stage import detect_in_run
from student_loans.anomalies.store import AnomalyStore
from student_loans.pipeline.store_stage import store_batch
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import load_suite
from student_loans.validation.stage import OnFailure, validate_batch
from tests.population_factory import make_batch

Change = Callable[[DocumentRecord], DocumentRecord]


def value(name: str, text: str) -> Change:
    def change(record: DocumentRecord) -> DocumentRecord:
        return replace(record, fields=dict(record.fields) | {name: replace(record.fields[name], value=text)})

    return change


def without(name: str) -> Change:
    return lambda record: replace(record, fields={key: one for key, one in record.fields.items() if key != name})


FAULTS: list[tuple[Change, str | None]] = [
    (value("loan_amount", "eighteen thousand"), "amounts_are_decimal_dollars"),
    (value("interest_rate", "725.00"), "interest_rate_is_plausible"),
    (without("borrower_name"), "promissory_note_is_complete"),
    (value("lender_name", "Vantry Student Lending"), None),
]


@pytest.fixture
def sound(database: ResultsDatabase) -> list[DocumentRecord]:
    """Sound, complete promissory notes, and a thousand earlier records."""
    database.start_run("earlier", dag_id="d", source_uri="file:///x", settings_fingerprint="0")
    database.store_records("earlier", make_batch(1000, 1))
    required = (
        "lender_name",
        "borrower_name",
        "loan_amount",
        "interest_rate",
        "rate_type",
        "document_date",
        "account_number",
    )
    notes = [
        replace(one, status=Status.ACCEPTED)
        for one in make_batch(400, 2)
        if one.document_type.value == "promissory_note" and all(name in one.fields for name in required)
    ]
    return notes[:60]


def test_each_fault_is_found_by_the_component_whose_job_it_is(
    sound: list[DocumentRecord], run: RunFolder, database: ResultsDatabase, empty_database: str
) -> None:
    changed = [change(record) for (change, _), record in zip(FAULTS, sound, strict=False)]
    run.write_records("one", [*changed, *sound[len(changed) :]])
    run.write_references("acquired", [])

    validation = validate_batch(run, ["one"], load_suite(), OnFailure.QUARANTINE)
    store = AnomalyStore(empty_database)
    detected = detect_in_run(run, store, anomaly_settings())
    assert store_batch(run, database) == len(sound)

    expected = {record.document_id: name for record, (_, name) in zip(changed, FAULTS, strict=True)}
    stored = {one.document_id: one for one in database.records_of_run(run.run_id)}
    for document_id, name in expected.items():
        reasons = stored[document_id].review_reasons
        assert reasons == (() if name is None else (f"expectation {name} failed",))
        assert (stored[document_id].status is Status.REVIEW) is (name is not None)
    others = [one for one in stored.values() if one.document_id not in expected]
    assert len(others) == len(sound) - len(FAULTS)
    assert all(one.status is Status.ACCEPTED for one in others)
    assert set(validation.failures) == {document_id for document_id, name in expected.items() if name}

    # The new lender breaks no rule: it is news, and not held back.
    (lender,) = [one for one in store.anomalies_of_run(run.run_id) if one["code"] == "unknown_lender"]
    assert lender["document_id"] == changed[3].document_id
    assert set(detected.anomalies) == {"unknown_lender", "malformed_values", "outlier"}
