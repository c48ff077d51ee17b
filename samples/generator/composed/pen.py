"""The pen of one document: wordings of its family, values in its formats, marks of what was printed, values for distraction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from samples.generator.composed import names
from samples.generator.composed.blocks import Item
from samples.generator.composed.clauses import CLAUSES
from samples.generator.composed.content import Blank, Cents, Choice, Comb, Content, Lines, NameBoxes, Text, Widget, text
from samples.generator.composed.families import PLACEHOLDER, Family
from samples.generator.composed.look import Look
from samples.generator.composed.printing import (
    IDENTIFIERS,
    ORGANISATIONS,
    PEOPLE,
    Mark,
    Piece,
    Printer,
    kind_of,
    legal_date,
    spelled_amount,
)
from samples.generator.composed.story import Story

_PARTS = re.compile(r"(\{\w+\})")
_LOAN_CHOICES = ("private", "refinance", "subsidized", "unsubsidized", "plus", "consolidation")
_SHORT = {
    "Account": "Acct", "Number": "No.", "Amount": "Amt", "Payment": "Pmt", "Interest": "Int", "Principal": "Prin", "Date": "Dt", "Balance": "Bal",
    "Annual Percentage Rate": "APR", "Application": "App", "Borrower": "Borr", "Monthly": "Mo.", "Original": "Orig", "Outstanding": "Outst",
    "Social Security Number": "SSN", "Maturity": "Mat", "Disbursement": "Disb", "Current": "Curr", "Statement": "Stmt", "Previous": "Prev",
}  # fmt: skip
_BEHIND = {
    "rate": ("per annum", "per year", "p.a.", "(annual)"),
    "payoff_good_through_date": ("at 5:00 p.m. ET", "(close of business)", "12:00 PM CST"),
    "name": ("(Primary)", "(borrower)"),
}
_OTHER_CHOICES = (
    ("Yes", "No"), ("Full time", "Half time"), ("Immediate", "Interest only", "Deferred"), ("Own", "Rent", "Other"), ("Single", "Married"),
    ("Undergraduate", "Graduate", "Professional"), ("U.S. citizen", "Permanent resident"), ("Check", "ACH", "Wire"), ("Mail", "E-mail"), ("Fall", "Spring"),
)  # fmt: skip
_NOTHING = ("N/A", "None", "n/a", "-", "Not applicable", "XXXXXXXX", "--")
DEFAULT_LABELS = {
    "lender_name": ("Lender",), "servicer_name": ("Servicer",), "borrower_name": ("Borrower", "Name"), "school_name": ("School",),
    "cosigner_name": ("Cosigner",), "account_number": ("Account Number",), "document_date": ("Date",), "due_date": ("Due Date",),
    "amount_due": ("Amount Due",), "payoff_amount": ("Payoff Amount",), "payoff_good_through_date": ("Good Through",),
    "interest_paid": ("Interest Received",), "tax_year": ("Tax Year",), "loan_amount": ("Loan Amount",), "interest_rate": ("Interest Rate",),
    "loan_number": ("Loan",), "loan_type": ("Loan Type",), "principal_balance": ("Principal",), "accrued_interest": ("Interest",),
    "current_balance": ("Balance",), "monthly_payment": ("Payment",),
}  # fmt: skip
"""Wordings where a family has none for a field that every paper of the type prints, or for a column."""


@dataclass(slots=True)
class Habits:
    """What this document does with values.

    Attributes:
        choices: Share of choice fields that are boxes to mark.
        combs: Share of identifiers in cells of one character.
        name_boxes: Share of names in boxes for last, first and middle.
        solid: Whether a value is never broken over lines of running text.
        bold_in_text: Whether values in sentences are bold.
        addresses: Share of names with an address under them.
        cents_apart: Share of amounts with cents in a column of their own.
        split_year: Whether a year is printed in two pieces, 20 and 24.
        footnotes: Share of values with a footnote mark behind them.
        in_words: Whether sentences spell amounts before the figures, and dates as the day of a month.
        abbreviate: Whether labels are shortened where they can be.
    """

    choices: float
    combs: float
    name_boxes: float
    solid: bool
    bold_in_text: bool
    addresses: float = 0.0
    cents_apart: float = 0.0
    split_year: bool = False
    footnotes: float = 0.0
    in_words: bool = False
    abbreviate: bool = False


_OF_PARENTS: Mapping[str, tuple[str, ...]] = {
    "borrower_name": (
        "Parent Borrower", "Parent Borrower's Name", "Parent's Name", "Name of Parent", "Borrower (Parent)",
        "Parent Applicant", "Parent", "Borrower", "Mother or Father Who Borrows",
    ),
    "borrower_ssn_last4": ("Parent's SSN", "Parent Social Security No.", "Borrower's SSN", "SSN of Parent Borrower"),
}  # fmt: skip
_STUDENT = (
    "Student", "Student's Name", "Name of Student", "Student Name", "For the Student", "Dependent Student", "Undergraduate",
    "Son or Daughter",
)  # fmt: skip
_STUDENT_NUMBER = ("Student's SSN", "Student Social Security Number", "SSN (Student)")


@dataclass(slots=True)
class Pen:
    """Prints one document's values.

    Attributes:
        type_fields: Fields of the contract that a paper of the type can have.
        chosen: Fields that this document prints.
        blank: Of these, the ones whose label is printed without a value.
        lent: Families of the same type whose clauses may be borrowed.
        wordings: Labels that were printed for each field.
    """

    rng: Random
    family: Family
    story: Story
    look: Look
    printer: Printer
    habits: Habits
    type_fields: frozenset[str]
    chosen: set[str] = field(default_factory=set)
    blank: set[str] = field(default_factory=set)
    printed: set[str] = field(default_factory=set)
    lent: Sequence[Family] = ()
    borrowed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    wordings: dict[str, list[str]] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _clauses: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the document prints this field."""
        return name in self.chosen

    def label(self, name: str, wordings: Mapping[str, Sequence[str]] | None = None) -> str:
        """A wording for a field, mostly the same throughout the document."""
        if wordings and name in wordings:
            return self._styled(self.rng.choice(wordings[name]))
        if name not in self._labels or self.rng.random() < 0.1:
            pool = self.family.labels.get(name) or DEFAULT_LABELS.get(name) or (name.replace("_", " ").title(),)
            if self.story.student is not None:
                pool = _OF_PARENTS.get(name, pool)
            self._labels[name] = self._styled(self.rng.choice(pool))
        return self._labels[name]

    def _styled(self, label: str) -> str:
        if self.habits.abbreviate:
            for long, short in _SHORT.items():
                label = re.sub(rf"\b{long}\b", short, label)
        return self.look.cased(label)

    def mark(self, name: str, normal: str, raw: str) -> Mark | None:
        """A mark for a field of the document; none for a field that the type does not have."""
        if name not in self.type_fields:
            return None
        self.printed.add(name)
        return Mark((name,), normal, raw)

    def pieces(self, name: str, label: str = "", *, bold: bool = False) -> tuple[Piece, ...]:
        """A field's value as text."""
        normal, raw = self.printer.value(name, self.story.fields[name], label)
        return (Piece(raw, self.mark(name, normal, raw), bold),)

    def content(self, name: str, label: str = "", *, plain: bool = False) -> Content:
        """What stands in the place of a field's value.

        Args:
            name: The field.
            label: The label's wording, which may take over a unit.
            plain: Only words: no cells, boxes or form fields.
        """
        if name in self.blank:
            return self._nothing(name)
        if plain:
            return Text(self._detailed(name, label), self.habits.solid or name not in PEOPLE)
        if special := self._special(name, label):
            return special
        if self.look.widgets and self.rng.random() < 0.85:
            normal, raw = self.printer.value(name, self.story.fields[name], label)
            return Widget(raw, self.mark(name, normal, raw))
        money = kind_of(name) == "money" and self.printer.money_style == "apart"
        pieces = self._detailed(name, label)
        if self.rng.random() < self.habits.footnotes and name not in IDENTIFIERS:
            pieces = (*pieces, Piece(self.rng.choice(["*", "*", "**", "\u2020", " (1)", " (a)"])))
        value = Text(pieces, self.habits.solid, apart=money and len(pieces) == 1, typed=True)
        if name in (*PEOPLE, *ORGANISATIONS) and (
            "address" in label.lower() or self.rng.random() < self.habits.addresses
        ):
            return Lines(Text(pieces, solid=False, typed=True), self._address(name))
        return value

    def _special(self, name: str, label: str) -> Content | None:
        """Boxes to mark, cells of one character, boxes of a name, cents apart; none for words."""
        habits, kind, luck = self.habits, kind_of(name), self.rng.random()
        if kind == "choice" and luck < habits.choices:
            return self._choice(name)
        if name in PEOPLE and luck < habits.name_boxes:
            return self._name_boxes(name)
        normal, raw = self.printer.value(name, self.story.fields[name], label)
        if (name in IDENTIFIERS or (kind == "date" and "/" in raw)) and len(raw) < 22 and luck < habits.combs:
            return Comb(raw, self.mark(name, normal, raw), self.rng.choice(["cells", "cells", "ticks", "bare"]))
        if kind == "money" and luck < habits.cents_apart and raw[-3:-2] == ".":
            dollars, cents = raw[:-3], raw[-2:]
            return Cents(dollars, cents, self.mark(name, normal, f"{dollars} {cents}"))
        if name == "tax_year" and habits.split_year:
            mark = self.mark(name, normal, f"{raw[:2]} {raw[2:]}")
            return Text((Piece(raw[:2], mark), Piece(" "), Piece(raw[2:], mark, bold=True)))
        return None

    def _address(self, name: str) -> tuple[str, ...]:
        """Street, city and sometimes telephone of a person or organisation."""
        human = self.story.fields[name] if name in PEOPLE else None
        street = human.street if human else names.draw_street(self.rng)
        city = human.city if human else names.draw_city(self.rng)
        phone = (names.draw_phone(self.rng),) if not human and self.rng.random() < 0.6 else ()
        case = str.upper if self.printer.upper_people and human else str
        return (case(street), case(city), *phone)

    def _detailed(self, name: str, label: str) -> tuple[Piece, ...]:
        """A value, with the type of the rate beside a rate now and then."""
        pieces = self.pieces(name, label)
        if (
            name == "interest_rate"
            and self.has("rate_type")
            and "rate_type" not in self.blank
            and self.rng.random() < 0.12
        ):
            words = self.story.fields["rate_type"]
            words = self.rng.choice([words, words.title(), words.upper()])
            inside = Piece(words, self.mark("rate_type", words.lower(), words))
            return (
                (*pieces, Piece(" ("), inside, Piece(")")) if self.rng.random() < 0.5 else (*pieces, Piece(" "), inside)
            )
        if name == "rate_type" and self.story.fields[name] == "variable" and self.rng.random() < 0.15:
            index = self.rng.choice(["SOFR", "Prime", "1-month Term SOFR", "91-day T-bill"])
            return (*pieces, Piece(f" ({index} + {self.printer.rate(self.story.other_rate(), sign=False)}%)"))
        return (*pieces, *self._behind(name))

    def _behind(self, name: str) -> tuple[Piece, ...]:
        """Words behind a value that are no part of it, now and then."""
        behind = _BEHIND.get("name" if name == "borrower_name" else kind_of(name) if kind_of(name) == "rate" else name)
        if not behind or self.rng.random() > 0.07:
            return ()
        return (Piece(" " + self.rng.choice(behind)),)

    def _nothing(self, name: str) -> Content:
        if name in ("cosigner_name", "school_name", "origination_fee") and self.rng.random() < 0.5:
            return text(self.rng.choice(_NOTHING))
        if kind_of(name) == "choice" and self.rng.random() < self.habits.choices:
            return self._choice(name, marked=False)
        if self.look.widgets:
            return Widget("", None)
        return Blank(self.rng.random() < 0.5, self.rng.random() < 0.12)

    def _choice(self, name: str, *, marked: bool = True) -> Choice:
        value = self.story.fields[name]
        if name == "rate_type":
            words = {
                kind: self.rng.choice([kind.title(), kind.title(), f"{kind.title()} Rate"])
                for kind in ("fixed", "variable")
            }
        else:
            others = [kind for kind in _LOAN_CHOICES if kind != value]
            kinds = sorted([value, *self.rng.sample(others, self.rng.choice([1, 2, 3]))], key=_LOAN_CHOICES.index)
            words = {kind: "PLUS" if kind == "plus" else kind.title() for kind in kinds}
        if self.look.label_case == "upper":
            words = {kind: word.upper() for kind, word in words.items()}
        before = self.rng.random() < 0.85
        kinds_in_order = list(words) if self.rng.random() < 0.8 else list(words)[::-1]
        options = []
        for kind in kinds_in_order:
            chosen = marked and kind == value
            options.append((words[kind], chosen, self.mark(name, value, words[kind]) if chosen else None))
        return Choice(tuple(options), before)

    def _name_boxes(self, name: str) -> NameBoxes:
        human = self.story.fields[name]
        human = replace(human, last=f"{human.last} {human.suffix}".strip())
        middle = human.middle[:1]
        plain = " ".join(part for part in (human.first, middle, human.last) if part)
        turned = " ".join(part for part in (human.last, human.first, middle) if part)
        if self.printer.upper_people:
            plain, turned = plain.upper(), turned.upper()
        first_first = self.rng.random() < 0.3
        mark = self.mark(name, plain, plain if first_first else turned)
        case = str.upper if self.printer.upper_people else str
        parts = [("Last", case(human.last)), ("First", case(human.first)), ("M.I.", middle)]
        captions = self.rng.choice(
            [("Last", "First", "MI"), ("Last Name", "First Name", "Middle Initial"), ("LAST", "FIRST", "M.I.")]
        )
        parts = [(caption, value) for caption, (_, value) in zip(captions, parts, strict=True)]
        if first_first:
            parts = [parts[1], parts[0], parts[2]]
            mark_order = " ".join(part for part in (human.first, human.last, middle) if part)
            if mark:
                mark.raw = mark_order.upper() if self.printer.upper_people else mark_order
        return NameBoxes(tuple(parts), mark, self.rng.random() < 0.7)

    def item(self, name: str, wordings: Mapping[str, Sequence[str]] | None = None, *, plain: bool = False) -> Item:
        """A field with its label."""
        label = self.label(name, wordings)
        self.wordings.setdefault(name, []).append(label)
        return Item(label, self.content(name, label, plain=plain), name)

    def other_items(self, count: int) -> list[Item]:
        """Labels and values that no field of the contract has."""
        pool = list(self.family.others)
        if self.lent and self.rng.random() < 0.15:
            lender = self.rng.choice(list(self.lent))
            self.borrowed.add(lender.name)
            own = {other.label.lower() for other in pool} | {
                text.lower() for texts in self.family.labels.values() for text in texts
            }
            foreign = {text.lower() for texts in lender.labels.values() for text in texts}
            pool += [other for other in lender.others if other.label.lower() not in own | foreign]
        drawn = self.rng.sample(pool, min(count, len(pool)))
        found = [Item(self._styled(other.label), self.other_content(other.kind, other.label), "") for other in drawn]
        return [*found, *self._of_student()]

    def _of_student(self) -> list[Item]:
        """The student's name, and now and then the number, where a parent borrows."""
        student = self.story.student
        if student is None or self.rng.random() < 0.4:
            return []
        items = [
            Item(self._styled(self.rng.choice(_STUDENT)), Text((Piece(self.printer.person(student)),), typed=True), "")
        ]
        if self.rng.random() < 0.4:
            masked = self.rng.choice(("XXX-XX-", "***-**-", "ending in ")) + student.ssn[-4:]
            label = self._styled(self.rng.choice(_STUDENT_NUMBER))
            items.append(Item(label, Text((Piece(masked),), typed=True), ""))
        return items

    def other_content(self, kind: str, label: str = "") -> Content:
        """A value that is not the loan's."""
        if self.rng.random() < 0.08:
            return Blank(self.rng.random() < 0.4)
        if kind == "text" and self.habits.choices and self.rng.random() < 0.6:
            return self._other_choice()
        raw = self.other_text(kind, label)
        if self.look.widgets and self.rng.random() < 0.85:
            return Widget(raw, None)
        return Text((Piece(raw),), typed=True, apart=kind == "money" and self.printer.money_style == "apart")

    def _other_choice(self) -> Choice:
        """Boxes to mark for something that is no field."""
        options = self.rng.choice(_OTHER_CHOICES)
        marked = self.rng.choice([*options, *options, ""])
        return Choice(
            tuple((self.look.cased(option), option == marked, None) for option in options), self.rng.random() < 0.85
        )

    def other_text(self, kind: str, label: str = "", *, sign: bool = True) -> str:
        """A value of a kind, as text."""
        story, printer = self.story, self.printer
        if kind == "money":
            return printer.money(
                story.other_money() if self.rng.random() < 0.9 or not label else Decimal(0), sign=sign, whole=not label
            )
        if kind in ("rate", "percent"):
            rate = printer.rate(story.other_rate(), sign=sign)
            return f"{rate}%" if sign and not label and printer_is_bare(printer) else rate
        if kind == "date":
            return printer.date(story.other_date())
        if kind == "term":
            return printer.term(story.other_months(), label)
        if kind == "name":
            return printer.person(story.other_human())
        if kind == "year":
            return str(self.story.other_year())
        return self._other_words(kind)

    def _other_words(self, kind: str) -> str:
        if kind == "identifier":
            return self.story.other_identifier()
        if kind in ("organisation", "organization"):
            return self.printer.organisation(self.story.other_organisation())
        if kind == "phone":
            return names.draw_phone(self.rng)
        if kind == "address":
            return f"{names.draw_street(self.rng)}, {names.draw_city(self.rng)}"
        return names.draw_words(self.rng)

    def fill(self, template: str) -> tuple[Piece, ...]:
        """The pieces of a sentence with its values."""
        pieces: list[Piece] = []
        parts = _PARTS.split(template)
        for number, part in enumerate(parts):
            match = PLACEHOLDER.fullmatch(part)
            if not match:
                pieces.append(Piece(part))
                continue
            before = parts[number - 1] if number else ""
            after = parts[number + 1] if number + 1 < len(parts) else ""
            piece = self._placeholder(match[1], before, after)
            if (
                self.habits.in_words
                and match[1] == "loan_amount"
                and piece.text.startswith("$")
                and not before.endswith("$")
            ):
                spelled = spelled_amount(self.story.fields["loan_amount"])
                pieces += [Piece(f"{spelled} ("), piece, Piece(")")]
            else:
                pieces.append(piece)
        return tuple(pieces)

    def _placeholder(self, name: str, before: str, after: str) -> Piece:
        if name.startswith("any_"):
            kind = name[4:]
            label = "months" if re.match(r"[ -]?(month|payment|install|instal)", after) and kind == "term" else ""
            return Piece(
                self.other_text(kind, label, sign=not (before.endswith("$") or re.match(r" ?(%|percent)", after)))
            )
        label = (
            "months"
            if re.match(r"[ -]?(month|payment|install|instal|equal|consecutive|level|scheduled|regular)", after)
            else ""
        )
        label = "%" if re.match(r" ?(%|percent|per cent)", after) else label
        label = "years" if after.startswith((" year", "-year")) else label
        normal, raw = self.printer.value(name, self.story.fields[name], label)
        if self.habits.in_words and name == "document_date":
            raw = legal_date(self.story.fields[name])
        if name == "borrower_ssn_last4" and re.search(r"(ending|ends) (in|with) $|digits[^{]{0,20}$", before):
            raw = normal
        if name in ("rate_type", "loan_type"):
            raw = self.story.fields[name] if name == "rate_type" else raw
        if kind_of(name) == "rate" and printer_is_bare(self.printer) and label != "%":
            raw += "%"
        if before.endswith("$") and raw.startswith("$"):
            raw = raw[1:].strip()
        return Piece(raw, self.mark(name, normal, raw), self.habits.bold_in_text)

    def usable(self, templates: Sequence[str]) -> list[str]:
        """Sentences whose fields this document prints."""
        found = []
        for template in templates:
            fields = [name for name in PLACEHOLDER.findall(template) if not name.startswith("any_")]
            if all(name in self.chosen and name not in self.blank for name in fields):
                found.append(template)
        return found

    def clause(self) -> tuple[Piece, ...]:
        """The next clause of the terms: of the family, sometimes of another of the type, or a general one."""
        if not self._clauses:
            pool = list(self.family.prose)
            if self.story.document_type != "unknown":
                pool += self.rng.sample(CLAUSES, 4)
            if self.lent and self.rng.random() < 0.25:
                lender = self.rng.choice(list(self.lent))
                self.borrowed.add(lender.name)
                pool += lender.prose[:6]
            self.rng.shuffle(pool)
            self._clauses = self.usable(pool) or ["Keep this page for your records."]
        return self.fill(self._clauses.pop())


def printer_is_bare(printer: Printer) -> bool:
    """Whether rates stand without a sign in tables and forms; in sentences they have one."""
    return printer.rate_style == "bare"
