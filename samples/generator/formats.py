"""How one document prints dates, money, rates and terms: chosen once per document, as one lender's template would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

_MONTHS = "January February March April May June July August September October November December".split()


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def format_date(value: date, how: str) -> str:
    """Print a date in one of the named ways."""
    name = _MONTHS[value.month - 1]
    return {
        "long": f"{name} {value.day}, {value.year}",
        "short": f"{name[:3]} {value.day}, {value.year}",
        "short_zero": f"{name[:3]} {value.day:02d}, {value.year}",
        "us": f"{value.month:02d}/{value.day:02d}/{value.year}",
        "us_bare": f"{value.month}/{value.day}/{value.year}",
        "us_two": f"{value.month:02d}/{value.day:02d}/{value.year % 100:02d}",
        "us_dash": f"{value.month:02d}-{value.day:02d}-{value.year}",
        "us_dash_two": f"{value.month:02d}-{value.day:02d}-{value.year % 100:02d}",
        "iso": value.isoformat(),
        "day_first": f"{value.day} {name} {value.year}",
        "ordinal": f"{name} {_ordinal(value.day)}, {value.year}",
        "upper": f"{name[:3].upper()} {value.day:02d} {value.year}",
    }[how]


_DATES = {"long": 20, "short": 16, "short_zero": 6, "us": 24, "us_bare": 9, "us_two": 5, "us_dash": 5, "us_dash_two": 3}
_DATES |= {"iso": 6, "day_first": 5, "ordinal": 4, "upper": 3}
_MONEY = {"dollar": 66, "bare": 11, "usd": 6, "dollar_space": 10, "no_comma": 5, "space_groups": 2}
_RATES = {"tight": 70, "space": 14, "word": 5, "per_annum": 6, "three": 20}


def format_money(amount: Decimal, how: str, places: int = 2) -> str:
    """Print dollars in one of the named ways."""
    digits = f"{amount:,.{places}f}"
    return {
        "dollar": f"${digits}",
        "bare": digits,
        "usd": f"USD {digits}",
        "dollar_space": f"$ {digits}",
        "no_comma": "$" + digits.replace(",", ""),
        "space_groups": "$ " + digits.replace(",", " "),
    }[how]


def format_rate(rate: Decimal, how: str) -> str:
    """Print a percentage in one of the named ways."""
    return {
        "tight": f"{rate}%",
        "space": f"{rate} %",
        "word": f"{rate} percent",
        "per_annum": f"{rate}% per annum",
        "three": f"{rate.quantize(Decimal('0.001'))}%",
    }[how]


@dataclass(frozen=True, slots=True)
class Formats:
    """One document's way of printing values."""

    date: str
    money: str
    rate: str
    term: str
    ssn: str
    upper_names: bool

    @classmethod
    def draw(cls, rng: Random) -> Formats:
        """Choose at random, weighted as such documents are met."""

        def pick(weights: dict[str, int]) -> str:
            return rng.choices(list(weights), list(weights.values()))[0]

        return cls(
            date=pick(_DATES),
            money=pick(_MONEY),
            rate=pick(_RATES),
            term=rng.choice(["months", "months", "years", "payments", "mos"]),
            ssn=rng.choice(["full", "stars", "exes", "last_four", "bullets"]),
            upper_names=rng.random() < 0.3,
        )


def format_term(months: int, how: str, *, bare: bool) -> str:
    """Print a term; ``bare`` when the label already says that it counts months or payments."""
    if bare:
        return str(months)
    if how == "years" and months % 12 == 0:
        return f"{months // 12} years"
    return {"payments": f"{months} monthly payments", "mos": f"{months} mos."}.get(how, f"{months} months")


def format_ssn(number: str, how: str) -> str:
    """Print a social security number, whole or masked."""
    last = number[-4:]
    return {
        "full": number,
        "stars": f"***-**-{last}",
        "exes": f"XXX-XX-{last}",
        "last_four": last,
        "bullets": f"xxx-xx-{last}",
    }[how]
