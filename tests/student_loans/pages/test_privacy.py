"""Numbers leave the words of a page as soon as they are read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.pages.privacy import redact_page
from student_loans.pages.words import Word
from tests.number_shapes import LABELS, OTHER_LABELS, bare, digits, others, survives, unlabelled
from tests.page_factory import Row, make_page


def text(*rows: Row | str) -> str:
    return " ".join(word.text for word in redact_page(make_page(list(rows))).words)


def test_a_number_within_a_word_is_reduced() -> None:
    assert text("SSN 987-65-4321 TIN988-96-5554") == "SSN ***-**-4321 TIN***-**-5554"


def test_a_number_over_three_words_is_reduced() -> None:
    assert text("SSN: 987 65 4321 end") == "SSN: *** ** 4321 end"


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("987.65.4321", "***.**.4321"),
        ("987_65_4321", "***_**_4321"),
        ("987/65/4321", "***/**/4321"),
        ("987\u201365\u20134321", "***\u2013**\u20134321"),
        ("987 - 65 - 4321", "*** - ** - 4321"),
        ("987- 65-4321", "***- **-4321"),
        ("724-44-6790-A", "***-**-6790-A"),
        ("SSN:987654321", "SSN:*****4321"),
        ("987-XX-4321", "***-XX-4321"),
        ("9B7-65-4321", "***-**-4321"),
    ],
)
def test_a_number_is_reduced_in_every_shape_and_no_word_moves(printed: str, kept: str) -> None:
    assert text(printed) == kept


def test_words_of_different_heights_on_one_line_are_read() -> None:
    """A tall word is on the line of a low one, and the low one is not on the line of the tall one."""
    words = [
        Word("Tax", (0.1, 0.110, 0.14, 0.125)),
        Word("ID", (0.15, 0.110, 0.18, 0.150)),
        Word("no", (0.19, 0.132, 0.23, 0.146)),
        Word("987654321", (0.1, 0.155, 0.25, 0.180)),
    ]
    page = replace(make_page(["Anna"]), words=tuple(words))
    assert redact_page(page).words[-1].text == "*****4321"


def test_other_numbers_stay() -> None:
    row = "Account 4265-5855-86 phone 1-800-555-0118 ZIP 33432-1234 sum 1234567890 EIN 12-3456789 paid $123.45 6789"
    assert text(row) == row


class TestNineDigits:
    """They may be an account number: a label has to say what they are."""

    def test_beside_their_label(self) -> None:
        assert text("SSN 987654321 Account 445566778") == "SSN *****4321 Account 445566778"
        assert text({54: "Social Security No.", 300: "987654321"}).endswith("*****4321")

    def test_under_their_label_and_no_other_column(self) -> None:
        labels, values = {54: "Account Number", 200: "Social Security Number"}, {54: "445566778", 200: "987654321"}
        assert text(labels, values) == "Account Number Social Security Number 445566778 *****4321"

    def test_over_their_label_where_nothing_stands_above(self) -> None:
        assert text("987654321", "Social Security Number") == "*****4321 Social Security Number"
        labels = ("Account Number", "445566778", "SSN", "987654321")
        assert text(*labels) == "Account Number 445566778 SSN *****4321"

    def test_one_digit_a_box(self) -> None:
        assert text({54: "Soc. Sec. No.", 200: "9 8 7 6 5 4 3 2 1"}) == "Soc. Sec. No. * * * * * 4 3 2 1"
        boxes = {150 + 18 * place: digit for place, digit in enumerate("987654321")}
        assert text({150: "SSN"}, boxes) == "SSN * * * * * 4 3 2 1"

    def test_printed_again_without_a_label(self) -> None:
        assert text("SSN 987654321", "File 987654321 of 445566778") == "SSN *****4321 File *****4321 of 445566778"

    def test_a_longer_number_is_another_one(self) -> None:
        assert text("SSN 9876543210") == "SSN 9876543210"
        assert text({54: "SSN", 120: "***-**-4321"}, {54: "Account", 120: "445566778"}).endswith("445566778")

    def test_an_employer_identification_number_under_a_label_of_both(self) -> None:
        assert text("Taxpayer Identification Number 12-3456789") == "Taxpayer Identification Number 12-3456789"


@pytest.mark.parametrize(("upper", "lower"), [("987-65-", "4321"), ("987-65", "4321"), ("987-", "65-4321")])
def test_a_number_over_two_lines_of_a_cell_is_reduced(upper: str, lower: str) -> None:
    words = text({54: "Borrower", 300: upper, 420: "Due"}, {54: "Ann Harbor", 300: lower, 420: "May 4"})
    assert not survives("987654321", words)
    assert words.endswith("4321 May 4")


@given(unlabelled, st.sampled_from(("", "Borrower", "SSN")))
def test_whatever_the_shape_no_page_keeps_it(printed: str, before: str) -> None:
    assert not survives(printed, text(f"{before} {printed}", "Loan amount"))


@given(st.sampled_from(LABELS), bare | digits)
def test_whatever_the_label_no_page_keeps_what_it_names(label: str, printed: str) -> None:
    assert not survives(printed, text({54: label, 300: printed}))
    assert not survives(printed, text({54: label, 300: "Loan amount"}, {54: printed, 300: "$18,250.00"}))


@given(st.sampled_from(OTHER_LABELS), others | bare)
def test_no_other_number_is_changed(label: str, printed: str) -> None:
    words = " ".join(f"{label} {printed}".split())
    assert text({54: label, 200: printed}) == words
    assert text({54: "SSN", 200: "***-**-4321"}, {54: label, 200: printed}) == f"SSN ***-**-4321 {words}"
