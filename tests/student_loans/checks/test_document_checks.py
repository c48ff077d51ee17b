"""What each check says of right values, of wrong ones, and when it keeps silent."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from student_loans.checks.document_checks import CHECK_STRENGTH, CheckResult, row_problems, run_checks
from student_loans.checks.finance import actuarial_apr, add_months, level_payment, round_cents
from student_loans.records import DocumentType, ScheduleRow, field_catalog

NOTE, DISCLOSURE = DocumentType.PROMISSORY_NOTE, DocumentType.LOAN_DISCLOSURE
BILL, PAYOFF = DocumentType.BILLING_STATEMENT, DocumentType.PAYOFF_LETTER
SCHEDULE = DocumentType.REPAYMENT_SCHEDULE

LOAN = {"loan_amount": "10000.00", "interest_rate": "6", "term_months": "120", "monthly_payment": "111.02"}
NEAR = {"disbursement_date": "2024-01-10", "first_payment_date": "2024-02-10"}
DEFERRED = {"disbursement_date": "2024-01-10", "first_payment_date": "2024-08-25"}
COST = LOAN | {
    "origination_fee": "200.00",
    "amount_financed": "9800.00",
    "total_of_payments": "13322.46",
    "finance_charge": "3522.46",
    "apr": str(round_cents(actuarial_apr(Decimal(9800), Decimal("111.02"), 120) or Decimal(0))),
    "document_date": "2024-01-02",
    "maturity_date": "2034-01-10",
}
LETTER = {
    "principal_balance": "33602.02",
    "accrued_interest": "175.54",
    "payoff_amount": "33777.56",
    "interest_rate": "4.54",
    "per_diem": "4.1795",
    "document_date": "2022-06-01",
    "payoff_good_through_date": "2022-06-17",
}


def _amortize(amount: str, rate: str, months: int, first: date) -> list[ScheduleRow]:
    balance, payment = Decimal(amount), round_cents(level_payment(Decimal(amount), Decimal(rate), months))
    rows = []
    for number in range(1, months + 1):
        interest = round_cents(balance * Decimal(rate) / 1200)
        principal = balance if number == months else payment - interest
        balance -= principal
        due = add_months(first, number - 1).isoformat()
        rows.append(ScheduleRow(str(number), due, *map(str, (principal + interest, principal, interest, balance))))
    return rows


ROWS = _amortize("10000.00", "6", 120, date(2024, 2, 10))
HEADER = LOAN | {
    "first_payment_date": "2024-02-10",
    "maturity_date": "2034-01-10",
    "total_of_payments": str(sum(Decimal(row.payment or 0) for row in ROWS)),
    "finance_charge": str(sum(Decimal(row.interest or 0) for row in ROWS)),
}


def _named(name: str, results: tuple[CheckResult, ...]) -> list[bool]:
    return [result.passed for result in results if result.name == name]


def _failed(results: tuple[CheckResult, ...]) -> set[str]:
    return {result.name for result in results if not result.passed}


@pytest.mark.parametrize(
    ("document_type", "values", "schedule"),
    [(NOTE, LOAN | NEAR, []), (DISCLOSURE, COST | NEAR, []), (PAYOFF, LETTER, []), (SCHEDULE, HEADER, ROWS)],
)
def test_right_values_fail_no_check_and_are_witnessed(
    document_type: DocumentType, values: dict[str, str], schedule: list[ScheduleRow]
) -> None:
    results = run_checks(document_type, values, schedule)
    assert _failed(results) == set()
    witnessed = {field for result in results if CHECK_STRENGTH[result.name] >= 0.4 for field in result.fields}
    dates_without_partner = {"document_date", "disbursement_date", "payoff_good_through_date"}
    assert set(values) - dates_without_partner <= witnessed | {"first_payment_date"}


@pytest.mark.parametrize(
    ("values", "field", "wrong", "check"),
    [
        (COST | NEAR, "monthly_payment", "117.02", "amortization"),
        (COST | NEAR, "total_of_payments", "13922.46", "total_of_payments"),
        (COST | NEAR, "finance_charge", "3522.76", "finance_charge"),
        (COST | NEAR, "origination_fee", "260.00", "amount_financed"),
        (COST | NEAR, "apr", "6.98", "apr"),
        (COST | NEAR, "apr", "5.47", "apr_floor"),
        (COST | NEAR, "interest_rate", "60", "rate_range"),
        (COST | NEAR, "maturity_date", "2034-07-10", "term_dates"),
        (COST | NEAR, "first_payment_date", "2023-02-10", "date_order"),
        (COST | NEAR, "first_payment_date", "2094-02-10", "date_order"),
    ],
)
def test_a_wrong_value_of_a_disclosure_fails_its_check(
    values: dict[str, str], field: str, wrong: str, check: str
) -> None:
    results = run_checks(DISCLOSURE, values | {field: wrong})
    assert check in _failed(results)
    assert any(field in result.fields for result in results if not result.passed)


class TestAmortization:
    def test_interest_capitalized_after_deferment_passes(self) -> None:
        payment = round_cents(level_payment(Decimal("10000") * Decimal("1.03"), Decimal(6), 120))
        results = run_checks(NOTE, LOAN | DEFERRED | {"monthly_payment": str(payment)})
        assert _named("amortization_deferred", results) == [True]

    def test_a_mismatch_that_deferment_may_explain_is_silent(self) -> None:
        assert _named("amortization", run_checks(NOTE, LOAN | DEFERRED | {"monthly_payment": "112.34"})) == []

    def test_a_mismatch_without_dates_is_silent(self) -> None:
        assert _named("amortization", run_checks(NOTE, LOAN | {"monthly_payment": "112.34"})) == []

    def test_a_payment_too_small_for_the_loan_fails_with_or_without_dates(self) -> None:
        assert _named("amortization", run_checks(NOTE, LOAN | {"monthly_payment": "11.02"})) == [False]
        assert _named("amortization", run_checks(NOTE, LOAN | DEFERRED | {"monthly_payment": "101.02"})) == [False]


class TestTotalOfPayments:
    def test_within_one_payment_nothing_is_said_when_the_payment_is_not_proven(self) -> None:
        values = {"total_of_payments": "13250.00", "monthly_payment": "111.02", "term_months": "120"}
        assert _named("total_of_payments", run_checks(DISCLOSURE, values)) == []

    def test_interest_paid_during_deferment_may_add_to_it(self) -> None:
        values = LOAN | DEFERRED | {"total_of_payments": "13622.40"}
        assert _named("total_of_payments", run_checks(DISCLOSURE, values)) == []

    def test_sums_one_cent_apart_prove_and_disprove_nothing(self) -> None:
        assert _named("finance_charge", run_checks(DISCLOSURE, COST | NEAR | {"finance_charge": "3522.47"})) == []


class TestApr:
    def test_within_an_eighth_of_a_point_it_is_legal_but_no_evidence(self) -> None:
        apr = str(Decimal(COST["apr"]) + Decimal("0.05"))
        assert _named("apr", run_checks(DISCLOSURE, COST | NEAR | {"apr": apr})) == []

    def test_below_the_rate_is_possible_when_payments_are_deferred(self) -> None:
        assert _named("apr_floor", run_checks(DISCLOSURE, COST | DEFERRED | {"apr": "5.50"})) == []

    def test_a_loan_without_fee_finances_all_of_it(self) -> None:
        values = {"loan_amount": "10000.00", "amount_financed": "10000.00", "origination_fee": "0.00"}
        assert _named("amount_financed_without_fee", run_checks(DISCLOSURE, values)) == [True]
        assert _failed(run_checks(DISCLOSURE, values | {"amount_financed": "10060.00"})) == {"amount_financed"}


class TestBalances:
    def test_a_payoff_below_the_balance_fails(self) -> None:
        assert "payoff_amount" in _failed(run_checks(PAYOFF, LETTER | {"payoff_amount": "33177.56"}))

    def test_a_payoff_may_hold_a_round_fee_or_interest_to_its_last_day(self) -> None:
        assert _named("payoff_amount_with_fee", run_checks(PAYOFF, LETTER | {"payoff_amount": "33802.56"})) == [True]
        until = LETTER | {"payoff_amount": "33844.43"}
        assert _named("payoff_amount", run_checks(PAYOFF, until)) == [True]

    def test_a_payoff_that_differs_a_little_is_silent(self) -> None:
        assert _named("payoff_amount", run_checks(PAYOFF, LETTER | {"payoff_amount": "33779.16"})) == []

    def test_a_per_diem_far_from_the_daily_interest_fails_and_a_near_one_is_silent(self) -> None:
        assert _named("per_diem", run_checks(PAYOFF, LETTER | {"per_diem": "9.1795"})) == [False]
        assert _named("per_diem", run_checks(PAYOFF, LETTER | {"per_diem": "4.1895"})) == []

    def test_a_letter_that_prints_its_balance_only_is_checked_by_it(self) -> None:
        letter = {"current_balance" if name == "principal_balance" else name: value for name, value in LETTER.items()}
        assert _named("payoff_amount", run_checks(PAYOFF, letter)) == [True]
        assert _named("per_diem", run_checks(PAYOFF, letter)) == [True]

    def test_interest_accrues_on_the_principal_and_not_on_the_balance(self) -> None:
        letter = LETTER | {"current_balance": "50000.00", "per_diem": "6.22"}
        assert _named("per_diem", run_checks(PAYOFF, letter)) == [False]

    @pytest.mark.parametrize(("balance", "outcome"), [("33777.56", [True]), ("33802.56", []), ("33602.01", [False])])
    def test_the_balance_is_principal_and_unpaid_interest(self, balance: str, outcome: list[bool]) -> None:
        assert _named("current_balance", run_checks(PAYOFF, LETTER | {"current_balance": balance})) == outcome

    @pytest.mark.parametrize("name", ["principal_balance", "current_balance"])
    def test_accrued_interest_is_that_of_whole_days(self, name: str) -> None:
        values = {name: "36261.99", "interest_rate": "11.97", "accrued_interest": "118.92"}
        assert _named("accrued_interest", run_checks(BILL, values)) == [True]
        assert _named("accrued_interest", run_checks(BILL, values | {"accrued_interest": "113.92"})) == []

    def test_amount_due_is_the_instalment_and_what_is_past_due(self) -> None:
        values = {"amount_due": "505.46", "monthly_payment": "252.73", "past_due_amount": "252.73"}
        assert _named("amount_due", run_checks(BILL, values)) == [True]
        assert run_checks(BILL, values | {"amount_due": "530.46"}) == ()

    def test_without_past_due_the_instalment_is_due(self) -> None:
        values = {"amount_due": "252.73", "monthly_payment": "252.73"}
        assert _named("amount_due_without_past_due", run_checks(BILL, values)) == [True]


@pytest.mark.parametrize(("year", "passes"), [("2023", True), ("1923", False), ("2923", False)])
def test_tax_year_is_one_of_the_form(year: str, passes: bool) -> None:
    assert _named("tax_year", run_checks(DocumentType.FORM_1098E, {"tax_year": year})) == [passes]


class TestSchedule:
    @pytest.mark.parametrize(
        ("field", "wrong", "check"),
        [
            ("term_months", "126", "schedule_row_count"),
            ("loan_amount", "10600.00", "schedule_opening"),
            ("monthly_payment", "117.02", "schedule_payment"),
            ("total_of_payments", "13333.33", "schedule_total"),
            ("finance_charge", "3300.00", "schedule_interest"),
            ("first_payment_date", "2024-02-16", "schedule_first_date"),
            ("maturity_date", "2034-01-16", "schedule_last_date"),
            ("interest_rate", "0.6", "amortization"),
        ],
    )
    def test_a_wrong_value_above_the_rows_fails(self, field: str, wrong: str, check: str) -> None:
        assert check in _failed(run_checks(SCHEDULE, HEADER | {field: wrong}, ROWS))

    def test_right_rows_have_no_problem(self) -> None:
        assert row_problems(ROWS) == ()

    @pytest.mark.parametrize(
        ("rows", "problem"),
        [
            (ROWS[1:], "row 1 is not the first row"),
            (ROWS[:6] + ROWS[7:], "row 8 follows row 6"),
            (ROWS[:-1], "the last row leaves a balance"),
            ([replace(ROWS[0], interest="51.00"), *ROWS[1:]], "row 1: payment is not principal and interest"),
            ([replace(ROWS[0], balance="1.00"), *ROWS[1:]], "row 2: balance is not the one before less principal"),
            (
                [replace(ROWS[0], due_date="2023-02-10"), *ROWS[1:]],
                "row 2: due_date is not a month after the one before",
            ),
            ([replace(ROWS[0], due_date=None), *ROWS[1:]], "row 1 is incomplete"),
        ],
    )
    def test_a_broken_row_is_named_by_its_number(self, rows: list[ScheduleRow], problem: str) -> None:
        assert problem in row_problems(rows)
        assert _named("schedule_chain", run_checks(SCHEDULE, HEADER, rows)) == [False]

    def test_sums_are_not_compared_when_a_row_is_missing(self) -> None:
        results = run_checks(SCHEDULE, HEADER, ROWS[:6] + ROWS[7:])
        assert _named("schedule_total", results) == []
        assert _named("schedule_row_count", results) == [False]

    def test_rows_of_other_types_are_ignored(self) -> None:
        assert run_checks(NOTE, {}, ROWS) == ()


@pytest.mark.parametrize("document_type", list(DocumentType))
@pytest.mark.parametrize("text", ["", "NaN", "-1", "1e999999", "0", "9999", "9999-12-31", "0001-01-01", "x"])
def test_no_value_breaks_a_check(document_type: DocumentType, text: str) -> None:
    values = dict.fromkeys(field_catalog().kinds, text)
    run_checks(document_type, values, [ScheduleRow(text, text, text, text, text, text)] * 2)
    for field in field_catalog().kinds:
        run_checks(document_type, COST | DEFERRED | LETTER | {field: text}, ROWS[:2])


def test_reasons_name_fields_and_hold_no_value_and_every_check_has_a_weight() -> None:
    results = [
        result
        for field in COST
        for result in run_checks(
            SCHEDULE, COST | NEAR | {field: "7777.77"}, [replace(ROWS[0], balance="5.55"), *ROWS[1:]]
        )
    ]
    assert {result.name for result in results} <= set(CHECK_STRENGTH)
    assert all(0 < weight <= 1 for weight in CHECK_STRENGTH.values())
    for result in results:
        assert bool(result.reason) is not result.passed
        assert not re.search(r"\d\.\d|\d{3}", result.reason)
