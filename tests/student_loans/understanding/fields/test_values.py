"""Value grammars: what is printed and what it means."""

from __future__ import annotations

import pytest

from student_loans.privacy import redact_ssn
from student_loans.understanding.fields.money import A_RANGE
from student_loans.understanding.fields.values import find_values


def readings(text: str, grammar: str) -> list[str]:
    return [reading.value for reading in find_values(text) if reading.grammar == grammar]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("$18,250.00", "18250.00"),
        ("$ 1,275", "1275.00"),
        ("USD 7,800.00", "7800.00"),
        ("1,275.74 USD", "1275.74"),
        ("$ 1 275.74", "1275.74"),
        ("$1.275,74", "1275.74"),
        ("36,500.00", "36500.00"),
        ("$6.04566", "6.04566"),
    ],
)
def test_money(printed: str, value: str) -> None:
    assert readings(f"Pay {printed} now", "money") == [value]


@pytest.mark.parametrize("text", ["555-0113", "12/04/2023", "7.25%", "Suite 300", "98.6.1"])
def test_what_is_no_money(text: str) -> None:
    assert readings(text, "money") == []


def test_a_misread_amount_is_repaired_and_trusted_less() -> None:
    (reading,) = (r for r in find_values("$l8,25O.OO") if r.grammar == "money")
    assert reading.value == "18250.00"
    assert reading.strictness < 0.7


@pytest.mark.parametrize(("printed", "value"), [("7.25%", "7.25"), ("7.250 %", "7.250"), ("4.44 percent", "4.44")])
def test_rates(printed: str, value: str) -> None:
    assert readings(printed, "rate") == [value]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("6 7/8%", "6.875"), ("6-7/8%", "6.875"), ("6 and 1/2 percent", "6.5"), ("6 1/2 per cent", "6.5"),
        ("5 3/16%", "5.1875"), ("6,875%", "6.875"), ("6.875 pct", "6.875"), ("6 1/3%", None), ("6 1/8", None),
    ],
)  # fmt: skip
def test_rates_with_fractions(printed: str, value: str | None) -> None:
    assert readings(printed, "rate") == ([] if value is None else [value])


@pytest.mark.parametrize("printed", ["4.29% to 14.83%", "4.29% - 14.83%", "4.29 \u2013 14.83%", "4.29% through 14.83%"])
def test_a_range_of_rates_is_a_doubt_of_each(printed: str) -> None:
    found = [reading for reading in find_values(printed) if reading.grammar == "rate" and reading.strictness <= 0.2]
    assert "14.83" in {reading.value for reading in found}
    assert {reading.doubt for reading in found} == {A_RANGE}


def test_a_rate_beside_another_value_has_no_doubt() -> None:
    doubts = [reading.doubt for reading in find_values("$1,284.56 at 6.50% for 84 months") if reading.grammar == "rate"]
    assert doubts == [None]


def test_a_margin_over_an_index_is_hardly_a_rate() -> None:
    strictness = [r.strictness for r in find_values("SOFR plus 3.10%") if r.grammar == "rate"]
    assert strictness == [0.2]


@pytest.mark.parametrize(
    ("printed", "months"),
    [
        ("10 years", "120"),
        ("60 mos.", "60"),
        ("240 consecutive monthly installments", "240"),
        ("180 monthly payments", "180"),
        ("Twelve (12) years", "144"),
        ("10 (ten) years", "120"),
        ("one hundred twenty (120) months", "120"),
    ],
)
def test_terms(printed: str, months: str) -> None:
    assert months in readings(printed, "term")


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("March 4, 2024", "2024-03-04"),
        ("Mar 04, 2024", "2024-03-04"),
        ("3/4/24", "2024-03-04"),
        ("03-04-2024", "2024-03-04"),
        ("2024-03-04", "2024-03-04"),
        ("4 March 2024", "2024-03-04"),
        ("September 9th, 2023", "2023-09-09"),
        ("25/12/2023", "2023-12-25"),
        ("5 th day of May 2023".replace("5 th", "5th"), "2023-05-05"),
    ],
)
def test_dates(printed: str, iso: str) -> None:
    assert readings(f"on {printed}.", "date") == [iso]


@pytest.mark.parametrize("printed", ["02/30/2024", "13/13/2024", "1-800-555-0118"])
def test_what_is_no_date(printed: str) -> None:
    assert readings(printed, "date") == []


@pytest.mark.parametrize(
    "printed", ["987-65-4321", "***-**-4321", "XXX-XX-4321", "***_**-4321", "987 65 4321", "987\u201065\u20104321"]
)
def test_social_security_numbers_are_reduced_to_four_digits(printed: str) -> None:
    assert readings(f"SSN {printed}", "masked_identifier") == ["4321"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9132 4680 80", "9132468080"),
        ("MC 519 004", "MC519004"),
        ("PCB/APP/51120", "PCB/APP/51120"),
        ("NLB.ED.8801", "NLB.ED.8801"),
    ],
)
def test_a_number_may_be_set_in_groups_or_with_strokes(text: str, value: str) -> None:
    assert ("identifier", value) in {(reading.grammar, reading.value) for reading in find_values(text)}


@pytest.mark.parametrize("text", ["800 555 0118", "123 45 6789", "2023 2024", "MN 55981", "03/15/2024"])
def test_telephone_numbers_years_and_zip_codes_are_not_joined(text: str) -> None:
    assert "".join(text.split()) not in {r.value for r in find_values(text) if r.grammar == "identifier"}


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2013"])
def test_whatever_is_set_for_a_hyphen_keeps_a_number_together(hyphen: str) -> None:
    assert readings(f"CB{hyphen}7730194", "identifier") == ["CB-7730194"]


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", " "])
def test_no_social_security_number_stays_whatever_is_set_for_its_hyphens(hyphen: str) -> None:
    assert redact_ssn(f"SSN {hyphen.join(('987', '65', '4321'))}.") == "SSN ***-**-4321."


@pytest.mark.parametrize(
    ("printed", "months"),
    [
        ("12 years and 6 months", "150"),
        ("10 years, 6 mos", "126"),
        ("1 yr. 3 months", "15"),
        ("2 years & 1 month", "25"),
    ],
)
def test_a_term_in_years_and_months_is_one(printed: str, months: str) -> None:
    assert [r.value for r in find_values(printed) if r.grammar == "term"] == [months]


@pytest.mark.parametrize("text", ["the rate drops by 0.50%", "reduced by up to 0.25%"])
def test_a_change_of_a_rate_is_no_rate(text: str) -> None:
    assert not [r for r in find_values(text) if r.grammar == "rate"]
