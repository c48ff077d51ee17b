"""Two documents on one sheet: side by side, one below the other, and papers that only look so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from student_loans.pages.words import PageText, Word
from student_loans.understanding.partition.several_documents import find_first_document
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page

Rows = Sequence[Row | str]


def letter(name: str, account: str, amount: str, *, sender: str = "Cedarbrook Loan Servicing") -> list[Row | str]:
    return [
        sender,
        "PO Box 4410, Lincoln, NE 68501",
        "",
        "Payoff Statement of your student loan",
        {54: "Borrower name:", 250: name},
        {54: "Account number:", 250: account},
        {54: "Date:", 250: "March 12, 2025"},
        {54: "Payoff amount:", 250: amount},
        {54: "Payoff good through:", 250: "March 31, 2025"},
        "If your payment arrives later, add the per diem.",
    ]


FIRST = letter("Marcus Ellery Dunham", "CB-7730194", "$18,316.57")
SECOND = letter("Ines Calloway Pruitt", "CB-5518820", "$19,871.05")


def beside(left: Rows, right: Rows) -> PageText:
    """Two pages on a sheet as wide as both."""
    pages = [make_page(rows) for rows in (left, right)]
    words = [_placed(word, place) for place, page in enumerate(pages) for word in page.words]
    return replace(pages[0], width_pt=2 * pages[0].width_pt, words=tuple(words))


def _placed(word: Word, place: int) -> Word:
    left, top, right, bottom = word.bbox
    return replace(word, bbox=((left + place) / 2, top, (right + place) / 2, bottom))


def reasons(page: PageText) -> tuple[str, ...]:
    return find_first_document([page]).reasons


TOLD = ("several_documents: page 1 holds more than one document",)


@pytest.mark.parametrize(
    "second", [SECOND, letter("Ines Pruitt", "9-1", "$2.31", sender="Ashwick Federal Credit Union")]
)
@pytest.mark.parametrize("printed", [True, False], ids=["printed", "scanned"])
def test_two_letters_on_one_sheet_and_only_the_first_is_read(second: Rows, printed: bool) -> None:
    below = make_page([*FIRST, "", "", *second], printed=printed)
    for page in (beside(FIRST, second), below):
        understanding = understand([page])
        assert understanding.pages == TOLD
        assert understanding.fields["borrower_name"].value == "Marcus Ellery Dunham"
        assert understanding.fields["account_number"].value == "CB-7730194"
        assert understanding.fields["payoff_amount"].value == "18316.57"


def test_the_places_of_words_stay_those_of_the_sheet() -> None:
    field = understand([beside(FIRST, SECOND)]).fields["payoff_amount"]
    assert field.tokens[0].word in beside(FIRST, SECOND).words


def test_two_accounts_at_equal_labels_are_told() -> None:
    rows = [*FIRST, {54: "Account number:", 250: "CB-5518820"}, {54: "Payoff amount:", 250: "$4,410.08"}]
    understanding = understand([make_page(rows)])
    assert understanding.pages == TOLD
    assert understanding.fields["payoff_amount"].value == "18316.57"
    assert (
        reasons(make_page([{54: "Account number:", 150: "CB-7730194", 300: "Account number:", 400: "CB-5518820"}]))
        == TOLD
    )


def test_two_borrowers_at_equal_labels_are_told() -> None:
    assert reasons(make_page([*FIRST, {54: "Borrower name:", 250: "Ines Calloway Pruitt"}])) == TOLD


@pytest.mark.parametrize(
    "more",
    [
        pytest.param([{54: "Account number:", 250: "CB-7730194"}, {54: "Borrower name:", 250: "Marcus E. Dunham"}], id="coupon"),
        pytest.param([{54: "Account number:", 250: "****0194"}], id="a masked number"),
        pytest.param([{54: "Cosigner name:", 250: "Ines Calloway Pruitt"}], id="a cosigner"),
        pytest.param([{54: "Loan number:", 250: "1-001"}, {54: "Loan number:", 250: "1-002"}], id="several loans"),
        pytest.param(["Bank routing", {54: "Account number:", 250: "000441177"}], id="a bank account"),
        pytest.param(["", "", "Ashwick Federal Credit Union", "PO Box 9, Elm, NE 68501", "owns your loan."], id="the owner"),
        pytest.param(["", "", "Cedarbrook Loan Servicing", "PO Box 4410, Lincoln, NE 68501", {54: "Amount enclosed", 250: "$"},
                      {54: "Borrower name:", 250: "Marcus E. Dunham"}], id="an address to pay to"),
    ],
)  # fmt: skip
def test_one_document_is_one(more: Rows) -> None:
    assert reasons(make_page([*FIRST, *more])) == ()


def test_a_wide_schedule_in_two_columns_is_one() -> None:
    left: list[Row | str] = [
        "Ashwick Federal Credit Union",
        "Repayment Schedule",
        {54: "No.", 150: "Due Date", 250: "Payment"},
    ]
    right: list[Row | str] = ["", "", {54: "No.", 150: "Due Date", 250: "Payment"}]
    for number in range(1, 13):
        left.append({54: str(number), 150: f"{number:02d}/06/2024", 250: "$705.97"})
        right.append({54: str(number + 12), 150: f"{number:02d}/06/2025", 250: "$705.97"})
    assert reasons(beside(left, right)) == ()
