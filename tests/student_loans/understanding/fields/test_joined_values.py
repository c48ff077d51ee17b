"""Values whose parts stand apart are put together where their places prove it, and doubted where they do not."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.joined_values import CENTS_APART, find_joined_values
from student_loans.understanding.fields.layout import arrange
from tests.page_factory import Row, make_page


def joined(*rows: Row | str, leading: float = 16.0) -> list[tuple[str, str | None]]:
    """Values and doubts, each once."""
    found = find_joined_values(arrange([make_page(rows, leading=leading)]))
    return list(dict.fromkeys((value.value, value.doubt) for value in found))


class TestCents:
    def test_in_a_column_of_their_own(self) -> None:
        rows: list[Row] = [{54: label, 300: f"${whole}", 340: cents} for label, whole, cents in
                           (("Principal", "1,284", "56"), ("Interest", "1,112", "20"))]  # fmt: skip
        assert joined(*rows) == [("1284.56", None), ("1112.20", None)]

    def test_behind_a_sign_that_stands_apart(self) -> None:
        assert joined({54: "Principal", 290: "$", 310: "284", 345: "56"}) == [("284.56", None)]

    def test_in_the_same_cell(self) -> None:
        assert joined({54: "Principal", 300: "$1,284 56"}) == [("1284.56", None)]

    def test_farther_away_is_a_doubt(self) -> None:
        assert joined({54: "Principal", 300: "$1,284", 385: "56"}) == [("1284.56", CENTS_APART)]

    def test_very_far_away_is_another_number(self) -> None:
        assert joined({54: "Principal", 200: "$1,284", 400: "56"}) == []

    @pytest.mark.parametrize("cents", ["5", "567", "84 mo", "%"])
    def test_only_two_digits_are_cents(self, cents: str) -> None:
        assert joined({54: "Principal", 300: "$1,284", 340: cents}) == []

    def test_a_number_without_sign_or_groups_has_none(self) -> None:
        assert joined({54: "Loan", 300: "1284", 340: "56"}) == []


class TestNextLine:
    @pytest.mark.parametrize(
        ("upper", "lower", "value"),
        [
            ("$18,316.", "57", "18316.57"),
            ("$18,316", ".57", "18316.57"),
            ("$18,", "316.57", "18316.57"),
            ("$1,218,", "316", "1218316.00"),
        ],
    )
    def test_an_amount_that_wraps(self, upper: str, lower: str, value: str) -> None:
        assert joined({54: "Payoff", 300: upper}, {300: lower}, leading=10.0) == [(value, None)]

    @pytest.mark.parametrize(
        ("upper", "lower", "value"), [("CB-77", "30194", "CB-7730194"), ("CB-", "7730194", "CB-7730194")]
    )
    def test_an_identifier_that_wraps(self, upper: str, lower: str, value: str) -> None:
        assert joined({54: "Account", 300: upper}, {300: lower}, leading=10.0) == [(value, None)]

    def test_a_year_below_is_no_part(self) -> None:
        assert joined({54: "Account", 300: "CB-7730194"}, {300: "2025"}, leading=10.0) == []

    def test_what_stands_a_line_farther_down_is_no_part(self) -> None:
        assert joined({54: "Payoff", 300: "$18,316."}, {300: "57"}, leading=30.0) == []

    def test_what_has_company_on_its_line_is_no_part(self) -> None:
        assert joined({54: "Payoff", 300: "$18,316."}, {54: "Months", 300: "57"}, leading=10.0) == []


class TestGroups:
    @pytest.mark.parametrize(
        ("upper", "lower", "value"),
        [("4471 0098 2203", "5517 08", "447100982203551708"), ("4471 0092", "1835 0047", "4471009218350047")],
    )
    def test_a_number_in_groups_goes_on_in_the_next_line(self, upper: str, lower: str, value: str) -> None:
        assert (value, None) in joined({54: "Account", 300: upper}, {300: lower}, leading=10.0)

    @pytest.mark.parametrize(
        ("upper", "lower"),
        [
            ("4471", "5517 08"),
            ("4471 0098", "Dover 19901"),
            ("4471 0098", "07/2025"),
            ("987 65", "4321"),
            ("987-65", "4321"),
        ],
    )
    def test_other_numbers_do_not(self, upper: str, lower: str) -> None:
        assert joined({54: "Account", 300: upper}, {300: lower}, leading=10.0) == []


def test_cents_beside_dollars_in_a_cell_behind_the_sign() -> None:
    assert joined({54: "Balance", 290: "$", 320: "9,362 81"}) == [("9362.81", None)]
