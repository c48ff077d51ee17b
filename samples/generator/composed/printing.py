"""How one document prints values, and the marks that say where each of them stands on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from samples.generator.composed.names import Human
from samples.generator.facts import LOAN_TYPES
from samples.generator.formats import format_date

_DATE_STYLES = {
    "long": 18,
    "short": 14,
    "short_zero": 5,
    "us": 26,
    "us_bare": 9,
    "us_two": 7,
    "us_dash": 5,
    "us_dash_two": 3,
}
_DATE_STYLES |= {
    "iso": 4,
    "day_first": 3,
    "ordinal": 3,
    "upper": 4,
    "dots": 2,
    "long_upper": 4,
    "month_dash": 4,
    "spaces": 1,
    "slash_iso": 1,
}
_MONEY_STYLES = {"dollar": 62, "bare": 14, "usd": 3, "dollar_space": 9, "no_comma": 6, "apart": 8, "plain": 3}
_RATE_STYLES = {
    "two": 44,
    "short": 16,
    "three": 14,
    "space": 7,
    "three_space": 5,
    "fraction": 4,
    "bare": 5,
    "word": 3,
    "four": 2,
}
_PLAIN_DATES = {"month_dash": "%d-%b-%Y", "spaces": "%m %d %Y", "slash_iso": "%Y/%m/%d"}
_TERM_STYLES = {"months": 60, "years": 18, "mos": 8, "bare": 8, "mo": 3, "both": 3}
_SSN_STYLES = ("full", "stars", "exes", "last_four", "lower", "bare_stars", "spaces", "hash", "dots", "nine")
_CREDITS = ("-{}", "({})", "{} CR", "{}-", "{}CR")
_EIGHTHS = {1: "1/8", 2: "1/4", 3: "3/8", 4: "1/2", 5: "5/8", 6: "3/4", 7: "7/8"}
_PRODUCTS = {
    "private": ("Private", "Private Loan", "Alternative Private Loan", "Private Education"),
    "refinance": ("Refinance", "Refinanced Loan", "Refi"),
    "subsidized": ("Subsidized", "Sub Stafford", "Stafford Subsidized", "Direct Loan - Subsidized", "DL Subsidized"),
    "unsubsidized": (
        "Unsubsidized",
        "Unsub Stafford",
        "Stafford Unsubsidized",
        "Direct Loan - Unsubsidized",
        "DL Unsubsidized",
    ),
    "plus": ("PLUS", "Graduate PLUS", "Direct Parent PLUS", "PLUS Loan"),
    "consolidation": ("Consolidation", "Direct Consolidation", "Consolidation Loan"),
}
_UNITS = (
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen"
).split()
_TENS = "Zero Ten Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety".split()
_MONEY_FIELDS = (
    "loan_amount amount_financed finance_charge total_of_payments monthly_payment origination_fee current_balance principal_balance "
    "accrued_interest amount_due past_due_amount payoff_amount interest_paid per_diem"
).split()
_RATE_FIELDS = ("interest_rate", "apr")
PEOPLE = ("borrower_name", "cosigner_name")
ORGANISATIONS = ("lender_name", "servicer_name", "school_name")
IDENTIFIERS = ("account_number", "application_number", "borrower_ssn_last4")

Place = tuple[int, float, float, float, float]
"""Page from 1, left, top, right, bottom as fractions of the page."""


def kind_of(name: str) -> str:
    """The kind of a field's value."""
    if name in _MONEY_FIELDS:
        return "money"
    if name.endswith("_date"):
        return "date"
    if name in _RATE_FIELDS:
        return "rate"
    return {"term_months": "term", "tax_year": "year"}.get(
        name,
        "name"
        if name in PEOPLE
        else "organisation"
        if name in ORGANISATIONS
        else "identifier"
        if name in IDENTIFIERS
        else "choice",
    )


def legal_date(value: date) -> str:
    """A date as deeds and old notes print it."""
    day, rest = format_date(value, "ordinal").split(" ")[1].rstrip(","), format_date(value, "day_first").split(" ")
    return f"{day} day of {rest[1]}, {rest[2]}"


def spelled_amount(amount: Decimal) -> str:
    """Dollars in words, with cents as hundredths."""
    dollars, cents = divmod(int(amount * 100), 100)
    thousands, rest = divmod(dollars, 1000)
    words = [*([*_hundreds(thousands), "Thousand"] if thousands else []), *_hundreds(rest)]
    return f"{' '.join(words)} and {cents:02d}/100 Dollars"


def _hundreds(number: int) -> list[str]:
    """Words for a number below 1000."""
    hundreds, rest = divmod(number, 100)
    words = [_UNITS[hundreds], "Hundred"] if hundreds else []
    if rest >= 20:
        tens, unit = divmod(rest, 10)
        return [*words, _TENS[tens] + (f"-{_UNITS[unit]}" if unit else "")]
    return [*words, _UNITS[rest]] if rest else words


@dataclass(slots=True, eq=False)
class Mark:
    """One printing of a value.

    Attributes:
        owners: Field names, or (``loans``/``schedule``/``schedule_groups``, row, key), whose value this is.
        normal: Its normal form.
        raw: As printed.
        places: Boxes on the page, one a line; filled when it is drawn.
    """

    owners: tuple[Any, ...]
    normal: str
    raw: str
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line of text, with the mark of the value that it prints."""

    text: str
    mark: Mark | None = None
    bold: bool = False


def _pick(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


class Printer:
    """One document's way of printing values."""

    def __init__(self, rng: Random, *, latin_fractions: bool = True) -> None:
        self.rng = rng
        self.date_style, self.money_style = _pick(rng, _DATE_STYLES), _pick(rng, _MONEY_STYLES)
        self.rate_style, self.term_style = _pick(rng, _RATE_STYLES), _pick(rng, _TERM_STYLES)
        self.ssn_style = rng.choice(_SSN_STYLES)
        self.name_style = rng.choice(
            ["plain"] * 12 + ["last_first", "last_first", "last_first_plain", "last_first_bare"]
        )
        self.upper_values = rng.random() < 0.18
        self.upper_people = self.upper_values or rng.random() < 0.2
        self.upper_organisations = self.upper_values or rng.random() < 0.08
        self.credit = rng.choice(_CREDITS)
        self.grouped_identifiers = rng.random() < 0.08
        self.whole_dollars = rng.random() < 0.12
        self.sign_in_first_row = rng.random() < 0.18
        self.products: dict[str, str] = {}
        self.glyph_fractions = latin_fractions and rng.random() < 0.4

    def date(self, value: date) -> str:
        """Print a date."""
        if self.date_style in _PLAIN_DATES:
            return value.strftime(_PLAIN_DATES[self.date_style])
        if self.date_style == "dots":
            return f"{value.month:02d}.{value.day:02d}.{value.year}" if value.day > 12 else format_date(value, "us")
        text = format_date(value, "long" if self.date_style == "long_upper" else self.date_style)
        return (
            text.upper()
            if self.date_style == "long_upper" or (self.upper_values and self.date_style != "iso")
            else text
        )

    def money(self, amount: Decimal, *, sign: bool = True, whole: bool = False) -> str:
        """Print an amount.

        Args:
            amount: Dollars.
            sign: Whether the document's currency sign is printed.
            whole: Whether cents that are zero may be left out.
        """
        exponent = amount.as_tuple().exponent
        places = max(2, -exponent if isinstance(exponent, int) else 2)
        if whole and amount == amount.to_integral_value():
            places = 0
        digits = f"{abs(amount):,.{places}f}"
        text = {
            "dollar": f"${digits}",
            "bare": digits,
            "usd": f"USD {digits}",
            "dollar_space": f"$ {digits}",
            "no_comma": "$" + digits.replace(",", ""),
            "apart": f"$ {digits}",
            "plain": digits.replace(",", ""),
        }[self.money_style if sign else "bare"]
        return self.credit.format(text) if amount < 0 else text

    def cell(self, amount: Decimal, row: int) -> str:
        """Print an amount in a row of a table, from 0; the currency sign stands in the first row only, or in all."""
        return self.money(amount, sign=row == 0 or not self.sign_in_first_row)

    def rate(self, value: Decimal, *, sign: bool = True) -> str:
        """Print a percentage."""
        short = f"{value.normalize():f}"
        eighths = value * 8
        if not sign:
            return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else short
        if self.rate_style == "fraction" and eighths == int(eighths) and eighths % 8:
            return self._fraction(int(eighths))
        two = f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:.3f}"
        return {
            "short": f"{short}%",
            "three": f"{value:.3f}%",
            "four": f"{value:.4f}%",
            "space": f"{two} %",
            "three_space": f"{value:.3f} %",
            "bare": two,
            "word": f"{two} percent",
        }.get(self.rate_style, f"{two}%")

    def _fraction(self, eighths: int) -> str:
        part = _EIGHTHS[eighths % 8]
        glyph = {"1/4": "¼", "1/2": "½", "3/4": "¾"}.get(part) if self.glyph_fractions else None
        return f"{eighths // 8}{glyph}%" if glyph else f"{eighths // 8} {part}%"

    def term(self, months: int, label: str = "") -> str:
        """Print a number of months; a label that counts months or years takes the bare number."""
        label = label.lower()
        years = f"{months // 12}" if months % 12 == 0 else f"{months / 12:.1f}"
        if "year" in label and "month" not in label:
            return years if months % 12 == 0 else f"{months} months"
        if any(
            word in label for word in ("month", "payments", "mos", "installments", "instalments", "number of", "no. of")
        ):
            return str(months)
        style = self.term_style if months % 12 == 0 or self.term_style not in ("years", "both") else "months"
        return {
            "years": f"{years} years",
            "mos": f"{months} mos.",
            "mo": f"{months} mo",
            "bare": f"{months} months",
            "both": f"{months} months ({years} years)",
        }.get(style, f"{months} months")

    def ssn(self, number: str) -> str:
        """Print a social security number, whole or masked."""
        last = number[-4:]
        return {
            "full": number,
            "stars": f"***-**-{last}",
            "exes": f"XXX-XX-{last}",
            "last_four": last,
            "lower": f"xxx-xx-{last}",
            "bare_stars": f"*****{last}",
            "spaces": f"XXX XX {last}",
            "hash": f"###-##-{last}",
            "dots": f"...-..-{last}",
            "nine": number.replace("-", ""),
        }[self.ssn_style]

    def person(self, human: Human, style: str = "") -> str:
        """Print a name."""
        middle = human.middle + ("." if len(human.middle) == 1 and self.name_style != "last_first_plain" else "")
        style = style or self.name_style
        if style == "last_first":
            text = f"{human.last}, {human.first} {middle} {human.suffix}"
        elif style == "last_first_plain":
            text = f"{human.last} {human.suffix}, {human.first} {middle}".replace(" ,", ",")
        elif style == "last_first_bare":
            text = f"{human.last} {human.first} {human.middle}"
        else:
            text = f"{human.first} {middle} {human.last} {human.suffix}"
        text = " ".join(text.split())
        return text.upper() if self.upper_people else text

    def organisation(self, name: str) -> str:
        """Print a company's or school's name."""
        return name.upper() if self.upper_organisations else name

    def product(self, loan_type: str) -> str:
        """Print a type of loan, always in the same words."""
        if loan_type not in self.products:
            self.products[loan_type] = self.rng.choice(LOAN_TYPES[loan_type] + _PRODUCTS[loan_type])
        return self.products[loan_type]

    def value(self, name: str, value: Any, label: str = "") -> tuple[str, str]:
        """The normal form and the print of a field."""
        kind = kind_of(name)
        if kind == "money":
            exponent = value.as_tuple().exponent
            places = max(2, -exponent if isinstance(exponent, int) else 2)
            whole = self.whole_dollars and name in ("loan_amount", "amount_financed", "origination_fee") and value != 0
            return f"{value:.{places}f}", self.money(value, whole=whole)
        if kind == "date":
            return value.isoformat(), self.date(value)
        if kind == "rate":
            return str(value), self.rate(value, sign="%" not in label)
        if kind == "term":
            return str(value), self.term(value, label)
        if kind == "name":
            style = "last_first" if "last, first" in label.lower() or "last name first" in label.lower() else ""
            return self.person(value, style), self.person(value, style)
        if kind == "organisation":
            return self.organisation(value), self.organisation(value)
        return self._other_value(name, value, label)

    def _other_value(self, name: str, value: Any, label: str) -> tuple[str, str]:
        if name == "borrower_ssn_last4":
            text = value[-4:] if "last 4" in label.lower() or "last four" in label.lower() else self.ssn(value)
            return value[-4:], text
        if name == "loan_type":
            return value, self._cased(self.product(value))
        if name == "rate_type":
            return value, self._cased(
                value.title() if "rate" in label.lower() or self.rng.random() < 0.7 else f"{value.title()} Rate"
            )
        if name in IDENTIFIERS and self.grouped_identifiers and str(value).isdigit():
            text = str(value)
            return text, " ".join([text[:2], *(text[start : start + 4] for start in range(2, len(text), 4))])
        return str(value).replace(" ", "") if name in IDENTIFIERS else str(value), str(value)

    def _cased(self, text: str) -> str:
        return text.upper() if self.upper_values else text
