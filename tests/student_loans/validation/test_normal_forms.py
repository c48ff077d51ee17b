"""Normal forms of fields: the same for Python and PostgreSQL, exact at their edges."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.records import FieldKind, field_catalog
from student_loans.validation.normal_forms import MALFORMED_COLUMNS, form_of, has_normal_form
from tests.record_factory import extracted

KINDS = field_catalog().kinds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loan_amount", "0.00"), ("loan_amount", "123456789012345.00"), ("current_balance", "-128.44"),
        ("per_diem", "3.24"), ("per_diem", "3.242134"), ("apr", "7"), ("apr", "7.123456"), ("apr", "0"),
        ("term_months", "120"), ("document_date", "2024-02-29"), ("document_date", "0001-01-01"),
        ("borrower_ssn_last4", "0000"), ("account_number", "HL-204/1188"), ("lender_name", "Harbor Lane"),
        ("lender_name", "Zoë"), ("rate_type", "fixed"),
    ],
)  # fmt: skip
def test_a_value_in_the_form_of_its_field(name: str, value: str) -> None:
    assert has_normal_form(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loan_amount", "18250"), ("loan_amount", "18250.0"), ("loan_amount", "18250.000"), ("loan_amount", "18,250.00"),
        ("loan_amount", "-1.00"), ("loan_amount", "1234567890123456.00"), ("loan_amount", ".50"), ("loan_amount", "1.00\n"),
        ("loan_amount", "\u0661.00"), ("per_diem", "3.2"), ("per_diem", "3.2421345"), ("apr", "7."), ("apr", "-7.25"),
        ("apr", "1e1"), ("apr", "7.1234567"), ("term_months", "120.0"), ("term_months", "1234567890"),
        ("document_date", "2023-02-29"), ("document_date", "2024-04-31"), ("document_date", "2024-13-01"),
        ("document_date", "0000-01-01"), ("document_date", "20240101"), ("document_date", "2024-W01-1"),
        ("borrower_ssn_last4", "987654321"), ("borrower_ssn_last4", "123"), ("account_number", "HL 204"),
        ("lender_name", "Harbor  Lane"), ("lender_name", " Harbor"), ("lender_name", "Harbor\nLane"),
        ("rate_type", "Fixed"), ("rate_type", ""),
    ],
)  # fmt: skip
def test_a_value_that_is_not_in_the_form_of_its_field(name: str, value: str) -> None:
    assert not has_normal_form(name, value)


@pytest.mark.parametrize("name", list(KINDS))
def test_every_field_has_a_form_that_an_empty_text_has_not(name: str) -> None:
    assert has_normal_form(name, extracted(name).value)
    assert not has_normal_form(name, "")


@given(st.text(), st.text())
def test_a_field_that_the_catalogue_lacks_has_no_form(name: str, value: str) -> None:
    assert name in KINDS or not has_normal_form(name, value)


@given(st.text(min_size=1))
def test_whatever_has_a_form_is_one_line_without_outer_spaces(value: str) -> None:
    for name in KINDS:
        if has_normal_form(name, value):
            assert value == value.strip()
            assert len(value.splitlines()) == 1


def test_every_kind_of_field_has_a_column_of_its_own_for_malformed_values() -> None:
    assert set(MALFORMED_COLUMNS) == set(FieldKind)
    assert len(set(MALFORMED_COLUMNS.values())) == len(MALFORMED_COLUMNS)


SPACES = "".join(chr(code) for code in range(1, 0x3001) if chr(code).isspace())
TRICKY = [
    "", "1", "1.0", "1.00", "-1.00", "1.000000", "1.00\n", "\n1.00", "1.00 ", "+1.00", "1,00", "\u0661.00", "\u00b2",
    "0", "00.00", "7.25", "120", "4821", "48215", "2024-02-29", "0000-01-01", "9999-12-31", "2024-1-1",
    "2024-01-01T00:00", "Harbor Lane", "Harbor\tLane", "Zoë Ünal", "名", "\U0001f600", "a\u200bb", "\u00ad", "a'b",
    "a\\b", "a%b", "a:b",
    *(f"a{space}b" for space in SPACES), *(f"a{space}" for space in SPACES), *(f"{space}a" for space in SPACES),
]  # fmt: skip


@pytest.mark.integration
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind is not FieldKind.CHOICE])
def test_postgresql_reads_a_form_as_python_does(postgres_server: str, name: str) -> None:
    form = form_of(name, KINDS[name])
    with psycopg.connect(postgres_server) as connection:
        rows = connection.execute("SELECT v, v ~ %s FROM unnest(%s::text[]) AS v", [form, TRICKY]).fetchall()
    assert dict(rows) == {value: has_normal_form(name, value) for value in TRICKY}
