"""Whatever happens to documents, the sums of the dashboard are those of the documents themselves."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from student_loans.records import DocumentType, Status
from student_loans.results.store import ResultsDatabase
from student_loans.review.dashboard import DashboardStore, Filters
from student_loans.review.facts import FactStore
from student_loans.settings import load_settings
from tests.record_factory import document_id, extracted, make_quarantined, make_record

REVIEW = load_settings().review


def store(database: ResultsDatabase, *records: object, run_id: str = "run-1") -> None:
    database.start_run(run_id, dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    database.store_records(run_id, records)  # type: ignore[arg-type]


def fact(database: ResultsDatabase, number: int) -> dict[str, object]:
    with database.transaction() as connection:
        row = connection.execute(
            "SELECT * FROM loan_documents.document_facts WHERE document_id = %s", [document_id(number)]
        ).fetchone()
    assert row is not None
    return row


@pytest.fixture
def facts(database: ResultsDatabase, empty_database: str) -> FactStore:
    assert database
    return FactStore(empty_database, REVIEW)


@pytest.fixture
def dashboard(empty_database: str) -> DashboardStore:
    return DashboardStore(empty_database)


def test_money_at_risk_is_the_probability_of_an_error_times_the_amount(
    database: ResultsDatabase, facts: FactStore
) -> None:
    fields = {"loan_amount": extracted("loan_amount", 0.8), "apr": extracted("apr", 0.5)}
    store(database, make_record(1, status=Status.REVIEW, document_type_confidence=1.0, fields=fields))
    assert facts.catch_up() == 1
    row = fact(database, 1)
    assert row["error_probability"] == pytest.approx(1 - 0.8 * 0.5)
    assert float(row["money_at_risk"]) == pytest.approx(0.6 * 18250, abs=0.01)  # type: ignore[arg-type]


def test_a_failed_check_raises_the_risk_and_a_low_confidence_counts_once(
    database: ResultsDatabase, facts: FactStore
) -> None:
    fields = {"loan_amount": extracted("loan_amount", 0.8)}
    base = {"status": Status.REVIEW, "document_type_confidence": 1.0, "fields": fields}
    low = ("loan_amount: confidence 0.800 is below 0.955",)
    store(
        database,
        make_record(1, review_reasons=low, **base),
        make_record(2, review_reasons=(*low, "apr: required for this document type, not found"), **base),
    )
    facts.catch_up()
    assert fact(database, 1)["error_probability"] == pytest.approx(0.2)
    assert fact(database, 2)["error_probability"] == pytest.approx(1 - 0.8 * 0.5)


def test_a_document_without_an_amount_is_not_without_risk(database: ResultsDatabase, facts: FactStore) -> None:
    store(database, make_record(1, status=Status.REVIEW, document_type=DocumentType.UNKNOWN, fields={}))
    facts.catch_up()
    assert float(fact(database, 1)["money_at_risk"]) > 0  # type: ignore[arg-type]


def test_a_second_look_finds_nothing_new(database: ResultsDatabase, facts: FactStore) -> None:
    store(database, make_record(1), make_quarantined(2))
    assert (facts.catch_up(), facts.catch_up()) == (2, 0)


def test_the_samples_are_shares_and_the_same_at_every_look(database: ResultsDatabase, empty_database: str) -> None:
    store(database, *(make_record(number, fields={}) for number in range(600)))
    chosen = FactStore(empty_database, REVIEW.model_copy(update={"audit_share": 0.25, "sampling_key": SecretStr("k")}))
    chosen.catch_up()
    with database.transaction() as connection:
        query = "SELECT document_id FROM loan_documents.document_facts WHERE queue = 'audit'"
        drawn = {row["document_id"] for row in connection.execute(query)}
        assert 100 < len(drawn) < 200  # 150 expected, five standard deviations are 53
    chosen.rebuild()
    with database.transaction() as connection:
        assert {row["document_id"] for row in connection.execute(query)} == drawn
    expected = {
        document_id(number)
        for number in range(600)
        if int(hashlib.sha256(("k" + document_id(number)).encode()).hexdigest()[:8], 16) / 2**32 < 0.25
    }
    assert drawn == expected


def test_without_a_key_of_its_own_an_installation_draws_by_a_random_one(
    database: ResultsDatabase, empty_database: str
) -> None:
    with database.transaction() as connection:
        (row,) = connection.execute("SELECT key FROM loan_documents.sampling_key").fetchall()
    assert len(set(row["key"])) > 8
    assert REVIEW.sampling_key.get_secret_value() == ""
    store(database, *(make_record(number, fields={}) for number in range(100)))
    FactStore(empty_database, REVIEW.model_copy(update={"audit_share": 0.25})).catch_up()
    with database.transaction() as connection:
        query = "SELECT document_id FROM loan_documents.document_facts WHERE queue = 'audit'"
        drawn = {found["document_id"] for found in connection.execute(query)}
    assert drawn == {
        document_id(number)
        for number in range(100)
        if int(hashlib.sha256((row["key"] + document_id(number)).encode()).hexdigest()[:8], 16) / 2**32 < 0.25
    }


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 6),
            st.sampled_from(list(Status)),
            st.sampled_from([DocumentType.LOAN_DISCLOSURE, DocumentType.PAYOFF_LETTER]),
            st.sampled_from(["Harbor Lane", "Quill Bank", ""]),
            st.sampled_from([0.2, 0.99]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_sums_are_those_of_the_documents(
    database: ResultsDatabase, facts: FactStore, dashboard: DashboardStore, steps: list[tuple]
) -> None:
    """In whatever order documents come, change type, lender and status: sums kept by differences equal sums made anew."""
    for number, status, document_type, lender, confidence in steps:
        if status is Status.QUARANTINED:
            record = make_quarantined(number)
        else:
            fields = {"lender_name": replace(extracted("lender_name", confidence), value=lender)} if lender else {}
            record = make_record(number, status=status, document_type=document_type, fields=fields)
        store(database, record, run_id=f"run-{number}")
        facts.catch_up()
    kept = {
        name: rows
        for name, rows in dashboard.sums(Filters()).items()
        if name in ("days", "types", "lenders", "confidences")
    }
    facts.rebuild()
    anew = dashboard.sums(Filters())
    for name, rows in kept.items():
        assert [_rounded(row) for row in rows] == [_rounded(row) for row in anew[name]]
    with database.transaction() as connection:
        total = connection.execute("SELECT count(*) AS n FROM loan_documents.documents").fetchone()
    assert total is not None
    assert sum(row["documents"] for row in kept["days"]) == total["n"]


def _rounded(row: dict[str, object]) -> dict[str, object]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def test_filters_narrow_everything(database: ResultsDatabase, facts: FactStore, dashboard: DashboardStore) -> None:
    store(database, make_record(1), make_record(2, document_type=DocumentType.PAYOFF_LETTER), make_quarantined(3))
    facts.catch_up()
    sums = dashboard.sums(Filters(document_type="payoff_letter"))
    assert [row["name"] for row in sums["types"]] == ["payoff_letter"]
    assert sum(row["documents"] for row in sums["days"]) == 1
    assert len(sums["slowest"]) == 1
    assert dashboard.sums(Filters(lender="Nobody"))["days"] == []
