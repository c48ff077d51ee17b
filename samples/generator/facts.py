"""What one document is about: a loan whose amounts agree with each other, and the people around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from samples.generator import pools
from samples.generator.money import (
    Instalment,
    actuarial_apr,
    add_months,
    amortize,
    cents,
    level_payment,
    per_diem,
)

LOAN_TYPES = {
    "private": (
        "Private Education Loan",
        "Private Student Loan",
        "Undergraduate Private Loan",
        "Private Graduate Loan",
    ),
    "refinance": ("Student Loan Refinance", "Refinance Loan", "Education Refinance Loan"),
    "subsidized": ("Direct Subsidized Loan", "Subsidized Stafford", "Federal Direct Subsidized"),
    "unsubsidized": ("Direct Unsubsidized Loan", "Unsubsidized Stafford", "Federal Direct Unsubsidized"),
    "plus": ("Direct PLUS Loan", "Parent PLUS", "Grad PLUS Loan"),
    "consolidation": ("Direct Consolidation Loan", "Federal Consolidation Loan"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person with an address and an invented number in the never-issued 9xx area."""

    name: str
    street: str
    city: str
    ssn: str


@dataclass(slots=True)
class SubLoan:
    """One of the loans on an account."""

    name: str
    loan_type: str
    rate: Decimal
    original: Decimal
    balance: Decimal
    interest: Decimal
    payment: Decimal
    disbursed: date


@dataclass(slots=True)
class Facts:
    """Everything a layout may print.

    Attributes:
        fields: Field name of the contract to its Python value (str, Decimal, date or int); absent ones are missing.
        rows: The amortization table.
        loans: The loans on a servicer's account.
        extra: Other true values that are no field: fees, margins, dates, for distraction.
    """

    lender: pools.Organisation
    servicer: pools.Organisation
    borrower: Person
    cosigner: Person | None
    fields: dict[str, Any]
    rows: list[Instalment] = field(default_factory=list)
    loans: list[SubLoan] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def draw_address(rng: Random) -> tuple[str, str]:
    """A street line and a city line."""
    street = f"{rng.randint(11, 9899)} {rng.choice(pools.STREETS)} {rng.choice(pools.STREET_KINDS)}"
    if rng.random() < 0.3:
        street += rng.choice(
            [f", Apt {rng.randint(1, 40)}", f" #{rng.randint(2, 900)}", f", Unit {rng.randint(1, 30)}B"]
        )
    return street, rng.choice(pools.CITIES)


def draw_person(rng: Random) -> Person:
    """A person who does not exist."""
    middle = rng.choice(["", "", f" {rng.choice('ABCDEFGHJKLMNPRSTW')}.", f" {rng.choice(pools.FIRST_NAMES)}"])
    suffix = f" {rng.choice(pools.SUFFIXES)}" if rng.random() < 0.07 else ""
    name = f"{rng.choice(pools.FIRST_NAMES)}{middle} {rng.choice(pools.LAST_NAMES)}{suffix}"
    street, city = draw_address(rng)
    ssn = f"{rng.randint(900, 999)}-{rng.randint(10, 69)}-{rng.randint(1, 9999):04d}"
    return Person(name, street, city, ssn)


def draw_identifier(rng: Random) -> str:
    """An account number in one of many shapes."""
    digits = "".join(rng.choice("0123456789") for _ in range(12))
    return rng.choice(
        [
            digits[:10],
            digits[:9],
            digits,
            f"{digits[:4]}-{digits[4:8]}-{digits[8:]}",
            f"{digits[:3]}-{digits[3:9]}-{digits[9]}",
            f"{rng.choice(['EL', 'ST', 'PN', 'E'])}{digits[:8]}",
            f"{digits[:2]}-{digits[2:9]}",
            f"{rng.choice('BDHKMR')}{digits[:3]}-{digits[3:8]}",
        ]
    )


def draw_application_number(rng: Random) -> str:
    """A reference to an application."""
    digits = "".join(rng.choice("0123456789") for _ in range(10))
    return rng.choice(
        [
            digits,
            f"{digits[:4]}-{digits[4:]}",
            f"SLA-{digits[:7]}",
            f"EDU{digits[:8]}",
            f"{digits[:6]}-01",
            f"R{digits[:9]}",
        ]
    )


def _rate(rng: Random) -> Decimal:
    if rng.random() < 0.2:
        return Decimal(rng.randint(24, 110)) / 8 if rng.random() < 0.5 else Decimal(rng.randint(3000, 13999)) / 1000
    return Decimal(rng.randint(299, 1399)) / 100


def _tidy(rate: Decimal) -> Decimal:
    """Two places, or three where needed."""
    return rate.quantize(Decimal("0.01")) if rate == rate.quantize(Decimal("0.01")) else rate.quantize(Decimal("0.001"))


def draw_loan(rng: Random, world: str, *, deferred: bool | None = None, max_term: int = 240) -> Facts:
    """A new loan: note, disclosure, application and schedule print parts of it."""
    amount = Decimal(rng.choice([rng.randint(8, 120) * 500, rng.randint(2500, 68000), rng.randint(20, 600) * 100]))
    if rng.random() < 0.25:
        amount += Decimal(rng.randint(1, 99)) / 100
    rate = _tidy(_rate(rng))
    term = rng.choice([term for term in (36, 48, 60, 72, 84, 96, 120, 120, 144, 180, 240) if term <= max_term])
    fee = cents(
        amount * rng.choice([Decimal(0), Decimal("0.01"), Decimal("0.0425"), Decimal("0.02"), Decimal("0.01057")])
    )
    wait = rng.choice([1, 1, 2, 6, 18, 30, 42]) if deferred is None else (rng.choice([6, 18, 30]) if deferred else 1)
    signed = date(2017, 1, 1) + timedelta(days=rng.randint(0, 3200))
    disbursement = signed + timedelta(days=rng.randint(5, 40))
    first = add_months(disbursement, wait)
    # Simple interest of the deferment is capitalised when repayment begins.
    start = cents(amount * (1 + rate / 1200 * (wait - 1)))
    rows = amortize(start, rate, term, first)
    payment = level_payment(start, rate, term)
    total = sum((row.payment for row in rows), Decimal(0))
    lender, servicer = rng.choice(pools.LENDERS[world]), rng.choice(pools.SERVICERS[world])
    borrower = draw_person(rng)
    cosigner = draw_person(rng) if rng.random() < 0.5 else None
    fields: dict[str, Any] = {
        "lender_name": lender.name,
        "servicer_name": servicer.name,
        "borrower_name": borrower.name,
        "cosigner_name": cosigner.name if cosigner else None,
        "school_name": rng.choice(pools.SCHOOLS),
        "account_number": draw_identifier(rng),
        "application_number": draw_application_number(rng),
        "borrower_ssn_last4": borrower.ssn,
        "document_date": signed,
        "disbursement_date": disbursement,
        "first_payment_date": first,
        "maturity_date": rows[-1].due_date,
        "loan_amount": amount,
        "amount_financed": amount - fee,
        "finance_charge": total - (amount - fee),
        "total_of_payments": total,
        "monthly_payment": payment,
        "origination_fee": fee,
        "interest_rate": rate,
        "apr": actuarial_apr(amount - fee, payment, term, wait),
        "term_months": term,
        "rate_type": rng.choice(["fixed", "fixed", "variable"]),
        "loan_type": rng.choice(
            ["private", "private", "refinance", "subsidized", "unsubsidized", "plus", "consolidation"]
        ),
    }
    return Facts(lender, servicer, borrower, cosigner, fields, rows, extra={"wait": wait, "start": start})


def _sub_loans(rng: Random, count: int, statement: date) -> list[SubLoan]:
    loans, family = [], rng.choice([("private", "refinance"), ("subsidized", "unsubsidized", "plus")])
    same_rate = _tidy(_rate(rng))
    for index in range(count):
        original = Decimal(rng.randint(150000, 3500000)) / 100
        paid = Decimal(rng.randint(5, 60)) / 100
        rate = same_rate if rng.random() < 0.15 else _tidy(_rate(rng))
        balance = cents(original * (1 - paid))
        days = rng.randint(6, 30)
        disbursed = add_months(statement, -rng.randint(14, 80))
        name = rng.choice([f"{index + 1:03d}", f"{index + 1:02d}", f"1-0{index + 1}", f"Loan {chr(65 + index)}"])
        interest = cents(balance * rate / 36500 * days)
        payment = level_payment(original, rate, rng.choice([120, 120, 180]))
        loans.append(SubLoan(name, rng.choice(family), rate, original, balance, interest, payment, disbursed))
    return loans


def draw_account(rng: Random, world: str) -> Facts:
    """An account in repayment: billing statements, payoff letters and interest statements print parts of it."""
    facts = draw_loan(rng, world)
    statement = date(2018, 1, 5) + timedelta(days=rng.randint(0, 2850))
    loans = _sub_loans(rng, rng.choice([1, 1, 2, 3, 4, 6]), statement)
    balance = sum((loan.balance for loan in loans), Decimal(0))
    interest = sum((loan.interest for loan in loans), Decimal(0))
    payment = sum((loan.payment for loan in loans), Decimal(0))
    average = sum((loan.rate * loan.balance for loan in loans), Decimal(0)) / balance
    rate = loans[0].rate if len({loan.rate for loan in loans}) == 1 else average.quantize(Decimal("0.01"))
    past_due = cents(payment * rng.choice([0, 0, 0, 1, 1, 2]))
    types = {loan.loan_type for loan in loans}
    late_fee = Decimal(rng.choice([0, 0, 500, 1500, 2500])) / 100 if past_due else Decimal(0)
    facts.fields |= {
        "document_date": statement,
        "due_date": statement + timedelta(days=rng.randint(14, 26)),
        "principal_balance": balance,
        "current_balance": balance + interest,
        "accrued_interest": interest,
        "monthly_payment": payment,
        "past_due_amount": past_due,
        "amount_due": payment + past_due + late_fee,
        "interest_rate": rate,
        "loan_type": types.pop() if len(types) == 1 else None,
    }
    facts.loans = loans
    facts.extra |= {"late_fee": late_fee, "average": len({loan.rate for loan in loans}) > 1}
    return facts


def draw_payoff(rng: Random, world: str) -> Facts:
    """A payoff quote: principal, interest to the good-through date, fees, and interest per day."""
    facts = draw_account(rng, world)
    balance, rate = facts.fields["principal_balance"], facts.fields["interest_rate"]
    places = rng.choice([2, 2, 2, 4, 4, 3, 5])
    fees = Decimal(rng.choice([0, 0, 0, 500, 1000, 2785])) / 100
    good = facts.fields["document_date"] + timedelta(days=rng.randint(8, 30))
    interest = cents(per_diem(balance, rate, 6) * rng.randint(9, 58))
    if len(facts.loans) == 1:
        facts.loans[0].interest = interest
    facts.fields |= {
        "per_diem": per_diem(balance, rate, places),
        "accrued_interest": interest,
        "current_balance": balance + interest,
        "payoff_amount": balance + interest + fees,
        "payoff_good_through_date": good,
    }
    facts.extra |= {"fees": fees, "places": places}
    return facts


def draw_interest_statement(rng: Random, world: str) -> Facts:
    """A year's interest for Form 1098-E."""
    facts = draw_account(rng, world)
    facts.fields["tax_year"] = rng.randint(2017, 2025)
    facts.fields["interest_paid"] = Decimal(rng.randint(60001, 689999)) / 100
    return facts


DRAW = {
    "promissory_note": draw_loan,
    "loan_disclosure": draw_loan,
    "loan_application": draw_loan,
    "billing_statement": draw_account,
    "payoff_letter": draw_payoff,
    "form_1098e": draw_interest_statement,
    "repayment_schedule": draw_loan,
}
