"""Validating files and tables: the same suite, the same failures, outcomes kept, no value anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError
from student_loans.records import DocumentRecord, DocumentType, ExtractedField, Status
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from student_loans.validation.expectations import load_suite, validate_records
from student_loans.validation.source_stage import Source, SourceValidation, part_names, validate_source
from student_loans.validation.stage import HELD_BACK, OnFailure
from student_loans.validation.store import ExpectationStore
from tests.population_factory import make_batch
from tests.record_factory import document_id

SECRET = "987654.32"


def faulty(number: int, **values: str) -> DocumentRecord:
    return DocumentRecord(
        document_id=document_id(number),
        source_uri="file:///inbox/x.pdf",
        status=Status.ACCEPTED,
        document_type=DocumentType.UNKNOWN,
        page_count=1,
        fields={name: ExtractedField(value, value, 0.9, 1, (0, 0, 1, 1)) for name, value in values.items()},
    )


@pytest.fixture
def records() -> list[DocumentRecord]:
    """Two hundred sound or slightly incomplete documents, and some with a fault each."""
    return [
        *make_batch(200, 3),
        faulty(1, interest_rate="725.00"),
        faulty(2, loan_amount="18,250"),
        faulty(3, document_date="2024-02-30"),
        faulty(4, maturity_date="2024-01-01", disbursement_date="2025-01-01"),
        faulty(5, total_of_payments=SECRET, amount_financed="987655.00"),
        faulty(6, rate_type="adjustable", term_months="9999"),
        faulty(7, document_date="0000-01-01"),
    ]


@pytest.fixture
def results(database: ResultsDatabase, empty_database: str) -> ExpectationStore:
    return ExpectationStore(empty_database)


@pytest.fixture
def validate(run: RunFolder, results: ExpectationStore, empty_database: str, tmp_path: Path):  # type: ignore[no-untyped-def]
    def call(source: Source, on_failure: OnFailure = OnFailure.QUARANTINE, suite: object = None) -> SourceValidation:
        return validate_source(
            source,
            suite or load_suite(),  # type: ignore[arg-type]
            on_failure,
            run=run,
            conninfo=empty_database,
            results=results,
            reports_uri=str(tmp_path / "reports"),
            label="validate",
        )

    return call


def test_the_database_finds_what_the_frame_finds(  # type: ignore[no-untyped-def]
    records: list[DocumentRecord], database: ResultsDatabase, run: RunFolder, validate
) -> None:
    database.store_records(run.run_id, records)
    in_memory = validate_records(records, load_suite())
    in_database = validate(Source(table="records"), OnFailure.WARN).validation
    assert in_database.failures == in_memory.failures
    assert in_database.documents == len(records)
    of_batches = {one["meta"]["name"] for one in load_suite()["expectations"] if one["meta"].get("only") == "batches"}
    told = {one.name: (one.failed, one.evaluated) for one in in_memory.outcomes if one.name not in of_batches}
    assert {one.name: (one.failed, one.evaluated) for one in in_database.outcomes} == told


def test_stored_documents_that_fail_go_to_review_once(  # type: ignore[no-untyped-def]
    records: list[DocumentRecord], database: ResultsDatabase, run: RunFolder, validate
) -> None:
    database.store_records(run.run_id, records)
    validate(Source(table="records"))
    validate(Source(table="records"))
    stored = {one.document_id: one for one in database.records_of_run(run.run_id)}
    assert stored[document_id(1)].status is Status.REVIEW
    assert stored[document_id(1)].review_reasons == ("expectation interest_rate_is_plausible failed",)
    failures = validate_records(records, load_suite()).failures
    sound = [one for one in records if one.document_id not in failures]
    assert all(stored[one.document_id].status is one.status for one in sound)


def test_parquet_is_validated_and_failing_rows_are_listed(run: RunFolder, validate, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import pandas as pd

    path = tmp_path / "rates.parquet"
    pd.DataFrame({"document_id": ["a", "b"], "interest_rate": [7.25, 725.0], "other": [SECRET, SECRET]}).to_parquet(
        path
    )
    suite = {
        "name": "rates",
        "expectations": [
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": "interest_rate", "max_value": 36},
                "severity": "critical",
                "meta": {"name": "rate"},
            }
        ],
    }
    outcome = validate(Source(parquet=str(path)), suite=suite)
    assert outcome.result.failed_expectations == {"rate": 1}
    assert list(run.store.read_jsonl(run.key(HELD_BACK))) == [{"id": "b", "expectations": ["rate"]}]


def test_outcomes_are_kept_and_have_a_history(validate, run: RunFolder, results: ExpectationStore) -> None:  # type: ignore[no-untyped-def]
    run.write_records("one", [faulty(1, interest_rate="725.00"), faulty(2, interest_rate="7.25")])
    validate(Source(parts=("one",)))
    validate(Source(parts=("one",)))
    outcomes = results.outcomes_of_run(run.run_id)
    assert len(outcomes) == len(load_suite()["expectations"])
    (newest,) = results.history("interest_rate_is_plausible")
    assert (newest["failed"], newest["evaluated"], newest["success"]) == (1, 2, False)


def test_data_docs_are_published_call_nobody_and_hold_no_value(validate, run: RunFolder, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run.write_records("one", [faulty(5, total_of_payments=SECRET, amount_financed="987655.00")])
    outcome = validate(Source(parts=("one",)))
    folder = tmp_path / "reports" / "run-1" / "expectations" / "validate"
    assert outcome.result.report_uri == str(folder / "index.html")
    pages = [page.read_text() for page in folder.rglob("*.html")]
    assert len(pages) == 3
    for page in pages:
        assert "98765" not in page
        assert 'src="http' not in page
        assert "stylesheet" not in page
    assert any("total_of_payments" in page for page in pages)


def test_exactly_one_source_is_given() -> None:
    with pytest.raises(ConfigurationError, match="exactly one"):
        Source(parts=("one",), table="records")


def test_a_name_of_a_table_is_a_name(validate) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigurationError, match="must be a name"):
        validate(Source(table="records; DROP TABLE loan_documents.runs"))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (Source(parts=("one", "two")), "batch"),
        (Source(parts=()), "batch"),
        (Source(parquet="s3://loans/kept/rates.parquet"), "rates.parquet"),
        (Source(table="loan_documents.runs"), "loan_documents.runs"),
    ],
)
def test_results_name_the_source(source: Source, name: str) -> None:
    assert source.name == name


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (None, []),
        ([], []),
        (["a", None, "b"], ["a", "b"]),
        ([{"parts": ["a", "b"]}, [[{"parts": ["c"]}], None]], ["a", "b", "c"]),
        (["b", "a", "b"], ["b", "a", "b"]),
    ],
)
def test_names_of_parts_are_gathered_in_order_from_results_of_tasks(parts: object, names: list[str]) -> None:
    assert part_names(parts) == names
