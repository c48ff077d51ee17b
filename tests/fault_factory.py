"""Faults put into clean batches, each with what must be found: the generator behind the measured precision and recall.

A fault has a kind, and the batch comes back with the anomaly codes, fields and documents that it makes. Sizes are what
the fault means in practice: a decimal point lost (a factor of 100), a digit too many (a factor of 10 in one of several
amounts that belong together), a layout that loses a field, rates two and a half points up, another lender's share, a
longer account number, an engine that reads three times as slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from student_loans.records import DocumentRecord, DocumentType, ExtractedField
from tests.population_factory import LENDERS, Population, make_batch

if TYPE_CHECKING:
    import numpy as np

Records = list[DocumentRecord]


@dataclass(frozen=True, slots=True)
class Expected:
    """An anomaly that a fault must cause.

    Attributes:
        codes: Any of them is right.
        document_id: None for the batch.
        field: None when any field is right.
        required: Whether it is a miss when it is not found; otherwise finding it is right, and not finding it too.
    """

    codes: frozenset[str]
    document_id: str | None = None
    field: str | None = None
    required: bool = True


def lost_field(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """The commonest type no longer gives one of its required amounts."""
    name = str(random.choice(["loan_amount", "interest_rate", "monthly_payment", "apr"]))
    kind = DocumentType.LOAN_DISCLOSURE
    changed = [_without(one, name) if one.document_type is kind and random.random() < 0.9 else one for one in records]
    return changed, [Expected(frozenset({"missing_values"}), None, name)]


def lost_decimal_point(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """One to three documents print one amount a hundred times too large or too small."""
    return _scale(records, random, ["loan_amount", "amount_due", "current_balance", "payoff_amount"], (100.0, 0.01))


def lost_rate_point(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """A rate without its decimal point: 725 for 7.25."""
    return _scale(records, random, ["interest_rate"], (100.0,))


def extra_digit(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """One amount of a disclosure ten times too large: possible alone, not beside the others."""
    names = ["finance_charge", "total_of_payments", "amount_financed", "monthly_payment"]
    return _scale(records, random, names, (10.0,), DocumentType.LOAN_DISCLOSURE)


def shifted_rates(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """Every rate two and a half points higher; payments follow the rates, as after a rise of the market."""
    changed = make_batch(len(records), int(random.integers(1, 2**31)), Population(rate_shift=2.5))
    shifted = frozenset({"distribution_shift"})
    # These follow from the rate; in a small batch too few documents print them to be sure.
    follow = ("apr", "monthly_payment", "finance_charge", "total_of_payments", "per_diem", "accrued_interest")
    also = [Expected(shifted, None, name, required=False) for name in follow]
    return changed, [Expected(shifted, None, "interest_rate"), *also]


def shifted_lenders(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """One lender's share goes from a tenth to six tenths."""
    lender = next(iter(LENDERS))
    rest = 1 - LENDERS[lender]
    shares = {name: 0.6 if name == lender else 0.4 * share / rest for name, share in LENDERS.items()}
    changed = make_batch(len(records), int(random.integers(1, 2**31)), Population(lenders=shares))
    return changed, [Expected(frozenset({"category_shift"}), None, "lender")]


def unknown_lender(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """Two documents of a lender that nobody has seen."""
    chosen = _choose(records, random, lambda one: "lender_name" in one.fields, 2)
    changed = [_changed(one, {"lender_name": "Vantry Student Lending"}) if one in chosen else one for one in records]
    return changed, [Expected(frozenset({"unknown_lender"}), one.document_id) for one in chosen]


def new_account_form(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """The largest lender's account numbers get a prefix."""
    lender = "Meridian Student Finance"
    changed = [
        _changed(one, {"account_number": f"MS-{one.fields['account_number'].value}"})
        if one.fields.get("lender_name", _NONE).value == lender and "account_number" in one.fields
        else one
        for one in records
    ]
    return changed, [Expected(frozenset({"format_change"}), None, "account_number")]


def malformed_value(records: Records, random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """Two documents with an amount that is no number."""
    chosen = _choose(records, random, lambda one: "loan_amount" in one.fields, 2)
    changed = [_changed(one, {"loan_amount": "18,250.OO"}) if one in chosen else one for one in records]
    return changed, [Expected(frozenset({"malformed_values"}), one.document_id) for one in chosen]


def slow_reading(records: Records, _random: np.random.Generator) -> tuple[Records, list[Expected]]:
    """Documents without a text layer take three times as long."""
    changed = [
        replace(one, timings={stage: 3 * seconds for stage, seconds in one.timings.items()})
        if one.text_source is not None and one.text_source.value == "ocr"
        else one
        for one in records
    ]
    return changed, [Expected(frozenset({"slow_processing"}), None, "ocr")]


FAULTS: tuple[Callable[[Records, np.random.Generator], tuple[Records, list[Expected]]], ...] = (
    lost_field, lost_decimal_point, lost_rate_point, extra_digit, shifted_rates, shifted_lenders, unknown_lender,
    new_account_form, malformed_value, slow_reading,
)  # fmt: skip

_NONE = ExtractedField("", "", 0.0, 1, (0, 0, 0, 0))
_OF_DOCUMENT = frozenset({"outlier", "unusual_combination"})


def _scale(
    records: Records,
    random: np.random.Generator,
    names: Sequence[str],
    factors: Sequence[float],
    kind: DocumentType | None = None,
) -> tuple[Records, list[Expected]]:
    chosen = _choose(
        records,
        random,
        lambda one: (kind is None or one.document_type is kind) and any(name in one.fields for name in names),
        int(random.integers(1, 4)),
    )
    expected, changed = [], []
    for one in records:
        if one not in chosen:
            changed.append(one)
            continue
        name = str(random.choice([name for name in names if name in one.fields]))
        value = float(one.fields[name].value) * float(random.choice(factors))
        changed.append(_changed(one, {name: f"{value:.2f}"}))
        expected.append(Expected(_OF_DOCUMENT, one.document_id))
    return changed, expected


def _choose(
    records: Records, random: np.random.Generator, fits: Callable[[DocumentRecord], bool], count: int
) -> list[DocumentRecord]:
    fitting = [one for one in records if fits(one)]
    picked = random.choice(len(fitting), min(count, len(fitting)), replace=False)
    return [fitting[index] for index in picked]


def _changed(record: DocumentRecord, values: dict[str, str]) -> DocumentRecord:
    fields = dict(record.fields)
    for name, value in values.items():
        fields[name] = replace(fields.get(name, _NONE), value=value, raw=value)
    return replace(record, fields=fields)


def _without(record: DocumentRecord, name: str) -> DocumentRecord:
    return replace(record, fields={key: field for key, field in record.fields.items() if key != name})
