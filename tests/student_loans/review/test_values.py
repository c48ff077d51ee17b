"""What reviewers type becomes the normal form of the field, or is refused without being repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.errors import ErrorCode, ReviewError
from student_loans.records import FieldKind, field_catalog
from student_loans.review.values import describe_form, normal_form


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("loan_amount", "$18,250", "18250.00"),
        ("loan_amount", " 18250.5 ", "18250.50"),
        ("loan_amount", "0", "0.00"),
        ("per_diem", "3.4567", "3.4567"),
        ("interest_rate", "7.25 %", "7.25"),
        ("apr", "7", "7"),
        ("due_date", "3/4/2026", "2026-03-04"),
        ("due_date", "March 4, 2026", "2026-03-04"),
        ("borrower_ssn_last4", "***-**-4321", "4321"),
        ("account_number", "hl 2041-188", "HL2041-188"),
        ("term_months", "120", "120"),
        ("rate_type", "Fixed", "fixed"),
        ("borrower_name", "  Ada   Example ", "Ada Example"),
    ],
)
def test_what_people_type_is_understood(name: str, typed: str, value: str) -> None:
    assert normal_form(name, typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("loan_amount", "about 18,000"),
        ("loan_amount", "-5"),
        ("loan_amount", "1,82,50"),
        ("loan_amount", "18250.123"),
        ("loan_amount", "1" * 40),
        ("interest_rate", "725"),
        ("due_date", "2026-02-30"),
        ("due_date", "yesterday"),
        ("borrower_ssn_last4", "987-65-4321"),
        ("borrower_ssn_last4", "987654321"),
        ("borrower_name", "Ada Example 987-65-4321"),
        ("borrower_name", "987654321"),
        ("account_number", "no digits"),
        ("term_months", "0"),
        ("rate_type", "floating"),
        ("borrower_name", "   "),
        ("no_such_field", "x"),
    ],
)
def test_what_is_no_value_of_the_field_is_refused_and_not_repeated(name: str, typed: str) -> None:
    with pytest.raises(ReviewError) as refusal:
        normal_form(name, typed)
    assert refusal.value.code is ErrorCode.INVALID_VALUE
    assert typed.strip() == "" or typed.strip() not in refusal.value.message.replace("'no_such_field'", "")


@given(name=st.sampled_from(sorted(field_catalog().kinds)), typed=st.text(max_size=60))
def test_a_normal_form_is_its_own_normal_form(name: str, typed: str) -> None:
    """Whatever is typed: it is refused, or what comes out would come out again."""
    try:
        value = normal_form(name, typed)
    except ReviewError:
        return
    assert normal_form(name, value) == value
    if field_catalog().kinds[name] is FieldKind.MASKED_IDENTIFIER:
        assert len(value) == 4


def test_every_field_says_what_it_needs() -> None:
    assert all(describe_form(name) for name in field_catalog().kinds)


@pytest.mark.parametrize("typed", ["-128.44", "($128.44)", "\u2212128.44", "-$128.44"])
def test_a_balance_may_be_a_credit_and_no_other_amount(typed: str) -> None:
    assert normal_form("current_balance", typed) == "-128.44"
    with pytest.raises(ReviewError):
        normal_form("loan_amount", typed)
