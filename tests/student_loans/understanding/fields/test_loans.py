"""Several loans on one paper: their rows are read, and none of them speaks for the account."""

from __future__ import annotations

import pytest

from student_loans.understanding.understand import Understanding, understand
from tests.page_factory import Row, make_page

BILL = "Student Loan Billing Statement"
SUMMARY: tuple[Row | str, ...] = ({54: "Total Amount Due", 300: "$342.10"}, {54: "Payment Due Date", 300: "03/15/2024"})
HEAD = {54: "Loan", 120: "Loan Program", 260: "Rate", 340: "Principal", 430: "Payment"}
FIRST = {54: "001", 120: "Direct Subsidized", 260: "4.53%", 340: "$3,500.00", 430: "$42.10"}
SECOND = {54: "002", 120: "Grad PLUS Loan", 260: "7.08%", 340: "$21,000.00", 430: "$300.00"}


def paper(*rows: Row | str) -> Understanding:
    return understand([make_page([BILL, "", *SUMMARY, "", *rows])])


def fields(understanding: Understanding) -> dict[str, str]:
    return {name: candidate.value for name, candidate in understanding.fields.items()}


def loans(understanding: Understanding) -> list[dict[str, str]]:
    return [{name: value.value for name, value in row.items()} for row in understanding.loans.rows]


FIRST_READ = {
    "loan_number": "001", "loan_type": "subsidized", "interest_rate": "4.53", "principal_balance": "3500.00",
    "monthly_payment": "42.10",
}  # fmt: skip
SECOND_READ = {
    "loan_number": "002", "loan_type": "plus", "interest_rate": "7.08", "principal_balance": "21000.00",
    "monthly_payment": "300.00",
}  # fmt: skip


class TestTableOfRows:
    def test_each_row_is_a_loan_and_no_row_is_the_account(self) -> None:
        read = paper(HEAD, FIRST, SECOND)
        assert loans(read) == [FIRST_READ, SECOND_READ]
        assert not read.loans.unread
        assert fields(read).keys() & FIRST_READ.keys() == set()
        assert (fields(read)["amount_due"], fields(read)["due_date"]) == ("342.10", "2024-03-15")

    def test_every_value_of_a_loan_has_its_place(self) -> None:
        rate = paper(HEAD, FIRST, SECOND).loans.rows[1]["interest_rate"]
        assert ([token.text for token in rate.tokens], rate.raw) == (["7.08%"], "7.08%")

    def test_the_row_of_totals_is_the_accounts_and_no_loan(self) -> None:
        read = paper(HEAD, FIRST, SECOND, {54: "Total", 120: "2 loans", 340: "$24,500.00", 430: "$342.10"})
        assert len(read.loans.rows) == 2
        assert fields(read)["principal_balance"] == "24500.00"
        assert "interest_rate" not in fields(read)

    def test_one_row_is_the_account(self) -> None:
        read = paper({54: "Loan", 120: "Rate", 220: "Unpaid principal"}, {54: "001", 120: "4.53%", 220: "$3,500.00"})
        assert loans(read) == []
        assert fields(read)["principal_balance"] == "3500.00"

    def test_a_rate_that_all_loans_have_is_the_accounts(self) -> None:
        head = {54: "Loan", 120: "Interest Rate", 260: "Unpaid Principal", 400: "Disbursed"}
        rows = [{54: f"00{n}", 120: "5.28%", 260: f"${n},500.00", 400: f"0{n}/20/2021"} for n in (1, 2)]
        read = paper(head, *rows)
        assert len(loans(read)) == 2
        assert fields(read)["interest_rate"] == "5.28"
        assert "principal_balance" not in fields(read)

    def test_a_header_may_stand_on_two_lines(self) -> None:
        head = ({120: "Interest", 260: "Unpaid"}, {54: "Loan", 120: "Rate", 260: "Principal"})
        read = paper(*head, {54: "A", 120: "4.53%", 260: "$3,500.00"}, {54: "B", 120: "7.08%", 260: "$21,000.00"})
        assert [(row["interest_rate"], row["principal_balance"]) for row in loans(read)] == [
            ("4.53", "3500.00"),
            ("7.08", "21000.00"),
        ]

    def test_of_two_columns_of_one_meaning_the_plainer_one_is_read(self) -> None:
        head = {
            54: "Loan",
            120: "Principal Balance",
            240: "Unpaid Interest",
            340: "Interest to Payoff Date",
            490: "Payoff",
        }
        rows = (
            {54: "001", 120: "$3,499.00", 240: "$6.29", 340: "$3.70", 490: "$3,508.99"},
            {54: "002", 120: "$17,642.00", 240: "$46.05", 340: "$27.09", 490: "$17,715.14"},
        )
        assert [row["accrued_interest"] for row in loans(paper(head, *rows))] == ["6.29", "46.05"]

    def test_a_cell_that_holds_more_than_a_value_is_left_out(self) -> None:
        second = {**SECOND, 340: "$21,000.00 est"}
        assert "principal_balance" not in loans(paper(HEAD, FIRST, second))[1]

    def test_rows_that_cannot_be_read_are_said_to_be_there(self) -> None:
        head = {54: "Loan", 120: "How it grew", 260: "What is left", 400: "Unpaid Principal"}
        rows = [{54: "first one", 120: f"$1,{n}00.00", 260: f"${n}.00", 400: f"${n},000.00"} for n in (2, 3)]
        read = paper(head, *rows)
        assert (loans(read), read.loans.unread) == ([], True)
        assert "principal_balance" not in fields(read)

    def test_payments_are_no_loans(self) -> None:
        head = {54: "Date", 160: "Description", 300: "Principal", 400: "Interest"}
        rows = [{54: f"0{n}/05/2024", 160: "Payment", 300: f"$1{n}0.00", 400: f"${n}1.00"} for n in (1, 2)]
        assert loans(paper(head, *rows)) == []

    def test_examples_of_a_disclosure_are_no_loans(self) -> None:
        head = {54: "Repayment option", 200: "Loan Amount", 320: "Rate", 420: "Total Paid"}
        rows = [{54: f"{n}. Defer", 200: "$10,000.00", 320: "25.00%", 420: f"$4{n},872.80"} for n in (1, 2)]
        title = "Private Education Loan Final Disclosure - Truth in Lending"
        read = understand([make_page([title, "", {54: "APR", 300: "8.10%"}, "", head, *rows])])
        assert (loans(read), read.loans.unread) == ([], False)
        assert "loan_amount" not in fields(read)


class TestOtherShapes:
    def test_loans_may_stand_in_columns(self) -> None:
        rows: tuple[Row, ...] = (
            {54: "Your loans", 260: "Loan 1", 400: "Loan 2"},
            {54: "Interest rate", 260: "4.53%", 400: "7.08%"},
            {54: "Unpaid principal", 260: "$3,500.00", 400: "$21,000.00"},
        )
        read = paper(*rows)
        assert loans(read) == [
            {"loan_number": "1", "interest_rate": "4.53", "principal_balance": "3500.00"},
            {"loan_number": "2", "interest_rate": "7.08", "principal_balance": "21000.00"},
        ]
        assert not fields(read).keys() & {"interest_rate", "principal_balance"}

    @pytest.mark.parametrize("heading", ["Loan {}", "Loan ID: 00{}", "Loan Number 77-0{}"])
    def test_loans_may_stand_in_blocks(self, heading: str) -> None:
        blocks: list[Row | str] = []
        for number, rate, principal in ((1, "4.53%", "$3,500.00"), (2, "7.08%", "$21,000.00")):
            blocks += [
                heading.format(number),
                {54: "Interest rate", 260: rate},
                {54: "Unpaid principal", 260: principal},
            ]
            blocks += [{54: "Loan type", 260: "Direct Unsubsidized"}, ""]
        read = paper(*blocks)
        assert [(row["interest_rate"], row["principal_balance"]) for row in loans(read)] == [
            ("4.53", "3500.00"),
            ("7.08", "21000.00"),
        ]
        assert not fields(read).keys() & {"interest_rate", "principal_balance", "loan_type"}

    def test_one_heading_is_the_account(self) -> None:
        read = paper("Loan 1", {54: "Interest rate", 260: "4.53%"}, {54: "Unpaid principal", 260: "$3,500.00"})
        assert (fields(read)["interest_rate"], loans(read)) == ("4.53", [])


def test_boxes_with_labels_in_between_are_no_rows() -> None:
    read = understand(
        [
            make_page(
                [
                    "Private Education Loan Approval Disclosure - Truth in Lending",
                    "",
                    {54: "Loan Amount", 180: "Interest Rate", 300: "Finance Charge", 420: "Total of Payments"},
                    {54: "$52,100.00", 180: "13.45%", 300: "$42,946.50", 420: "$92,832.25"},
                    {54: "About your rate", 300: "Repayment"},
                    {54: "APR", 180: "12.71%", 300: "Monthly Payment", 420: "$2,578.67"},
                ]
            )
        ]
    )
    assert not read.loans.own
    assert (fields(read)["loan_amount"], fields(read)["apr"]) == ("52100.00", "12.71")
