"""Where the value of a label stands: one geometry for typed values, names and choices."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from student_loans.records import DocumentType
from student_loans.understanding.fields.labels import LabelHit, label_vocabulary, labelled_tokens
from student_loans.understanding.fields.layout import DocumentLayout, LabelsBelow, arrange
from student_loans.understanding.fields.placing import LabelPlace, fit, places
from tests.page_factory import Row, make_page


@dataclass(frozen=True)
class Asked:
    """A label on a page of a few rows."""

    layout: DocumentLayout
    label: LabelHit

    def fit(self, text: str) -> float:
        """The fit of some words of the page, as of a value that a grammar read."""
        words = text.split()
        for segment in self.layout.segments:
            printed = segment.text.split()
            for start in range(len(printed)):
                if printed[start : start + len(words)] == words:
                    return fit(self.layout, self.label, LabelPlace(tuple(segment.tokens[start : start + len(words)])))
        raise AssertionError(text)

    def places(self) -> list[str]:
        """The texts that the label may point to."""
        return [place.text for place in self._places()]

    def expected(self) -> list[str]:
        return [place.text for place in self._places() if place.expected]

    def _places(self) -> list[LabelPlace]:
        labelled = labelled_tokens(label_vocabulary().listed(self.layout))
        return list(places(self.layout, self.label, labelled))


def ask(field: str, *rows: Row | str, leading: float = 12.0, above: bool = False) -> Asked:
    layout = arrange([make_page(rows, leading=leading)])
    labels = label_vocabulary().find(layout, DocumentType.BILLING_STATEMENT)
    if above:
        layout.labels_below = LabelsBelow(pages=frozenset({1}))
    own = [label for label in labels if label.field == field]
    return Asked(layout, max(own, key=lambda label: (label.quality, label.leads, label.words)))


NAME, AMOUNT = "Ann Lee", "$312.44"


@pytest.mark.parametrize(
    "rows",
    [
        [{54: "Borrower Name:", 300: "{}"}],
        [{54: "Borrower Name: {}"}],
        [{54: "Borrower Name:"}, {54: "{}"}],
        [{54: "Borrower Name:"}, "", {54: "{}"}],
        [{54: "{}"}, {54: "Borrower Name:"}],
    ],
    ids=["in the next cell", "behind it in its cell", "under it", "far under it", "over it"],
)
def test_a_place_fits_as_well_whatever_stands_there(rows: list[dict[int, str] | str]) -> None:
    def page(value: str) -> list[Row | str]:
        return [row if isinstance(row, str) else {x: text.format(value) for x, text in row.items()} for row in rows]

    name, amount = (ask("borrower_name", *page(value)) for value in (NAME, AMOUNT))
    assert name.fit(NAME) == amount.fit(AMOUNT) > 0
    assert (name.places(), amount.places()) == ([NAME], [AMOUNT])


def test_the_nearest_cell_in_the_column_is_the_one_pointed_to() -> None:
    asked = ask("borrower_name", {54: "Borrower Name", 300: ""}, {54: NAME}, {54: "Ben Cole"})
    assert asked.places() == [NAME]
    assert asked.fit(NAME) > asked.fit("Ben Cole") > 0


def test_a_cell_beside_goes_before_the_one_under_a_label() -> None:
    asked = ask("borrower_name", {54: "Borrower Name", 300: NAME}, {54: "Ben Cole"})
    assert asked.places() == [NAME, "Ben Cole"]
    assert asked.fit(NAME) > asked.fit("Ben Cole")


def test_where_values_stand_over_their_labels_the_cell_above_is_expected() -> None:
    rows: tuple[Row | str, ...] = ({54: "Ben Cole"}, {54: "Borrower Name"}, {54: NAME})
    under, over = ask("borrower_name", *rows), ask("borrower_name", *rows, above=True)
    assert (under.expected(), over.expected()) == ([NAME], ["Ben Cole"])
    assert under.fit(NAME) > 0.8 > 0.5 > under.fit("Ben Cole")
    assert over.fit("Ben Cole") > 0.8 > 0.5 > over.fit(NAME)


def test_a_cell_far_under_a_label_is_found_for_words_as_for_numbers() -> None:
    asked = ask("cosigner_name", {54: "Cosigner Name"}, {54: NAME}, leading=44.0)
    assert asked.fit(NAME) > 0.5
    assert asked.places() == [NAME]


def test_a_cell_under_the_beginning_of_a_longer_head_is_under_its_label() -> None:
    head: Row = {54: "16 RATE IS (FIXED OR VARIABLE)", 300: "17 Final Payment Due"}
    asked = ask("rate_type", head, {54: "FIXED", 300: "09/15/2027"})
    assert asked.places() == ["FIXED"]


def test_a_number_may_stand_alone_right_of_its_labels_column_and_words_may_not() -> None:
    rows: tuple[Row | str, ...] = ({54: "Amount Due", 300: "Account Number"}, {190: AMOUNT, 340: "88-1201-7"})
    asked = ask("amount_due", *rows)
    assert asked.fit(AMOUNT) > 0.8
    assert AMOUNT not in asked.places()


def test_words_in_brackets_explain_a_label_and_are_not_its_value() -> None:
    asked = ask("borrower_name", "Borrower Name (first and last) Ann Lee")
    assert asked.places() == [NAME]
    assert (asked.fit("(first and last)"), asked.fit(NAME) > 0.9) == (0.0, True)


def test_what_else_a_label_asks_for_does_not_stand_between_it_and_its_value() -> None:
    asked = ask("lender_name", {54: "Lender's name, mailing address and telephone number", 360: "Elm Bank"})
    assert asked.places() == ["Elm Bank"]
    assert asked.fit("Elm Bank") > 0.9


def test_what_completes_a_label_does_not_stand_between_it_and_its_amount() -> None:
    asked = ask("interest_rate", {54: "Interest Rate for your loan", 360: "5.5%"})
    assert asked.places() == ["5.5%"]
    assert asked.fit("5.5%") > 0.9


def test_the_end_of_a_line_of_prose_points_to_the_next_line() -> None:
    asked = ask(
        "borrower_name",
        "You make this promise as a student and sign with your name as Borrower",
        f"{NAME} of Elm Street.",
    )
    assert asked.fit(NAME) > asked.fit("Elm") > 0


def test_a_value_over_two_lines_is_placed_by_its_first_word() -> None:
    asked = ask("application_number", {54: "Application", 300: "New Tamsin, NJ 08540"}, {340: "1-888-555-0159"})
    city, phone = asked.layout.segments[1:]
    over_two = LabelPlace((city.tokens[-1], phone.tokens[0]))
    assert over_two.x0 < city.tokens[-1].x0
    assert fit(asked.layout, asked.label, over_two) == 0.0  # the city stands between


def test_what_stands_on_another_page_belongs_to_no_label() -> None:
    layout = arrange([make_page([{54: "Borrower Name"}]), make_page([{54: NAME}], number=2)])
    label = label_vocabulary().listed(layout)[0]
    assert fit(layout, label, LabelPlace(tuple(layout.segments[-1].tokens))) == 0.0
