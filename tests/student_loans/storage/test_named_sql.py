"""SQL in files."""

from __future__ import annotations

import hashlib

import pytest

from student_loans.project import CODE_ROOT
from student_loans.storage.migrate import missing_steps
from student_loans.storage.named_sql import Migration, migrations, parse_queries, queries

PACKAGE = CODE_ROOT / "student_loans"


def test_a_query_is_everything_under_its_name() -> None:
    assert parse_queries("-- about\n-- name: one\nSELECT 1\n\n-- name: two\n-- why\nSELECT 2\n") == {
        "one": b"SELECT 1",
        "two": b"-- why\nSELECT 2",
    }


@pytest.mark.parametrize("text", ["-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", "-- name: a\n\n-- name: b\nSELECT 1"])
def test_a_name_stands_for_one_query(text: str) -> None:
    with pytest.raises(ValueError, match="'a'"):
        parse_queries(text)


def test_what_ships_can_be_read() -> None:
    numbers = [step.version for step in migrations()]
    assert numbers == sorted(set(numbers))
    files = [file for file in PACKAGE.rglob("*.sql") if file.parent.name != "migrations"]
    assert len(files) > 10
    for file in files:
        assert queries(str(file.relative_to(PACKAGE).with_suffix(""))), file


def test_a_migration_is_known_by_the_sum_of_its_text() -> None:
    first = migrations()[0]
    assert (first.version, first.name) == (1, "create_results")
    assert first.checksum == hashlib.sha256(first.sql).hexdigest()


def test_text_before_the_first_name_is_no_query() -> None:
    assert parse_queries("") == parse_queries("-- only a comment\nSELECT 1\n") == {}


def test_only_what_is_missing_is_applied() -> None:
    steps = [Migration(number, f"step_{number}", b"SELECT 1", f"sum{number}") for number in (1, 2, 3)]
    assert missing_steps(steps, {1: "sum1"}) == steps[1:]
    assert missing_steps(steps, {1: "sum1", 2: "sum2", 3: "sum3"}) == []
