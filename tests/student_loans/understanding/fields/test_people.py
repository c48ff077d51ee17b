"""Names of people: what stands around them is no part of them."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.letters import GOES_ON, MISREAD, NO_LABEL, OTHER_SCRIPT
from student_loans.understanding.fields.name_boxes import IN_BOXES
from student_loans.understanding.fields.whole_names import ANOTHER_NAME, SINGLE
from student_loans.understanding.understand import Understanding, understand
from tests.page_factory import Row, make_page

TITLE = "Student Loan Application"
LABEL = "Borrower Name"
REST: tuple[Row | str, ...] = ("", {54: "Application ID", 300: "171834-01"}, "", {54: "Loan Amount", 300: "$9,600.00"})
ADDRESS = ("12 Elm Street", "Lincoln, NE 68501")


def read(*rows: Row | str, printed: bool = True) -> Understanding:
    """What is read of some rows in an application; its lines stand as close as those of a cell."""
    return understand([make_page((TITLE, "", *rows, *REST), leading=11.0, printed=printed)])


def name_of(understanding: Understanding, field: str = "borrower_name") -> str | None:
    """The name that was read, or why it was not."""
    candidate = understanding.fields.get(field)
    return candidate.value if candidate else understanding.doubts.get(field)


@pytest.mark.parametrize(
    "printed", ["Applicant Namc: Imani P. Jefferson", "Applicant Name: Imani P. Jefferson Phone: (555) 555-0195"]
)
def test_a_name_ends_and_begins_at_labels(printed: str) -> None:
    rows = ("Student Loan Application", "", "Application ID: 171834-01", printed, "Loan Amount Requested: $9,600.00")
    fields = understand([make_page(rows)]).fields
    assert fields["borrower_name"].value == "Imani P. Jefferson"


@pytest.mark.parametrize(
    "printed",
    [
        "Łukasz Żółć Şahin", "Nguyễn Thị Đặng", "ĐẶNG VĂN ŐRSI",
        "İbrahim Ñuñez", "Seán O\u2019Brien", "Beverly D'Angelo", "Aïssatou N\u2019Diaye", "Siobhán d'Arcy",
        "Jean\u2010Luc Mac Gregor", "Ka\u02bbiulani Ānuenue", "Ahmed bin Said al-Rashid", "Vincent van 't Hoff",
        "Ole af Ugglas", "Sione moa Tonga", "LOPEZ, MARIA D", "MARIA D LOPEZ JR", "Marcus Dunham III", "U Thant", "Suharto",
        "J. R. R. Tolkien", "DeShawn LaVigne", 'Maria "Mia" Lopez',
    ],
)  # fmt: skip
def test_a_name_is_read_in_any_alphabet_of_the_latin_script(printed: str) -> None:
    assert name_of(read({54: LABEL, 300: printed})) == printed


@pytest.mark.parametrize("mark", ["*", "\u2020", "\u00b9", ","])
def test_a_footnote_mark_is_no_part_of_a_name(mark: str) -> None:
    assert name_of(read({54: LABEL, 300: f"Marcus Dunham{mark}"})) == "Marcus Dunham"


@pytest.mark.parametrize(
    "printed",
    ["Зоя Петрова", "Ελένη Παππά", "王小明"],
)  # fmt: skip
def test_a_name_in_another_script_goes_to_review_with_the_reason(printed: str) -> None:
    understanding = read({54: LABEL, 300: printed})
    assert "borrower_name" not in understanding.fields
    assert OTHER_SCRIPT in understanding.doubts.values() or "borrower_name" in understanding.unread


def test_letters_that_recognition_confuses_are_doubted_in_pictures_only() -> None:
    row = {54: LABEL, 300: "Ondřej Dvořák"}
    assert name_of(read(row)) == "Ondřej Dvořák"
    assert name_of(read(row, printed=False)) == MISREAD
    assert name_of(read({54: LABEL, 300: "José Muñoz"}, printed=False)) == "José Muñoz"


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        ("Maria Lopez and Juan Lopez", ANOTHER_NAME), ("Maria Lopez & Juan Lopez", ANOTHER_NAME),
        ("Maria Lopez, Juan Lopez", ANOTHER_NAME), ("Maria Lopez c/o Juan Lopez", ANOTHER_NAME),
        ("Maria Lopez f/k/a Maria Cruz", ANOTHER_NAME), ("Maria Lopez dba Lopez Tutoring", ANOTHER_NAME),
        ("Maria Lopez Day", GOES_ON), ("Maria Lopez, MD", GOES_ON), ("Maria Lopez (Cruz)", GOES_ON),
        ("Maria Петрова", "Maria Петрова"), ("Maria Lopez (Borrower)", "Maria Lopez"),
        ("Maria Lopez, 12 Elm Street, Lincoln, NE 68501", "Maria Lopez"), ("Maria Lopez 12 Elm Street", "Maria Lopez"),
        ("Maria Lopez Phone: (555) 555-0195", "Maria Lopez"),
    ],
)  # fmt: skip
def test_what_follows_a_name_in_its_cell(printed: str, read_as: str | None) -> None:
    assert name_of(read({54: LABEL, 300: printed})) == read_as


@pytest.mark.parametrize(
    ("rows", "read_as"),
    [
        (({54: LABEL, 300: "Marcus Ellery"}, {300: "Dunham-Whitfield III"}), "Marcus Ellery Dunham-Whitfield III"),
        (({54: LABEL, 300: "Marcus Ellery"}, {300: "Dunham"}), "Marcus Ellery Dunham"),
        (({54: LABEL, 300: "Marcus"}, {300: "Ellery Dunham"}), "Marcus Ellery Dunham"),
        (({54: LABEL, 300: "Marcus Dunham-"}, {300: "Whitfield"}), "Marcus Dunham-Whitfield"),
        (({54: LABEL, 300: "Marcus Ellery"}, {300: "Anna Dunham"}), ANOTHER_NAME),
        (({54: LABEL, 300: "Marcus Ellery"}, {300: "and Anna Dunham"}), ANOTHER_NAME),
        (({54: LABEL, 300: "Marcus Ellery"}, {54: "Relationship", 300: "Father"}), "Marcus Ellery"),
        (({54: LABEL, 300: "Marcus Ellery"}, *({300: line} for line in ADDRESS)), "Marcus Ellery"),
        ((LABEL, "Marcus Ellery", "Dunham III"), "Marcus Ellery Dunham III"),
        ((LABEL, "Marcus Ellery", "Dunham", *ADDRESS), GOES_ON),
        ((LABEL, "Marcus Ellery", *ADDRESS), "Marcus Ellery"),
        (("Marcus Ellery", *ADDRESS), "Marcus Ellery"),
        (("Marcus Ellery", "Dunham-Whitfield", *ADDRESS), GOES_ON),
        (("Marcus Ellery", "Anna Dunham", *ADDRESS), ANOTHER_NAME),
        (("Marcus Ellery", "C/O ANNA DUNHAM", *ADDRESS), ANOTHER_NAME),
        ((f"{LABEL}: Marcus Ellery", "Payoff Calculator Results"), "Marcus Ellery"),
        (({54: LABEL, 300: "Marcus Ellery", 380: "Dunham"},), GOES_ON),
        (({54: LABEL, 250: "Marcus", 340: "Ellery", 440: "Dunham"},), SINGLE),
    ],
)  # fmt: skip
def test_a_name_is_the_whole_of_its_cell(rows: tuple[Row | str, ...], read_as: str) -> None:
    assert name_of(read(*rows)) == read_as


@pytest.mark.parametrize(
    ("rows", "read_as"),
    [
        ((" NAME LAST Sandoval FIRST Odette MI M",), "Odette M Sandoval"),
        (({54: "Last Name: Ellery", 200: "First Name: Marcus", 350: "MI: J"},), "Marcus J Ellery"),
        (({54: "Last Name", 120: "Ellery", 200: "First Name", 270: "Marcus", 350: "MI", 400: "J"},), "Marcus J Ellery"),
        (("Last Name: Ellery", "First Name: Marcus", "Middle Initial: J"), "Marcus J Ellery"),
        (({54: "First Name", 300: "Marcus"}, {54: "Last Name", 300: "Ellery"}, {54: "Suffix", 300: "Jr."}), "Marcus Ellery Jr."),
        (({54: "Last Name", 200: "First Name", 350: "MI"}, {54: "ELLERY", 200: "MARCUS", 350: "J"}), "MARCUS J ELLERY"),
        (({54: "ELLERY", 200: "MARCUS", 350: "J"}, {54: "(Last)", 200: "(First)", 350: "(Middle)"}), "MARCUS J ELLERY"),
        (({54: "Last Name", 200: "First Name", 350: "MI"}, {54: "ELLERY", 200: "MARCUS"}), "MARCUS ELLERY"),
        (({54: "Last Name", 200: "First Name", 350: "MI"}, {54: "ELLERY", 350: "J"}), IN_BOXES),
        (({54: "Name (Last, First, Middle)", 300: "Ellery, Marcus James"},), "Ellery, Marcus James"),
    ],
)  # fmt: skip
def test_a_name_that_is_asked_for_in_parts_is_put_together(rows: tuple[Row | str, ...], read_as: str) -> None:
    assert name_of(read(*rows)) == read_as


def test_the_parts_of_another_persons_name_are_his() -> None:
    boxes = {54: "DUNHAM", 200: "ANNA", 350: "B"}
    for whose, cosigner in (("Cosigner", "ANNA B DUNHAM"), ("Reference", None), ("Parent", None)):
        captions = {54: f"{whose} Last Name", 200: f"{whose} First Name", 350: "MI"}
        understanding = read({54: LABEL, 300: "Marcus Ellery"}, "", captions, boxes)
        assert name_of(understanding) == "Marcus Ellery"
        assert name_of(understanding, "cosigner_name") == cosigner


def test_dates_of_first_and_last_payments_are_no_name() -> None:
    row = {54: "First Payment Date", 200: "Last Payment Date"}
    assert name_of(read(row, {54: "05/02/2024", 200: "05/02/2034"})) is None


@pytest.mark.parametrize("note", ["FOR INTERNAL USE ONLY", "For Internal Use Only"])
def test_a_note_on_the_copy_names_nobody(note: str) -> None:
    assert name_of(read(note)) in (None, NO_LABEL)
    assert name_of(read(note, {54: LABEL, 300: "Marcus Ellery"})) == "Marcus Ellery"


@pytest.mark.parametrize(
    "greeting", ["Welcome, Clyde Pettigrew", "Dear Clyde Pettigrew:", "LOAN PAYMENT PLAN FOR Clyde E. Pettigrew"]
)
def test_who_is_addressed_is_the_borrower(greeting: str) -> None:
    assert (name_of(read(greeting)) or "").startswith("Clyde")


@pytest.mark.parametrize(
    "sentence",
    [
        "FOR VALUE RECEIVED, Maria Lopez and Juan Lopez promise to pay to the Lender the amounts of this note",
        'This note is made by Maria Lopez and Juan Lopez (the "Borrower") on the first day of the month of May',
    ],
)
def test_two_borrowers_in_a_sentence_are_in_doubt(sentence: str) -> None:
    assert name_of(read(sentence)) == ANOTHER_NAME


def test_a_courtesy_title_and_one_word_are_no_whole_name() -> None:
    assert name_of(read("Dear Ms. Pell:")) is None
    assert name_of(read("Dear Ms. Julia Pell:")) in ("Julia Pell", "Ms. Julia Pell")


def test_a_post_box_is_nobody() -> None:
    line = (
        "Complaints may be addressed to our Office of the Borrower Advocate, P.O. Box 29026, Lincoln, or by telephone."
    )
    assert name_of(read(line)) is None


def test_a_word_that_may_begin_with_an_i_may_be_part_of_a_name_in_a_picture() -> None:
    row = {54: LABEL, 300: "Beatriz Rosa lvanov"}
    assert name_of(read(row, printed=False)) == GOES_ON
    assert name_of(read(row)) == "Beatriz Rosa"
