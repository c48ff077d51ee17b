"""Prints values in one document's formats, and writes down what was printed: the truth is what stands on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from samples.generator.facts import LOAN_TYPES, Facts
from samples.generator.formats import Formats, format_date, format_money, format_rate, format_ssn, format_term
from samples.generator.labels import UNITS_IN_LABEL, pool
from student_loans.records import DocumentType, FieldKind, field_catalog

Pair = tuple[str, str]
"""A label and the text beside it."""
BALANCE = "balance"
"""Stands for the balance that a document prints: the principal or all that is owed, as its label says."""


@dataclass(slots=True)
class Ink:
    """The pen of one document.

    Attributes:
        document_type: Its type; only fields of this type become truth.
        facts: What it is about.
        formats: How it prints values.
        rng: The document's own random numbers.
        blank: Fields left empty on purpose.
        truth: Normal forms of the fields printed so far.
        printed: The same, as printed.
    """

    document_type: str
    facts: Facts
    formats: Formats
    rng: Random
    label_case: str
    blank: frozenset[str] = frozenset()
    truth: dict[str, str] = field(default_factory=dict)
    printed: dict[str, list[str]] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there is a value to print (a blank one counts: its label is printed)."""
        return self.facts.fields.get(name) is not None

    def label(self, name: str) -> str:
        """The wording for a field, the same throughout the document."""
        if name not in self._labels:
            text = self.rng.choice(pool(self.document_type, name))
            if name == "interest_rate" and self.facts.extra.get("average"):
                text = self.rng.choice(
                    ["Average Interest Rate", "Weighted Average Rate", "Weighted Avg. Interest Rate", "Avg. Rate"]
                )
            self._labels[name] = self.cased(text)
        return self._labels[name]

    def cased(self, text: str) -> str:
        """A label in the document's letter case."""
        if self.label_case == "upper":
            return text.upper()
        if self.label_case == "sentence" and not any(mark in text for mark in "(\"'"):
            words = text.split(" ")
            return " ".join(
                [words[0], *(w if w.isupper() or w in ("Co-Signer", "Box") else w.lower() for w in words[1:])]
            )
        return text

    def pairs(self, *names: str) -> list[Pair]:
        """Label and value of each field that has one."""
        found = (self._balance() if name == BALANCE else name for name in names)
        return [(self.label(name), self(name)) for name in found if self.has(name)]

    def _balance(self) -> str:
        """The balance that this document prints; all wordings are as likely as each other."""
        names = ("current_balance", "principal_balance")
        drawn = next((name for name in names if name in self._labels), None)
        if drawn is None:
            wordings = [(text, name) for name in names for text in pool(self.document_type, name)]
            text, drawn = self.rng.choice(wordings)
            self._labels[drawn] = self.cased(text)
        return drawn

    def __call__(self, name: str, *, plain: bool = False) -> str:
        """Print a field.

        Args:
            name: The field.
            plain: The bare value, as prose needs it: no index, no repeated unit.

        Returns:
            The text to put on the page, empty when the field is left blank on purpose.
        """
        if name in self.blank:
            return ""
        value, normal, text = self.facts.fields[name], "", ""
        normal, text = self._render(name, value, plain=plain)
        self._note(name, normal, text)
        if name == "interest_rate" and not plain and "index" in self.facts.extra:
            self._note("rate_type", "variable", "Variable")
            return f"Variable: {self.facts.extra['index']} (currently {text})"
        return text

    def note_term(self, printed: str) -> None:
        """Write down a term that a layout printed by itself."""
        self._note("term_months", str(self.facts.fields["term_months"]), printed)

    def _note(self, name: str, normal: str, text: str) -> None:
        kind = DocumentType(self.document_type)
        if name not in field_catalog().fields_of(kind) or name in self.blank:
            return
        self.truth[name] = normal
        spellings = self.printed.setdefault(name, [])
        if text not in spellings:
            spellings.append(text)

    def _render(self, name: str, value: Any, *, plain: bool) -> Pair:
        kind = field_catalog().kinds[name]
        if kind is FieldKind.DATE:
            return value.isoformat(), self.date(value)
        if kind is FieldKind.MONEY:
            places = max(2, -value.as_tuple().exponent)
            return f"{value:.{places}f}", self.money(value, places)
        if kind is FieldKind.RATE:
            return str(value), self.rate(value)
        if name == "term_months":
            bare = not plain and any(hint in self.label(name).lower() for hint in UNITS_IN_LABEL)
            how = "months" if plain and self.formats.term == "payments" else self.formats.term
            return str(value), format_term(value, how, bare=bare)
        if name == "borrower_ssn_last4":
            return value[-4:], format_ssn(value, self.formats.ssn)
        if name == "loan_type":
            return value, self.product(value)
        if name == "rate_type":
            return value, value if plain else self.rng.choice(
                [value.title(), value.title(), value.upper(), f"{value.title()} Rate"]
            )
        if kind is FieldKind.IDENTIFIER:
            return value.replace(" ", ""), value
        text = str(value).upper() if self.formats.upper_names and name == "borrower_name" else str(value)
        return text, text

    def product(self, loan_type: str) -> str:
        """A lender's name for a type of loan."""
        return self.facts.extra.setdefault(f"product:{loan_type}", self.rng.choice(LOAN_TYPES[loan_type]))

    def date(self, value: date) -> str:
        """Print a date that is not (or not yet) a field."""
        return format_date(value, self.formats.date)

    def money(self, amount: Decimal, places: int = 2) -> str:
        """Print an amount that is not a field."""
        return format_money(amount, self.formats.money, places)

    def rate(self, value: Decimal) -> str:
        """Print a percentage that is not a field."""
        return format_rate(value, self.formats.rate)

    def ssn(self, number: str) -> str:
        """Print somebody else's number in the document's way."""
        return format_ssn(number, self.formats.ssn)

    def or_line(self, name: str) -> str:
        """A field inside prose; a blank one is a line to write on."""
        return self(name, plain=True) or "____________"
