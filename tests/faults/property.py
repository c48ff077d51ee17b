"""What must hold after any fault: every input in exactly one final state, rows of an undisturbed run, no orphan files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from student_loans.ledger.model import WorkState
from student_loans.ledger.store import Ledger
from student_loans.results.store import ResultsDatabase

_QUERIES = {
    "documents": "SELECT document_id, name, status, document_type, review_reasons, error, schedule FROM loan_documents.documents",
    "fields": "SELECT document_id, name, value, raw, confidence, page, bbox, checked_by FROM loan_documents.fields",
    "versions": "SELECT document_id, version, state, content_hash FROM loan_documents.record_versions",
    "sightings": "SELECT document_id, arrival FROM loan_documents.sightings",
}


def rows(conninfo: str) -> dict[str, list[Any]]:
    """Every result, without times, places and names of runs."""
    with psycopg.connect(conninfo) as connection:
        return {
            name: sorted(str(row) for row in connection.execute(query.encode()).fetchall())
            for name, query in _QUERIES.items()
        }


def in_one_final_state(conninfo: str, run_id: str, files: int) -> None:
    """Every file is accounted for once, and no work is left under way."""
    database = ResultsDatabase(conninfo)
    counts = database.run_counts(run_id)
    assert (counts.files, counts.unaccounted) == (files, 0)
    assert counts.add_up
    records = [record.document_id for record in database.records_of_run(run_id)]
    assert len(records) == len(set(records))
    assert WorkState.RUNNING not in {entry.state for entry in Ledger(conninfo).entries(records)}


def no_orphans(keys: Iterable[str], run_id: str, documents: set[str]) -> None:
    """Every object belongs to a document of the run, to the run itself, or to words by page; nothing is half written."""
    for key in keys:
        assert not key.endswith(".part"), f"{key} was left half written"
        room, *rest = key.split("/")
        if room in ("raw", "processed", "quarantine"):
            assert rest[1].removesuffix(".json") in documents, f"{key} belongs to no document"
        elif room == "runs":
            assert rest[0] == run_id, f"{key} belongs to no run"
        else:
            assert room == "words", f"{key} belongs to nothing"
