"""Dates: forms, wholeness, and the order of day and month as a property of the document."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.dates import (
    AMERICAN,
    ORDER_CONTRADICTED,
    ORDER_UNPROVED,
    YEAR_IN_PIECES,
    DateOrder,
    find_dates,
    find_order,
)

DAY_FIRST = DateOrder(day_first=True)


def dates(text: str, order: DateOrder = AMERICAN) -> list[str]:
    """The dates in a text."""
    return [found.value for found in find_dates(text, order)]


@pytest.mark.parametrize(
    "text",
    [
        "06/09/2025", "6/9/25", "6/9/'25", "06 / 09 / 2025", "06-09-2025", "06\u201109\u20112025", "06\u201309\u20132025",
        "06\u221209\u22122025", "2025-06-09", "2025/06/09", "2025-06-09T14:30:00Z", "2025-06-09T14:30:00.000+02:00",
        "2025-06-09 14:30", "June 9, 2025", "Jun. 9, 2025", "June 9th 2025", "June 9 th, 2025", "June 9,2025", "June 9, '25",
        "Monday, June 9, 2025", "the 9th of June, 2025", "9th day of June, 2025", "9 June 2025", "09-JUN-25", "09-Jun-2025",
        "9.Jun.2025", "2025-Jun-09", "JUN-09-2025", "09.06.2025", "20250609", "Application date: 20250609", "due 06092025",
        "June 9, 2025\u00b9", "06/09/2025*", "Date......06/09/2025", "(06/09/2025)",
    ],
)  # fmt: skip
def test_a_date_is_read_in_any_form(text: str) -> None:
    assert dates(text) == ["2025-06-09"]


@pytest.mark.parametrize(
    "text",
    [
        "06/09/20255", "12020-06-09", "2025-06-091", "06-09-2025-123", "4471-06/09/2025", "2.06.09.2025", "1/2/3/2025",
        "02/30/2025", "13/13/2025", "2025-13-01", "June 31, 2025", "June 2025", "June, 2025", "1. June 2025", "March 31,",
        "10 - 12 - 24 months", "25-06-09", "account 20190412", "2025060", "20251345", "$6/9/2025",
    ],
)  # fmt: skip
def test_what_is_not_a_whole_and_possible_date_is_none(text: str) -> None:
    assert dates(text) == []


def test_both_dates_of_a_range_are_read() -> None:
    assert dates("05/15/2025-06/14/2025") == dates("05/15/2025 \u2013 06/14/2025") == ["2025-05-15", "2025-06-14"]
    assert dates("May 15, 2025-June 14, 2025") == ["2025-05-15", "2025-06-14"]


def test_a_year_in_two_pieces_is_a_doubt() -> None:
    (found,) = find_dates("06/09/20 25")
    assert (found.value, found.doubt) == ("2025-06-09", YEAR_IN_PIECES)
    assert dates("06/09/20 25.00") == ["2020-06-09"]


def test_eight_digits_are_of_less_strictness_than_any_other_date() -> None:
    compact, short = (next(find_dates(text)) for text in ("20250609", "6/9/25"))
    assert compact.strictness < 0.5 < short.strictness


def test_places_are_those_of_the_text_as_printed() -> None:
    text = "due 06\u201109\u20112025, late"
    (found,) = find_dates(text)
    assert text[found.start : found.end] == "06\u201109\u20112025"


def test_the_order_is_the_documents() -> None:
    assert dates("04/06/2025") == ["2025-04-06"]
    assert dates("04/06/2025", DAY_FIRST) == ["2025-06-04"]
    assert dates("04.06.2025", AMERICAN) == ["2025-06-04"]


@pytest.mark.parametrize(
    "texts",
    [
        ["14/05/2025", "04/06/2025"], ["Statement: 31-01-2025"], ["31.12.2024"], ["Date (DD/MM/YYYY)"],
        [f"01/{month:02}/2025" for month in range(3, 10)],
        ["05/10/2024", "05/11/2024", "05/12/2024", "05/01/2025", "05/02/2025", "05/03/2025"],
    ],
)  # fmt: skip
def test_any_date_may_prove_that_the_day_comes_first(texts: list[str]) -> None:
    order = find_order(texts)
    assert (order.day_first, order.doubt) == (True, None)


@pytest.mark.parametrize(
    "texts",
    [
        [], ["05/14/2025"], ["Date (mm/dd/yyyy)"], ["04/06/2025"], ["June 9, 2025", "9 June 2025"],
        [f"{month:02}/01/2025" for month in range(3, 10)],
        ["04/06/2025", "04/07/2025", "04/08/2025"], ["04/06/2025", "Atlanta, Georgia", "San Juan, Puerto Rico", "Peru, IN 46970"],
    ],
)  # fmt: skip
def test_american_documents_are_read_month_first_without_doubt(texts: list[str]) -> None:
    order = find_order(texts)
    assert (order.day_first, order.doubt) == (False, None)


@pytest.mark.parametrize("text", ["09.06.2025", "9 June 2025", "Youghal, Co. Cork, Ireland"])
def test_an_order_that_nothing_proves_is_a_doubt_where_the_document_does_not_look_american(text: str) -> None:
    order = find_order([text])
    assert order.doubt == ORDER_UNPROVED
    assert [found.doubt for found in find_dates("04/06/2025", order)] == [ORDER_UNPROVED]
    assert [found.doubt for found in find_dates("04/26/2025 and 06/06/2025", order)] == [None, None]


def test_dates_that_prove_both_orders_leave_a_doubt() -> None:
    order = find_order(["14/05/2025", "05/24/2025"])
    assert [found.doubt for found in find_dates("04/06/2025", order)] == [ORDER_CONTRADICTED]
    assert [found.doubt for found in find_dates("14/05/2025", order)] == [None]


def test_one_misread_digit_among_many_dates_proves_nothing() -> None:
    order = find_order(["17/01/2025", *(f"{month:02}/15/2025" for month in range(1, 13))])
    assert (order.day_first, order.doubt) == (False, None)


def test_dotted_dates_follow_a_proof_with_dots_only() -> None:
    assert dates("06.09.2025", find_order(["06.20.2025"])) == ["2025-06-09"]
    assert next(find_dates("06.09.2025", find_order(["06/20/2025"]))).doubt == ORDER_UNPROVED
