"""A fictional population of readable documents: seven types, seven lenders, amounts that agree with each other.

Everything comes from one numpy generator, so a seed names a batch. Amounts are lognormal, rates normal and cut, payments
follow from amount, rate and term by the annuity formula. Faults are put in by ``tests/fault_factory.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from student_loans.checks.finance import actuarial_apr
from student_loans.records import (
    DocumentRecord,
    DocumentType,
    ExtractedField,
    FileFormat,
    Status,
    TextSource,
    field_catalog,
)
from tests.record_factory import document_id, usual_fields

LENDERS: Mapping[str, float] = {
    "Harbor Lane Credit Union": 0.10,
    "Ashwick Federal Credit Union": 0.20,
    "Meridian Student Finance": 0.25,
    "Oakline Bank": 0.15,
    "Corvane Education Lending": 0.12,
    "Palladin Savings": 0.10,
    "Northrow Lending": 0.08,
}
TYPES: Mapping[DocumentType, float] = {
    DocumentType.LOAN_DISCLOSURE: 0.25,
    DocumentType.PROMISSORY_NOTE: 0.20,
    DocumentType.BILLING_STATEMENT: 0.20,
    DocumentType.FORM_1098E: 0.10,
    DocumentType.LOAN_APPLICATION: 0.10,
    DocumentType.PAYOFF_LETTER: 0.08,
    DocumentType.REPAYMENT_SCHEDULE: 0.07,
}
_ACCOUNT_DIGITS = dict(zip(LENDERS, (7, 12, 9, 10, 8, 11, 9), strict=True))
_SERVICERS = dict(zip(LENDERS, ("Millrace Loan Servicing", "Tern Loan Servicing") * 4, strict=False))
_FIRST_NAMES, _LAST_NAMES = ("Ada", "Omar", "Lena", "Iris", "Noel", "Tomas"), ("Tran", "Okafor", "Lindqvist", "Marsh")
_OPTIONAL_SHARE = 0.5
_MISSING_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Population:
    """What batches are drawn from.

    Attributes:
        lenders: Lender to its share.
        rate_shift: Percentage points added to every rate.
        new_field: A field that the catalogue does not know, on every document.
    """

    lenders: Mapping[str, float] = field(default_factory=lambda: LENDERS)
    rate_shift: float = 0.0
    new_field: str | None = None


def make_batch(
    documents: int, seed: int, population: Population | None = None, *, first: int = 0
) -> list[DocumentRecord]:
    """A batch of documents.

    Args:
        documents: How many.
        seed: The same seed gives the same batch.
        population: None means the clean one.
        first: Number of the first document; ids follow from the seed and the numbers.
    """
    chosen = population or Population()
    random = np.random.default_rng(seed)
    types = random.choice(np.array(list(TYPES), dtype=object), documents, p=_shares(TYPES.values()))
    lenders = random.choice(list(chosen.lenders), documents, p=_shares(chosen.lenders.values()))
    return [
        _document(random, seed * 1_000_000 + first + number, DocumentType(kind), str(lender), chosen)
        for number, (kind, lender) in enumerate(zip(types, lenders, strict=True))
    ]


def _shares(weights: Sequence[float] | object) -> np.ndarray:
    values = np.array(list(weights))  # type: ignore[call-overload]
    return values / values.sum()


def _document(
    random: np.random.Generator, number: int, kind: DocumentType, lender: str, population: Population
) -> DocumentRecord:
    values = _values(random, kind, lender, population)
    catalog = field_catalog()
    usual = usual_fields(kind)
    kept = [name for name in usual if random.random() > _MISSING_SHARE]
    kept += [name for name in catalog.fields_of(kind) if name not in usual and random.random() < _OPTIONAL_SHARE]
    if population.new_field:
        values[population.new_field] = "6"
        kept.append(population.new_field)
    pages = 1 + int(random.integers(0, 3)) if kind is not DocumentType.FORM_1098E else 1
    scanned = random.random() < 0.4
    confidences = 1 - random.beta(1.2, 30, len(kept))
    return DocumentRecord(
        document_id=document_id(number),
        source_uri=f"file:///inbox/{number}.pdf",
        status=Status.ACCEPTED if random.random() < 0.9 else Status.REVIEW,
        document_type=kind,
        document_type_confidence=0.99,
        file_format=FileFormat.TIFF if scanned and random.random() < 0.2 else FileFormat.PDF,
        page_count=pages,
        text_source=TextSource.OCR if scanned else TextSource.TEXT_LAYER,
        quality_score=float(np.clip(random.normal(0.86, 0.05), 0, 1)),
        fields={
            name: ExtractedField(values[name], values[name], float(confidence), 1, (0.1, 0.1, 0.4, 0.2))
            for name, confidence in zip(kept, confidences, strict=True)
        },
        timings={"text": float(pages * random.lognormal(0.3 if scanned else -1.5, 0.35)), "fields": 0.02},
    )


def _values(random: np.random.Generator, kind: DocumentType, lender: str, population: Population) -> dict[str, str]:
    """Every field of the type, agreeing with each other."""
    amount = _money(float(np.clip(random.lognormal(9.8, 0.45), 1500, 150_000)))
    rate = Decimal(str(round(float(np.clip(random.normal(6.8, 1.3), 2.5, 12.5)) + population.rate_shift, 2)))
    term = int(random.choice([60, 84, 120, 144, 180, 240]))
    monthly = rate / 1200
    fee = _money(float(amount) * float(random.choice([0.0, 0.01, 0.0105, 0.02])) + 0.01)
    payment = _money(float(amount * monthly / (1 - (1 + monthly) ** -term)))
    total, financed = payment * term, amount - fee
    apr = actuarial_apr(financed, payment, term) or rate
    balance = _money(float(amount) * float(random.uniform(0.2, 0.98)))
    interest = _money(float(balance) * float(rate) / 36500 * float(random.uniform(5, 30)))
    past_due = payment if random.random() < 0.1 else Decimal("0.00")
    signed = date(2026, 1, 1) + timedelta(days=int(random.integers(0, 200)))
    account = "".join(str(digit) for digit in random.integers(0, 10, _ACCOUNT_DIGITS.get(lender, 9)))
    person = f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}"
    values: dict[str, object] = {
        "lender_name": lender, "servicer_name": _SERVICERS.get(lender, "Millrace Loan Servicing"),
        "borrower_name": person, "cosigner_name": f"Ruth {person}", "school_name": "Fernhill College",
        "account_number": account, "application_number": f"A{account}",
        "borrower_ssn_last4": f"{int(random.integers(0, 10_000)):04d}",
        "document_date": signed, "disbursement_date": signed + timedelta(days=20),
        "first_payment_date": signed + timedelta(days=50), "due_date": signed + timedelta(days=21),
        "maturity_date": signed + timedelta(days=50 + 31 * term), "payoff_good_through_date": signed + timedelta(days=10),
        "loan_amount": amount, "amount_financed": financed, "finance_charge": total - financed,
        "total_of_payments": total, "monthly_payment": payment, "origination_fee": fee,
        "current_balance": balance + interest, "principal_balance": balance,
        "accrued_interest": interest, "past_due_amount": past_due, "amount_due": payment + past_due,
        "payoff_amount": balance + interest, "per_diem": _money(float(balance) * float(rate) / 36500),
        "interest_paid": _money(float(amount) * float(rate) / 100 * float(random.uniform(0.3, 1.0))),
        "interest_rate": rate, "apr": apr.quantize(Decimal("0.01")), "term_months": term, "tax_year": 2025,
        "rate_type": str(random.choice(["fixed", "variable"], p=[0.7, 0.3])),
        "loan_type": str(random.choice(["private", "refinance", "unsubsidized"], p=[0.6, 0.2, 0.2])),
    }  # fmt: skip
    return {name: str(value) for name, value in values.items() if name in field_catalog().fields_of(kind)}


def _money(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
