"""Amounts of money: the whole of one, with its sign, cents and currency, or a reason why it is not whole."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.money import (
    A_RANGE,
    ANOTHER_CURRENCY,
    find_amounts,
    speaks_of_another_currency,
)


def amounts(text: str) -> list[tuple[str, str | None]]:
    return [(amount.value, amount.doubt) for amount in find_amounts(text)]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("$1,284.56", "1284.56"), ("1,284.56", "1284.56"), ("$ 1,284.56", "1284.56"), ("US$1,284.56", "1284.56"),
        ("USD 1,284.56", "1284.56"), ("1,284.56 USD", "1284.56"), ("$1284.56", "1284.56"), ("$1,284", "1284.00"),
        ("$0.00", "0.00"), ("$.", None), ("$1 284.56", "1284.56"), ("$1\u202f284.56", "1284.56"),
        ("$1.284,56", "1284.56"), ("$9'500.00", "9500.00"), ("9\u2019500.00", "9500.00"), ("$1,284.-", "1284.00"),
        ("$9,500.\u2013", "9500.00"), ("$***1,284.56", "1284.56"), ("$1,284.56***", "1284.56"),
        ("\uff041,284.56", "1284.56"), ("$3.2411", "3.2411"), ("$12,345,678.90", "12345678.90"),
        ("$1, 284.56", "1284.56"),
    ],
)  # fmt: skip
def test_what_is_printed_is_the_value(printed: str, value: str | None) -> None:
    assert amounts(printed) == ([] if value is None else [(value, None)])


@pytest.mark.parametrize(
    "printed",
    [
        "-$128.44", "\u2212$128.44", "$-128.44", "$ \u2212128.44", "\u2013$128.44", "($128.44)", "$(128.44)", "(128.44)",
        "[128.44]", "$128.44-", "128.44 CR", "$128.44CR", "$128.44 (CR)", "$128.44 credit", "-128.44", "- 128.44",
    ],
)  # fmt: skip
def test_a_negative_amount_keeps_its_sign(printed: str) -> None:
    assert amounts(printed) == [("-128.44", None)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the amount you owe us today ($128.44) is due at once", "128.44"),
        ("Interest - $128.44 a month", "128.44"),
        ("paid-128.44", None),
    ],
)
def test_brackets_and_dashes_of_a_sentence_are_no_signs(text: str, value: str | None) -> None:
    assert amounts(text) == ([] if value is None else [(value, None)])


@pytest.mark.parametrize(
    "printed",
    [
        "C$1,284.56", "CA$1,284.56", "A$ 1,284.56", "CAD 1,284.56", "CAD $1,284.56", "1,284.56 CAD", "\u20ac1,284.56",
        "1.284,56 \u20ac", "\u00a31,284.56", "EUR 1,284.56", "1,284.56 EUR", "$1,284.56 CAD", "1,284.56 euros",
        "\u20b9 1,284.56", "1,284.56 pounds",
    ],
)  # fmt: skip
def test_another_currency_is_a_doubt(printed: str) -> None:
    assert [doubt for _, doubt in amounts(printed)] == [ANOTHER_CURRENCY]


@pytest.mark.parametrize(
    "text",
    ["You owe us $1,284.56", "pay us $ 1,284.56", "The $1,284.56 is due", "NOW DUE $1,284.56", "UNPAID $1,284.56"],
)
def test_words_before_or_behind_an_amount_are_no_currency(text: str) -> None:
    assert amounts(text) == [("1284.56", None)]


@pytest.mark.parametrize(
    "text",
    [
        "$100.00 - $250.00", "$100.00-$250.00", "$100 to $250", "$100.00 \u2013 $250.00", "$100.00 or $250.00",
        "$100.00/$250.00", "$100.00 through $250.00", "100.00 - 250.00",
    ],
)  # fmt: skip
def test_two_amounts_or_a_range_are_a_doubt_of_both(text: str) -> None:
    assert {doubt for _, doubt in amounts(text)} == {A_RANGE}


@pytest.mark.parametrize(
    "text",
    [
        "555-0113",
        "12/04/2023",
        "7.25%",
        "7.25 percent",
        "84",
        "1,284",
        "98.6.1",
        "CB-77.30",
        "#128.44",
        "$1234567890.00",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert amounts(text) == []


def test_cents_that_stand_off_count_only_behind_a_sign() -> None:
    assert amounts("$1,284. 56") == [("1284.56", None)]
    assert amounts("1,284. 56") == []


def test_an_amount_covers_its_signs() -> None:
    text = "Credit ($128.44) posted"
    (amount,) = find_amounts(text)
    assert text[amount.start : amount.end] == "($128.44)"
    assert amount.signed
    assert not next(find_amounts("128.44")).signed


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("All amounts are in Canadian dollars.", True),
        ("Amount (CAD)", True),
        ("Amounts in EUR", True),
        ("Payable in euros", True),
        ("stated in New Zealand dollars", True),
        ("paid in the amount of Canadian dollars that is due", True),
        ("shown in Japanese yen", True),
        ("payable in dollars", False),
        ("payable in United States dollars", False),
        ("All amounts are in US dollars.", False),
        ("Amount (USD)", False),
        ("Annual Percentage Rate (APR)", False),
        ("paid in full", False),
    ],
)
def test_a_document_may_say_that_its_amounts_are_in_another_currency(text: str, foreign: bool) -> None:
    assert speaks_of_another_currency(text) is foreign
