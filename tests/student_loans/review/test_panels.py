"""Panels about other subjects: each is one query that fits the table that the other subject makes."""

from __future__ import annotations

from student_loans.results.store import ResultsDatabase
from student_loans.review.dashboard import Filters
from student_loans.review.panels import PANELS, PanelStore


def test_every_panel_is_there_before_anything_is_stored(database: ResultsDatabase, empty_database: str) -> None:
    found = PanelStore(empty_database).panels(Filters())
    assert found.keys() == PANELS.keys()
    assert all(panel.columns and not panel.rows for panel in found.values())
