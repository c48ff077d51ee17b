"""The texts around a value that may say what it is."""

from __future__ import annotations

from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.weighing.contexts import SLOTS, Context, Surroundings
from tests.page_factory import Row, make_page


def context_of(raw: str, *rows: Row | str, leading: float = 16.0) -> Context:
    layout = arrange([make_page(rows, leading=leading)])
    value = next(value for value in read_values(layout) if value.raw == raw)
    return Surroundings(layout).of(value)


def texts(context: Context) -> dict[str, str]:
    return {slot: text for slot, text in zip(SLOTS, context.texts, strict=True) if text}


def test_a_label_stands_in_the_cell_beside_it() -> None:
    context = context_of("$1,250.00", {54: "Amount owed", 300: "$1,250.00"})
    assert texts(context) == {"left": "Amount owed"}
    assert context.left_gap > 0


def test_a_label_stands_before_a_value_in_its_cell() -> None:
    assert texts(context_of("$1,250.00", "Amount owed: $1,250.00"))["cell"] == "Amount owed:"


def test_a_label_stands_over_a_value() -> None:
    found = texts(context_of("7.25%", {54: "Loan", 300: "Yearly rate"}, {54: "Northgate", 300: "7.25%"}))
    assert (found["above"], found["left"]) == ("Yearly rate", "Northgate")


def test_a_column_has_its_head_and_the_place_of_the_value_in_it() -> None:
    rows = [{54: "Date", 300: "Paid"}, *({54: f"0{n}/01/2024", 300: f"$1{n}.50"} for n in (1, 2, 3))]
    context = context_of("$12.50", *rows)
    assert texts(context)["above"] == "Paid"
    assert (context.column, context.column_place) == (2, 1)


def test_a_row_of_totals_is_one() -> None:
    assert context_of("$31.50", {54: "Loan A", 300: "$10.00"}, {54: "Totals", 300: "$31.50"}).total


def test_in_running_text_the_sentence_says_what_a_value_is() -> None:
    context = context_of(
        "$3,000.00",
        "We received your letter of last month. The sum that you have to pay us",
        "in full is $3,000.00 unless the rate changes before the end of this year.",
    )
    found = texts(context)
    assert context.prose
    assert found["cell"].endswith("have to pay us in full is")
    assert found["behind"].startswith("unless the rate changes")
    assert "above" not in found


def test_a_heading_stands_over_its_part_of_the_page() -> None:
    assert texts(context_of("$9.00", "YOUR PAYMENT", {54: "Sum", 300: "$9.00"}))["section"] == "YOUR PAYMENT"
