"""Amortization tables: rows over pages, columns by arithmetic, cells that were misread."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.schedule import Schedule, read_schedule
from tests.page_factory import Row, make_page

COLUMNS = (54, 90, 200, 280, 360, 440)
HEAD: Row = {54: "No.", 90: "Date", 200: "Payment", 280: "Principal", 360: "Interest", 440: "Balance"}


def make_rows(count: int = 10, *, sign: str = "") -> list[dict[int, str]]:
    """Rows that pay 51.00 of which 50.00 is principal, down to a balance of zero."""
    rows = []
    for number in range(1, count + 1):
        amounts = ("51.00", "50.00", "1.00", f"{50 * (count - number):.2f}")
        cells = (f"{number}", f"{number:02}/05/2024", *(sign + amount for amount in amounts))
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def read(*pages: list[Row | str]) -> Schedule:
    return read_schedule(arrange([make_page(rows, number=n) for n, rows in enumerate(pages, 1)]))


def test_a_schedule_without_heads_on_later_pages_is_read_whole() -> None:
    rows = make_rows()
    schedule = read(["Amortization Schedule", "", HEAD, *rows[:5]], [*rows[5:]])
    assert [row.number for row in schedule.rows] == [str(n) for n in range(1, 11)]
    assert (schedule.rows[-1].balance, schedule.missing) == ("0.00", ())


def test_a_row_that_was_not_read_is_named_as_missing() -> None:
    rows = make_rows()
    assert read([HEAD, *rows[:4], *rows[5:]]).missing == (5,)


@pytest.mark.parametrize("misread", ["551.00", "S51.00"])
def test_a_dollar_sign_that_was_read_as_a_character_is_no_digit(misread: str) -> None:
    rows = make_rows(sign="$")
    rows[3][200] = misread
    assert [row.payment for row in read([HEAD, *rows]).rows] == ["51.00"] * 10


def test_a_cell_that_two_equations_prove_wrong_is_corrected() -> None:
    rows = make_rows()
    rows[4][440] = "256.00"
    schedule = read([HEAD, *rows])
    assert (schedule.rows[4].balance, schedule.repaired) == ("250.00", 1)


def test_columns_that_some_rows_lack_are_still_columns() -> None:
    rows = make_rows(12)
    for row in rows[:8]:
        del row[360]
    schedule = read([HEAD, *rows])
    assert [row.interest for row in schedule.rows] == ["1.00"] * 12


def test_amounts_in_prose_are_no_table() -> None:
    assert (
        read([f"{n}. You pay $51.00, of which $50.00 is principal and $1.00 is interest." for n in range(9)]).rows == ()
    )


LOANS: list[Row | str] = [
    {54: f"{n}", 200: f"{total}.00", 280: f"{principal}.00", 360: f"{total - principal}.00", 440: f"{9 * n}0.00"}
    for n, (total, principal) in enumerate([(5100, 5000), (3300, 3100), (8050, 8000), (2210, 2200)], 1)
]


def test_loans_that_add_up_across_are_no_instalments() -> None:
    assert read(LOANS).rows == ()


def test_instalments_without_dates_whose_balances_follow_from_one_another_are() -> None:
    rows: list[Row | str] = [{left: text for left, text in row.items() if left != 90} for row in make_rows()]
    assert [row.balance for row in read(rows).rows][:2] == ["450.00", "400.00"]
