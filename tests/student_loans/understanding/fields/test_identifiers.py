"""Account and application numbers, in one word or in groups."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.identifiers import find_identifiers, identifier_strictness


def identifiers(text: str) -> dict[str, float]:
    return {value: strictness for _, _, value, strictness in find_identifiers(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("HEAM 004 881 2270 G", "HEAM0048812270G"),
        ("31-2277-04 NDSL", "31-2277-04NDSL"),
        ("EC-7719022 / 01", "EC-7719022/01"),
        ("Note SLF 16/0311 of June", "SLF16/0311"),
        ("GN4 1187 02", "GN4118702"),
        ("LN#5502-0071", "LN#5502-0071"),
        ("loan (PCN23-NSL-5)", "PCN23-NSL-5"),
        ("MV 664", "MV664"),
        ("CSL*550018-02", "CSL*550018-02"),
        ("04-20-118", "04-20-118"),
        ("2016-31", "2016-31"),
    ],
)
def test_all_groups_of_a_number_are_one_number(text: str, value: str) -> None:
    assert value in identifiers(text)


@pytest.mark.parametrize("text", ["4265-5855-86", "LCL 03 771902 5", "PCB/APP/51120"])
def test_what_little_else_looks_like_is_sure(text: str) -> None:
    assert max(identifiers(text).values()) >= 0.9


def test_groups_that_anything_may_have_are_not_sure() -> None:
    assert identifiers("GN4 1187 02")["GN4118702"] < 0.5


@pytest.mark.parametrize(
    "text",
    ["1-800-555-0118", "NE 68599", "10/12/2024", "$5,000.00", "2016-17", "1098-E", "2.5%", "899-41-6638", "24 (12)"],
)
def test_telephone_numbers_dates_amounts_and_tax_numbers_are_none(text: str) -> None:
    assert identifiers(text) == {}


def test_a_number_of_few_digits_or_in_small_letters_proves_nothing() -> None:
    assert identifier_strictness("G-9") == identifier_strictness("wg7") == 0.0
