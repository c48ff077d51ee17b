"""Documents are found the same whichever way in is taken, newest first, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from student_loans.results.search import Search, SearchStore
from student_loans.results.store import ResultsDatabase
from student_loans.review.facts import FactStore
from student_loans.settings import load_settings
from tests.record_factory import document_id, extracted, make_record

START = datetime(2026, 3, 1, 22, tzinfo=UTC)
COUNT = 60


@pytest.fixture
def store(database: ResultsDatabase, empty_database: str) -> SearchStore:
    """Sixty documents of three lenders over some days, two at a time."""
    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    records = [
        make_record(
            number,
            source_uri=f"file:///inbox/scan-{number}.pdf",
            fields={"lender_name": replace(extracted("lender_name"), value=f"Lender {number % 3}")},
        )
        for number in range(COUNT)
    ]
    database.store_records("run-1", records)
    with database.transaction() as connection:
        for number in range(COUNT):
            connection.execute(
                "UPDATE loan_documents.documents SET created_at = %s, updated_at = now() WHERE document_id = %s",
                (arrival(number), document_id(number)),
            )
    FactStore(empty_database, load_settings().review).catch_up_wholly()
    return SearchStore(empty_database)


def arrival(number: int) -> datetime:
    return START + timedelta(hours=3 * (number // 2))


def expected(*numbers: int) -> list[str]:
    return [one for _, one in sorted(((arrival(n), document_id(n)) for n in numbers), reverse=True)]


def every(store: SearchStore, search: Search, limit: int) -> list[str]:
    """Page after page."""
    found: list[dict[str, Any]] = []
    last = None
    while page := store.search(search, before=last, limit=limit):
        found += page
        last = (page[-1]["created_at"], page[-1]["document_id"])
    return [row["document_id"] for row in found]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_of_a_lender_are_all_its_documents_once(store: SearchStore, limit: int) -> None:
    assert every(store, Search(lender="Lender 1"), limit) == expected(*range(1, COUNT, 3))
    assert every(store, Search(), limit) == expected(*range(COUNT))
    assert every(store, Search(lender="Nobody"), limit) == []


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_days_of_a_lender_are_whole_and_days_of_utc(store: SearchStore, empty_database: str, zone: str) -> None:
    with psycopg.connect(empty_database) as connection:
        name = connection.info.dbname
        connection.execute(sql.SQL("ALTER DATABASE {} SET timezone TO {}").format(sql.Identifier(name), zone))
    first, last = date(2026, 3, 2), date(2026, 3, 3)
    wanted = [n for n in range(0, COUNT, 3) if first <= arrival(n).date() <= last]
    assert wanted
    assert every(store, Search(lender="Lender 0", since=first, until=last), 5) == expected(*wanted)


def test_a_text_is_a_value_the_start_of_a_name_or_of_an_id(store: SearchStore) -> None:
    assert every(store, Search(text="LENDER 2"), 6) == expected(*range(2, COUNT, 3))
    assert every(store, Search(text="scan-1"), 4) == expected(1, *range(10, 20))
    assert every(store, Search(text=document_id(5)[:20]), 4) == [document_id(5)]
    assert every(store, Search(text="scan-1", lender="Lender 1"), 4) == expected(1, 10, 13, 16, 19)
    assert every(store, Search(text="scan_1"), 4) == [], "an underscore is one, and no wildcard"


def test_a_run_made_before_runs_were_named_by_dag_answers_to_both_names(
    store: SearchStore, database: ResultsDatabase
) -> None:
    database.start_run("manual__1", dag_id="monthly", source_uri="file:///inbox", settings_fingerprint="0")
    for name in ("manual__1", "monthly:manual__1"):
        found = store.run(name)
        assert found is not None
        assert found["run_id"] == "manual__1"
    assert store.run("yearly:manual__1") is None
    database.start_run("monthly:manual__1", dag_id="monthly", source_uri="file:///inbox", settings_fingerprint="0")
    newer = store.run("monthly:manual__1")
    assert newer is not None
    assert newer["run_id"] == "monthly:manual__1"
