"""What one document is about: a loan or an account with real arithmetic, its people, and values that are not its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from samples.generator import facts as drawn_facts
from samples.generator.composed import names
from samples.generator.composed.families import Family
from samples.generator.composed.names import Human
from samples.generator.facts import Facts, SubLoan, draw_identifier
from samples.generator.money import add_months, cents, per_diem

_BILLED = ("billing_statement", "payoff_letter", "form_1098e", "unknown")
_DRAW = {**drawn_facts.DRAW, "unknown": drawn_facts.draw_account}
_SENDER = {"billing_statement": "servicer_name", "payoff_letter": "servicer_name"}
_PARENTS = 0.12
"""Share of documents whose borrower is the parent of a student."""
_Value = TypeVar("_Value")


@dataclass(slots=True)
class Story:
    """Facts of one document.

    Attributes:
        fields: Field of the contract to its Python value, also of fields that the paper will not print.
        sender: The field that the letterhead prints.
        student: Who studies, where a parent borrows.
        taken: Values that a value for distraction must differ from, by kind.
    """

    document_type: str
    facts: Facts
    fields: dict[str, Any]
    sender: str
    borrower: Human
    cosigner: Human | None
    rng: Random
    taken: dict[str, set[Any]] = field(default_factory=dict)
    student: Human | None = None

    @property
    def loans(self) -> list[SubLoan]:
        """The loans that the paper may list, none for a new loan."""
        return self.facts.loans

    def other_money(self, *, small: bool = True) -> Decimal:
        """An amount that is not the loan's; ``small`` ones are fees and limits as clauses name them."""
        rng = self.rng
        return self._other(
            "money",
            lambda: rng.choice(
                [
                    Decimal(rng.randint(5, 50) if small else rng.randint(100, 9000)),
                    Decimal(rng.randint(1, 60) * 500),
                    Decimal(rng.randint(500, 60000)) / 100,
                    Decimal(rng.randint(60000, 4000000)) / 100,
                ]
            ),
        )

    def other_rate(self) -> Decimal:
        """A percentage that is not the loan's."""
        rng = self.rng
        return self._other(
            "rate",
            lambda: rng.choice(
                [Decimal(rng.randint(25, 1899)) / 100, Decimal(rng.randint(4, 140)) / 8, Decimal(rng.randint(1, 25))]
            ),
        )

    def other_date(self) -> date:
        """A date that is not the loan's."""
        start = self.fields["document_date"]
        return self._other("date", lambda: date.fromordinal(start.toordinal() + self.rng.randint(-900, 700)))

    def other_months(self) -> int:
        """A number of months that is not the loan's."""
        return self._other(
            "term", lambda: self.rng.choice([3, 6, 9, 12, 18, 24, 36, 48, 60, 84, 96, 120, 144, 180, 240, 300, 360])
        )

    def other_year(self) -> int:
        """A year that is not the statement's."""
        return self._other("year", lambda: self.rng.randint(1988, 2027))

    def other_identifier(self) -> str:
        """A number that is not the account's."""
        return self._other("identifier", lambda: draw_identifier(self.rng))

    def other_human(self) -> Human:
        """Somebody else."""
        while True:
            person = names.draw_human(self.rng)
            if person.last not in (self.borrower.last, self.cosigner and self.cosigner.last):
                return person

    def other_organisation(self) -> str:
        """A company or school that has no part in the loan."""
        kind = self.rng.choice(["lender", "servicer", "school", "state"])
        return self._other("organisation", lambda: names.draw_organisation(self.rng, kind))

    def _other(self, kind: str, draw: Callable[[], _Value]) -> _Value:
        for _ in range(200):
            value = draw()
            if value not in self.taken[kind]:
                return value
        raise ValueError(f"every {kind} is the loan's own")


def draw_story(rng: Random, family: Family, *, max_term: int) -> Story:
    """Draw facts for a document of a family; ``max_term`` limits the instalments of a schedule."""
    kind = family.document_type
    if kind == "repayment_schedule":
        facts = drawn_facts.draw_loan(rng, "heldout", deferred=False, max_term=max_term)
    else:
        facts = _DRAW[kind](rng, "heldout")
    fields = {name: value for name, value in facts.fields.items() if value is not None}
    borrower = names.draw_human(rng)
    cosigner = None
    if "cosigner_name" in fields:
        cosigner = names.draw_human(rng, borrower.last if rng.random() < 0.4 else None)
        fields["cosigner_name"] = cosigner
    fields |= {"borrower_name": borrower, "borrower_ssn_last4": borrower.ssn}
    _rewrite_rates(rng, facts, fields, kind)
    _name_parties(rng, family, fields)
    sender = _sender(family, fields)
    story = Story(kind, facts, fields, sender, borrower, cosigner, rng)
    story.student = _draw_student(borrower, kind)
    if kind in _BILLED:
        _sum_account(rng, story)
    elif family.loan_columns and rng.random() < 0.4:
        _split_loan(rng, story)
    _number_loans(rng, story.loans)
    story.taken = taken_values(story)
    return story


def _draw_student(parent: Human, kind: str) -> Human | None:
    """Who studies, where a parent borrows; drawn apart, so that other documents stay as they are."""
    rng = Random(f"student of {parent.ssn}")
    if kind in ("form_1098e", "unknown") or rng.random() >= _PARENTS:
        return None
    return names.draw_human(rng, parent.last if rng.random() < 0.7 else None)


def _rewrite_rates(rng: Random, facts: Facts, fields: dict[str, Any], kind: str) -> None:
    """Make the type of the rate known where an account in repayment prints it."""
    fields["rate_type"] = rng.choice(["fixed", "fixed", "variable"])
    if kind == "loan_application" and rng.random() < 0.5:
        fields["loan_amount"] = Decimal(rng.randint(2, 90) * 500)


def _name_parties(rng: Random, family: Family, fields: dict[str, Any]) -> None:
    """Lender, servicer and school, as the maker of the paper and the type of the loan want them."""
    lender_kind = rng.choice(["lender"] * 8 + ["state", "school"])
    servicer_kind = rng.choice(["servicer"] * 8 + ["lender", "state"])
    if family.document_type in (
        "promissory_note",
        "loan_disclosure",
        "loan_application",
        "form_1098e",
        "repayment_schedule",
    ):
        lender_kind = family.maker if family.maker in ("state", "school", "government") else "lender"
        if family.maker == "servicer" and family.document_type == "form_1098e":
            lender_kind = "servicer"
    elif family.maker != "servicer":
        servicer_kind = family.maker
        lender_kind = family.maker if rng.random() < 0.6 else lender_kind
    federal = fields.get("loan_type") in ("subsidized", "unsubsidized", "plus", "consolidation")
    if lender_kind == "lender" and federal and rng.random() < (0.35 if family.document_type in _BILLED else 0.12):
        lender_kind = "government"
    fields["lender_name"] = names.draw_organisation(rng, lender_kind)
    fields["servicer_name"] = names.draw_organisation(rng, servicer_kind)
    fields["school_name"] = names.draw_organisation(rng, "school")
    if (
        family.document_type in _BILLED
        and family.document_type != "form_1098e"
        and lender_kind == family.maker
        and rng.random() < 0.6
    ):
        fields["lender_name"] = fields["servicer_name"]
    if family.maker == "school" and family.document_type in ("promissory_note", "loan_application"):
        fields["school_name"] = fields["lender_name"]


def _sender(family: Family, fields: dict[str, Any]) -> str:
    if family.document_type == "repayment_schedule":
        return "servicer_name" if family.maker == "servicer" else "lender_name"
    if family.document_type == "unknown":
        return "servicer_name"
    return _SENDER.get(family.document_type, "lender_name")


def _sum_account(rng: Random, story: Story) -> None:
    """Make the account the sum of its loans, with a credit or nothing due now and then."""
    fields, loans = story.fields, story.loans
    if rng.random() < 0.3:
        del loans[1:]
    principal = sum((loan.balance for loan in loans), Decimal(0))
    interest = sum((loan.interest for loan in loans), Decimal(0))
    payment = sum((loan.payment for loan in loans), Decimal(0))
    fields |= {"principal_balance": principal, "accrued_interest": interest, "current_balance": principal + interest}
    if story.document_type == "payoff_letter":
        places = story.facts.extra["places"]
        fields["per_diem"] = sum((per_diem(loan.balance, loan.rate, places) for loan in loans), Decimal(0))
        fields["payoff_amount"] = principal + interest + story.facts.extra["fees"]
    past_due = cents(payment * rng.choice([0, 0, 0, 1, 1, 2]))
    fields |= {"monthly_payment": payment, "past_due_amount": past_due, "amount_due": payment + past_due}
    if past_due and rng.random() < 0.3:
        fields["amount_due"] += Decimal(rng.choice([500, 1500, 2500])) / 100
    _keep_common(fields, loans)
    _credit(rng, story)


def _keep_common(fields: dict[str, Any], loans: list[SubLoan]) -> None:
    """A rate or a type that all loans have is the account's; another is not."""
    for name, values in (
        ("interest_rate", {loan.rate for loan in loans}),
        ("loan_type", {loan.loan_type for loan in loans}),
    ):
        fields.pop(name, None)
        if len(values) == 1:
            fields[name] = values.pop()


def _credit(rng: Random, story: Story) -> None:
    """Bills of borrowers who have paid ahead, or more than they owe."""
    fields, luck = story.fields, rng.random()
    if story.document_type != "billing_statement" or luck > 0.1:
        return
    fields |= {"amount_due": Decimal(0), "past_due_amount": Decimal(0)}
    if luck < 0.04 and len(story.loans) == 1:
        credit = -cents(Decimal(rng.randint(100, 40000)) / 100)
        fields |= {"principal_balance": credit, "current_balance": credit, "accrued_interest": Decimal(0)}
        story.loans[0].balance, story.loans[0].interest = credit, Decimal(0)


def _split_loan(rng: Random, story: Story) -> None:
    """A new loan in several parts, each with a rate of its own."""
    fields, count = story.fields, rng.choice([2, 3, 3, 4])
    weights = [rng.randint(1, 6) for _ in range(count)]
    parts = [cents(fields["loan_amount"] * weight / sum(weights)) for weight in weights[:-1]]
    parts.append(fields["loan_amount"] - sum(parts, Decimal(0)))
    payments = [cents(fields["monthly_payment"] * weight / sum(weights)) for weight in weights[:-1]]
    payments.append(fields["monthly_payment"] - sum(payments, Decimal(0)))
    kinds = (
        ("private", "refinance")
        if fields["loan_type"] in ("private", "refinance")
        else ("subsidized", "unsubsidized", "plus")
    )
    for amount, payment in zip(parts, payments, strict=True):
        rate = (fields["interest_rate"] + Decimal(rng.randint(-150, 150)) / 100).max(Decimal("0.5"))
        disbursed = add_months(fields["disbursement_date"], -rng.randint(0, 36))
        story.loans.append(SubLoan("", rng.choice(kinds), rate, amount, amount, Decimal(0), payment, disbursed))
    _keep_common(fields, story.loans)


def _number_loans(rng: Random, loans: list[SubLoan]) -> None:
    """Numbers of the loans, all in one style."""
    style = rng.choice(["{:03d}", "{:02d}", "1-{:02d}", "Loan {}", "{}", "0{}-1", "AES{:02d}", "SL-{:04d}"])
    first, letters = rng.choice([1, 1, 1, 4, 11]), rng.random() < 0.15
    for number, loan in enumerate(loans):
        loan.name = f"Loan {chr(65 + number)}" if letters else style.format(number + first)


def taken_values(story: Story) -> dict[str, set[Any]]:
    """All that a value for distraction must differ from."""
    values = list(story.fields.values())
    money = {value for value in values if isinstance(value, Decimal)} | {Decimal(0)}
    for loan in story.loans:
        money |= {loan.rate, loan.original, loan.balance, loan.interest, loan.payment, loan.balance + loan.interest}
    money |= {number for row in story.facts.rows for number in (row.payment, row.principal, row.interest, row.balance)}
    dates = {value for value in values if isinstance(value, date)} | {loan.disbursed for loan in story.loans}
    dates |= {row.due_date for row in story.facts.rows}
    texts = {value for value in values if isinstance(value, str)}
    return {
        "money": money,
        "rate": money,
        "date": dates,
        "term": {value for value in values if isinstance(value, int)},
        "year": {story.fields.get("tax_year")},
        "identifier": texts,
        "organisation": texts,
    }


def loan_values(story: Story, index: int) -> dict[str, Any]:
    """The contract's fields of one loan of the account."""
    loan = story.loans[index]
    return {
        "loan_number": loan.name,
        "loan_type": loan.loan_type,
        "interest_rate": loan.rate,
        "loan_amount": loan.original,
        "principal_balance": loan.balance,
        "accrued_interest": loan.interest,
        "current_balance": loan.balance + loan.interest,
        "monthly_payment": loan.payment,
        "disbursement_date": loan.disbursed,
        "first_payment_date": add_months(loan.disbursed, 6),
        "rate_type": story.fields["rate_type"],
        "lender_name": story.fields["lender_name"],
        "due_date": story.fields.get("due_date"),
        "payoff_amount": loan.balance + loan.interest,
        "per_diem": per_diem(max(loan.balance, Decimal(0)), loan.rate, story.facts.extra.get("places", 2)),
        "amount_due": loan.payment,
        "past_due_amount": Decimal(0),
    }
