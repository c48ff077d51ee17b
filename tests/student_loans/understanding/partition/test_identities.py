"""Numbers and names of two pages compared: what may be one, and what never is."""

from __future__ import annotations

import pytest

from student_loans.understanding.partition.identities import (
    Number,
    PageIdentity,
    Person,
    differing_number,
    same_number,
    same_person,
)


def number(value: str, *, masked: bool = False, printed: bool = True, kind: str = "account") -> Number:
    return Number(kind, value, masked, printed, ())


def person(name: str, *, printed: bool = True) -> Person:
    return Person("borrower", tuple(name.lower().split()), printed, ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (number("CB7730194"), number("CB7730194"), True),
        (number("CB7730194"), number("CB7730195"), False),
        (number("CB7730194"), number("CB773O194", printed=False), True),
        (number("CB7730194", printed=False), number("CB5518820", printed=False), False),
        (number("CB7730194"), number("0194", masked=True), True),
        (number("CB7730194"), number("8820", masked=True), False),
        (number("7730194"), number("773019401"), True),
        (number("770"), number("77012"), False),
    ],
)
def test_numbers(one: Number, other: Number, same: bool) -> None:
    assert same_number(one, other) is same_number(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (person("Marcus E Dunham"), person("Dunham Marcus"), True),
        (person("Marcus Dunham"), person("Marcus Ellery Dunham"), True),
        (person("Marcus Dunham"), person("Marcus Tran"), False),
        (person("Marcus Dunham"), person("Marcus Dunhan"), False),
        (person("Marcus Dunham"), person("Marcus Dunhan", printed=False), True),
    ],
)
def test_people(one: Person, other: Person, same: bool) -> None:
    assert same_person(one, other) is same_person(other, one) is same


def test_four_masked_digits_that_are_nearly_alike_tie_nothing_and_contradict_nothing() -> None:
    one, other = number("4471", masked=True, printed=False), number("4477", masked=True, printed=False)
    assert same_number(one, other)
    assert not same_number(one, other, surely=True)
    pages = PageIdentity(numbers=[one]), PageIdentity(numbers=[other])
    assert differing_number(*pages, ["account"]) is None


def test_numbers_of_other_kinds_are_not_compared() -> None:
    account, loan = PageIdentity(numbers=[number("7730194")]), PageIdentity(numbers=[number("5518820", kind="loan")])
    assert differing_number(account, loan, ["account", "loan"]) is None
