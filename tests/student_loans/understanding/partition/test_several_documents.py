"""Several documents in a file are never mixed: where another begins is told, and only the first is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2
import pytest

from student_loans.pages.text_layer import read_text_layer
from student_loans.pages.words import PageText
from student_loans.records import DocumentType
from student_loans.understanding.partition.several_documents import find_first_document
from student_loans.understanding.understand import understand
from tests.page_factory import Row, make_page
from tests.student_loans.understanding.fields.other_papers import OTHER_PAPERS

Rows = Sequence[Row | str]

LEAFLETS = {"advice on loans"}
"""Papers of no borrower that speak of loans: they follow a letter as its terms do."""

HEAD: list[Row | str] = ["Cedarbrook Loan Servicing", "PO Box 4410, Lincoln, NE 68501", ""]


def payoff(
    name: str = "Marcus Ellery Dunham", account: str = "CB-7730194", date: str = "March 12, 2025"
) -> list[Row | str]:
    return [
        *HEAD,
        "Payoff Statement",
        {54: "Date:", 300: date},
        {54: "Borrower name:", 300: name},
        {54: "Account number:", 300: account},
        {54: "Principal balance:", 300: "$18,204.37"},
        {54: "Payoff amount:", 300: "$18,316.57"},
        {54: "Payoff good through:", 300: "March 31, 2025"},
    ]


def bill(
    name: str = "Ines Calloway Pruitt", account: str = "CB-5518820", date: str = "05/02/2025", due: str = "$214.37"
) -> list[Row | str]:
    return [
        *HEAD,
        "Student Loan Billing Statement",
        {54: "Borrower:", 300: name},
        {54: "Account number:", 300: account},
        {54: "Statement date:", 300: date},
        {54: "Payment due date:", 300: "05/24/2025"},
        {54: "Total amount due:", 300: due},
        {54: "Current balance:", 300: "$19,871.05"},
    ]


def note(*, last: Rows = ()) -> list[Row | str]:
    return [
        "Ashwick Federal Credit Union",
        "STUDENT LOAN PROMISSORY NOTE",
        {54: "Borrower:", 300: "Omar E. Tran"},
        {54: "Account Number:", 300: "480899068328"},
        {54: "Loan Amount:", 300: "$49,000.00"},
        {54: "Interest Rate:", 300: "8.61%"},
        "I promise to pay to your order the loan amount shown above and interest on it under the terms of",
        *last,
    ]


TERMS: Rows = [
    "this Note, which I have read before I sign it and of which I have kept a copy.",
    "7. Late Charge. If any part of a payment is not received within 15 days, you may be charged $28.00.",
    "8. Credit Reporting. We may report information about your account to consumer reporting agencies.",
]
SIGNATURES: Rows = [
    "SIGNATURES",
    "CAUTION: IT IS IMPORTANT THAT YOU READ THIS NOTE BEFORE YOU SIGN IT.",
    {54: "Borrower signature", 400: "Date signed"},
    {54: "Cosigner: Amira Tran", 400: "Date signed"},
]


def file_of(*pages: Rows, printed: bool = True) -> list[PageText]:
    return [make_page(rows, number=number, printed=printed) for number, rows in enumerate(pages, 1)]


def reasons(*pages: Rows, printed: bool = True) -> tuple[str, ...]:
    return find_first_document(file_of(*pages, printed=printed)).reasons


def begins(*pages: Rows, printed: bool = True) -> int | None:
    """The page at which another document begins."""
    told = [reason for reason in reasons(*pages, printed=printed) if reason.startswith("several_documents: page ")]
    return int(told[0].split()[2]) if told else None


class TestAnotherDocumentBegins:
    @pytest.mark.parametrize(
        "second",
        [
            pytest.param(bill(), id="another type, borrower and account of the same lender"),
            pytest.param(payoff("Ines Calloway Pruitt", "CB-5518820"), id="the same form of another borrower"),
            pytest.param(payoff(account="CB-5518820"), id="the same borrower's other account"),
            pytest.param(payoff(date="April 14, 2025"), id="the same account, another quote"),
            pytest.param(note(), id="another lender's note"),
            pytest.param(bill("Marcus Ellery Dunham", "CB-7730194"), id="another paper of the same account"),
            pytest.param(
                [
                    "Westmark State University",
                    "Office of the Bursar",
                    "Tuition Bill",
                    {54: "Tuition", 300: "$4,100.00"},
                ],
                id="a tuition bill",
            ),
            pytest.param(
                [
                    *HEAD,
                    "June 3, 2025",
                    "Ines Pruitt",
                    "12 Elm Street",
                    "Lincoln, NE 68502",
                    "Dear Ines Pruitt:",
                    "Thank you.",
                ],
                id="a letter without a title",
            ),
            pytest.param(
                [
                    {54: "Customer", 300: "Ines Pruitt"},
                    {54: "Loan number", 300: "77-120-4410"},
                    {54: "Pay by", 300: "05/24/2025"},
                ],
                id="a page without a head that names someone else",
            ),
        ],
    )
    @pytest.mark.parametrize("printed", [True, False], ids=["printed", "scanned"])
    def test_at_what_identifies_or_opens_another(self, second: Rows, printed: bool) -> None:
        assert begins(payoff(), second, printed=printed) == 2

    @pytest.mark.parametrize("name", sorted(OTHER_PAPERS.keys() - LEAFLETS))
    def test_at_a_paper_of_another_trade(self, name: str) -> None:
        assert begins(payoff(), OTHER_PAPERS[name]) == 2

    def test_after_all_pages_of_the_first(self) -> None:
        assert begins(note(), TERMS, SIGNATURES, bill(), TERMS) == 4

    def test_and_a_third_is_counted(self) -> None:
        told = reasons(payoff(), bill(), note())
        assert told[0].startswith("several_documents: page 2 begins another document: ")
        assert told[0].endswith("(1 more begin after it)")

    def test_behind_a_blank_page_and_a_separator(self) -> None:
        assert begins(payoff(), [], bill()) == 2
        assert begins(payoff(), ["Document Upload Confirmation", "Confirmation 71185245"], bill()) == 2

    def test_where_the_counter_starts_again(self) -> None:
        one = ["Page 1 of 2"]
        assert begins([*payoff(), *one], [*TERMS, "Page 2 of 2"], [*TERMS, *one], [*TERMS, "Page 2 of 2"]) == 3

    def test_where_counters_contradict_each_other(self) -> None:
        assert begins([*payoff(), "Page 1 of 2"], [*TERMS, "Page 2 of 3"]) == 2

    def test_where_only_masked_numbers_differ(self) -> None:
        first = [
            *HEAD,
            "Payoff Statement",
            {54: "Account number:", 300: "ending in 0194"},
            {54: "Payoff amount", 300: "$1.27"},
        ]
        second = [{54: "Account number:", 300: "****8820"}, {54: "Late fees", 300: "$5.00"}]
        assert begins(first, second) == 2

    def test_at_another_tax_year_of_the_same_account(self) -> None:
        def form(year: int, interest: str) -> Rows:
            return [
                "Tallpine Education Loan Trust",
                f"{year} Student Loan Interest Statement",
                "Substitute Form 1098-E",
                {54: "Borrower's name", 300: "Aisha R. Adeyemi"},
                {54: "Account Number", 300: "5309516270"},
                {54: "1. Student loan interest received by lender", 350: interest},
            ]

        assert begins(form(2023, "$788.01"), form(2022, "$902.44")) == 2
        assert begins(form(2023, "$788.01"), form(2023, "$788.01")) is None

    def test_and_no_reason_holds_a_value(self) -> None:
        told = " ".join(reasons(payoff(), bill()))
        assert not any(value in told for value in ("Ines", "Pruitt", "5518820", "CB-", "214.37"))


class TestOneDocumentOfManyPages:
    @pytest.mark.parametrize(
        "pages",
        [
            pytest.param([note(), TERMS, SIGNATURES], id="a note with terms and signatures"),
            pytest.param(
                [payoff(), [*HEAD, "Payoff Statement (continued)", {54: "Account number:", 300: "CB-7730194"}, *TERMS]],
                id="a running head",
            ),
            pytest.param(
                [bill(), ["Cedarbrook Loan Servicing", "Student Loan Billing Statement", {54: "Account number:", 300: "****8820"},
                          {54: "Loan 2", 200: "Interest rate", 300: "5.75%"}]],
                id="a running head with a masked number",
            ),
            pytest.param(
                [bill(), ["Important information", "Account ending in 8820", "How payments are applied."]],
                id="terms that name the end of the account",
            ),
            pytest.param(
                [bill(), ["Detach and return this coupon", *HEAD, {54: "Borrower:", 300: "Ines Calloway Pruitt"},
                          {54: "Account number:", 300: "CB-5518820"}, {54: "Amount due:", 300: "$214.37"}]],
                id="a coupon on the last page",
            ),
            pytest.param(
                [note(), ["TRUTH IN LENDING DISCLOSURE", {54: "Amount Financed", 300: "$48,510.00"},
                          {54: "Loan Amount", 300: "$49,000.00"}, {54: "Account Number:", 300: "480899068328"}]],
                id="a note and its own disclosure box",
            ),
            pytest.param([note(), ["INSTRUCTIONS FOR BORROWERS", "Print or type all of what is asked for."]], id="instructions"),
            pytest.param(
                [note(), ["COSIGNER", {54: "Cosigner name:", 300: "Amira Tran"}, {54: "Cosigner SSN:", 300: "XXX-XX-1122"}]],
                id="a page of the cosigner",
            ),
            pytest.param(
                [note(), ["References", {54: "Name:", 300: "Lucy Farrow"}, "12 Elm Street", "Lincoln, NE 68502"]],
                id="references",
            ),
            pytest.param(
                [["FAX COVER SHEET", "To: Records", *["This fax is confidential and for the addressee alone."] * 11], payoff()],
                id="a cover sheet with much text",
            ),
            pytest.param(
                [["FAX COVER SHEET", "To: Records", "Pages: 2"], payoff()], id="a cover sheet that counts",
            ),
            pytest.param(
                [bill(), ["AUTOMATIC PAYMENT AUTHORIZATION", {54: "Bank account number:", 300: "000441177"},
                          {54: "Routing number:", 300: "104000016"}]],
                id="a form for a bank account",
            ),
            pytest.param([payoff(), []], id="a blank back"),
            pytest.param([[*payoff(), "Page 1 of 2"], [*HEAD, *TERMS, "Page 2 of 2"]], id="letterhead paper that is counted"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("printed", [True, False], ids=["printed", "scanned"])
    def test_is_one(self, pages: list[Rows], printed: bool) -> None:
        assert reasons(*pages, printed=printed) == ()

    def test_a_schedule_over_many_pages_is_one(self) -> None:
        def page(first: int, head: Rows) -> Rows:
            table: list[Row | str] = [{54: "No.", 100: "Due Date", 200: "Payment", 300: "Balance"}]
            for number in range(first, first + 12):
                year, month = 2024 + number // 12, number % 12 + 1
                row = {
                    54: str(number),
                    100: f"{month:02d}/06/{year}",
                    200: "$705.97",
                    300: f"${30000 - 580 * number:,}.31",
                }
                table.append(row)
            return [*head, *table]

        head = ["Quillhaven Credit Union", "Repayment Schedule", {54: "Borrower", 300: "Naomi M. Pruitt"}, ""]
        running = ["Quillhaven Credit Union", "Repayment Schedule"]
        assert reasons(page(1, head), page(13, []), page(25, running)) == ()

    def test_numbers_and_names_that_a_reader_misread_are_the_same(self) -> None:
        again = [*HEAD, "Payoff Statement", {54: "Borrower name:", 300: "Marcus Ellery Dunharn"},
                 {54: "Account number:", 300: "CB-773O194"}, *TERMS]  # fmt: skip
        assert reasons(payoff(), again, printed=False) == ()
        assert begins(payoff(), again, printed=True) == 2


class TestTheFirstDocumentIsRead:
    def test_no_value_comes_from_another_page(self) -> None:
        understanding = understand(file_of(payoff(), bill()))
        assert understanding.document_type is DocumentType.PAYOFF_LETTER
        assert {token.page for field in understanding.fields.values() for token in field.tokens} == {1}
        assert understanding.fields["borrower_name"].value == "Marcus Ellery Dunham"
        assert "due_date" not in understanding.fields
        assert understanding.pages[0].startswith("several_documents: page 2")

    def test_page_numbers_stay_those_of_the_file(self) -> None:
        understanding = understand(file_of(["FAX COVER SHEET", "To: Records"], payoff(), bill()))
        assert understanding.fields["payoff_amount"].tokens[0].page == 2

    def test_a_paper_of_another_trade_before_it_is_the_first(self) -> None:
        understanding = understand(file_of(next(iter(OTHER_PAPERS.values())), payoff()))
        assert understanding.document_type is DocumentType.UNKNOWN
        assert understanding.pages[0].startswith("several_documents: page 2")

    def test_no_rows_of_another_schedule_are_read(self) -> None:
        table: Rows = [
            "Quillhaven Credit Union", "Amortization Schedule", {54: "Borrower", 300: "Ann Lee"},
            {54: "No.", 100: "Due Date", 180: "Payment", 260: "Principal", 340: "Interest", 420: "Balance"},
            *({54: str(n), 100: f"{n:02d}/06/2024", 180: "$100.00", 260: "$90.00", 340: "$10.00", 420: f"${900 - 90 * n}.00"}
              for n in range(1, 10)),
        ]  # fmt: skip
        other = [table[0], table[1], {54: "Borrower", 300: "Omar Tran"}, *table[3:]]
        assert (
            len(understand(file_of(table, other)).schedule.rows) == len(understand(file_of(table)).schedule.rows) == 9
        )


def test_every_pair_of_the_papers_here_is_told_apart() -> None:
    """A small seeded form of the measurement on pairs of the corpus."""
    rng = Random(28)
    people = ["Ann Lee Moreno", "Omar E. Tran", "Chidi O'Connor", "Naomi M. Pruitt", "Gideon Strand", "Rosa Abernathy"]
    makers = [payoff, bill]
    for _ in range(60):
        (one, other), numbers = rng.sample(people, 2), rng.sample(range(10**6, 10**7), 2)
        first, second = rng.choice(makers)(one, f"CB-{numbers[0]}"), rng.choice(makers)(other, f"CB-{numbers[1]}")
        filler = [TERMS] * rng.randrange(3)
        assert begins(first, *filler, second, printed=rng.random() < 0.5) == len(filler) + 2


CORPUS = Path(__file__).resolve().parents[4].parent / "shared" / "corpus"


@pytest.mark.skipif(not (CORPUS / "truth.jsonl").exists(), reason="the corpus is not here")
def test_pairs_of_the_corpus_are_told_apart_and_its_documents_are_whole() -> None:
    documents: dict[str, list[PageText]] = {}
    for line in (CORPUS / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["rendering"] == "born_digital":
            with pypdfium2.PdfDocument(CORPUS / "documents" / label["file"]) as pdf:
                documents[label["file"]] = [read_text_layer(page, number) for number, page in enumerate(pdf, 1)]
    assert {name: told for name, pages in documents.items() if (told := find_first_document(pages).reasons)} == {}
    rng = Random(7)
    for _ in range(60):
        first, second = (documents[name] for name in rng.sample(sorted(documents), 2))
        pages = [*first, *(replace(page, number=page.number + len(first)) for page in second)]
        (told,) = find_first_document(pages).reasons
        assert told.startswith(f"several_documents: page {len(first) + 1} begins another document")
