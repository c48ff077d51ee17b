"""Counting a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.records import Status
from student_loans.runs import Arrival, RunCounts, SeenFile, count_outcomes, display_name

SIGHTINGS = st.lists(
    st.builds(SeenFile, st.just("file:///a"), st.sampled_from("abcdef"), st.sampled_from(list(Arrival))), max_size=30
)


@given(SIGHTINGS, st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(list(Status))))
def test_every_file_has_one_outcome_or_is_unaccounted(sightings: list[SeenFile], statuses: dict[str, Status]) -> None:
    """Contract: files = accepted + review + quarantined + duplicate + unchanged + unaccounted, and none is negative."""
    counts = count_outcomes(sightings, statuses)
    told = counts.to_json()
    assert told.pop("files") == len(sightings) == sum(told.values())
    assert min(told.values()) >= 0
    lost = [s for s in sightings if s.arrival is Arrival.NEW and s.document_id not in statuses]
    assert counts.unaccounted == len(lost)
    assert counts.add_up is (not lost)


def test_no_files_add_up() -> None:
    assert count_outcomes([], {}) == RunCounts()
    assert RunCounts().add_up


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://inbox/2026/loan%20note.pdf", "loan note.pdf"),
        ("file:///inbox/%2e%2e%2fetc.pdf", "../etc.pdf"),
        ("file:///inbox/", "inbox"),
        ("note.pdf", "note.pdf"),
        ("https://api.example/", "api.example"),
        ("", ""),
    ],
)
def test_a_name_is_the_last_part_of_the_address(uri: str, name: str) -> None:
    assert display_name(uri) == name
