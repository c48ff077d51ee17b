"""Panels about other subjects: each is one query that fits the table that the other subject makes."""

from __future__ import annotations

import pytest

from student_loans.results.store import ResultsDatabase
from student_loans.review.dashboard import Filters
from student_loans.review.panels import PANELS, PanelStore


def test_panels_are_there_when_their_tables_are(database: ResultsDatabase, empty_database: str) -> None:
    with database.transaction() as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'loan_documents'").fetchall()
    tables = {row["tablename"] for row in rows}
    found = PanelStore(empty_database).panels(Filters())
    assert found.keys() == {name for name, (table, _) in PANELS.items() if table in tables}


@pytest.mark.parametrize("table", sorted({table for table, _ in PANELS.values()}))
def test_a_missing_table_hides_its_panel_alone(database: ResultsDatabase, empty_database: str, table: str) -> None:
    with database.transaction() as connection:
        connection.execute(f"DROP TABLE IF EXISTS loan_documents.{table} CASCADE")  # type: ignore[arg-type]
    found = PanelStore(empty_database).panels(Filters())
    assert not found.keys() & {name for name, (needed, _) in PANELS.items() if needed == table}
