"""Labels: which field a wording asks for."""

from __future__ import annotations

import pytest

from student_loans.errors import ConfigurationError
from student_loans.records import DocumentType
from student_loans.understanding.fields.labels import LabelVocabulary, label_vocabulary
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.phrases import words_of
from tests.page_factory import Row, make_page


def test_a_label_without_a_word_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="apr has a label without a word") as caught:
        LabelVocabulary({"apr": ["???"]}, {}, {})
    assert caught.value.code == "invalid_settings"


def test_the_longest_wording_wins() -> None:
    layout = arrange([make_page([{54: "Last Payment Received", 300: "05/02/2024"}])])
    labels = label_vocabulary().find(layout, DocumentType.BILLING_STATEMENT)
    assert {label.field for label in labels} == {"decoy:date", "decoy:money"}  # and not the last payment of the loan


def test_abbreviations_are_the_words_that_they_stand_for() -> None:
    assert words_of("Acct No.: Prin. Bal.") == ("account", "number", "principal", "balance")
    assert words_of("No payments are due") == ("no", "payments", "are", "due")


def test_a_name_beside_a_label_is_no_label() -> None:
    layout = arrange([make_page([{54: "Serviced by", 300: "Brightwell Loan Servicing"}])])
    labels = label_vocabulary().find(layout, DocumentType.BILLING_STATEMENT)
    unlisted = [label for label in labels if label.quality < 1]
    assert unlisted == []


def fields_of(*rows: Row | str, leading: float = 11.0) -> set[str]:
    layout = arrange([make_page(rows, leading=leading)])
    return {label.field for label in label_vocabulary().listed(layout)}


def test_the_end_of_a_sentence_is_no_label() -> None:
    over = "What your credit costs you in a year is this"
    assert "interest_rate" in fields_of({54: over}, {54: "Rate"})
    assert "interest_rate" in fields_of({54: over}, {54: "interest rate"})
    assert "interest_rate" not in fields_of({54: over}, {54: "rate."})


@pytest.mark.parametrize(("label", "field"), [("Payoff Amount:", "payoff_amount"), ("Acct. No.", "account_number")])
def test_a_point_behind_an_abbreviation_ends_no_sentence(label: str, field: str) -> None:
    assert field in fields_of({54: label, 300: "1284"})


@pytest.mark.parametrize("text", ["to interest", "To interest", "toward interest"])
def test_where_a_part_of_a_payment_went_is_no_label(text: str) -> None:
    assert "accrued_interest" not in fields_of({54: text, 300: "165.02"})


@pytest.mark.parametrize(
    ("cell", "field"), [("Principal still owed", "principal_balance"), ("Interest rate", "interest_rate")]
)
def test_of_two_labels_in_a_cell_the_first_says_what_it_asks_for(cell: str, field: str) -> None:
    layout = arrange([make_page([{54: cell, 300: "18,002.66"}])])
    labels = [label for label in label_vocabulary().find(layout, DocumentType.PAYOFF_LETTER) if not label.decoy]
    assert {(label.field, len(label.tokens)) for label in labels} == {(field, len(cell.split()))}
