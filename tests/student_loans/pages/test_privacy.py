"""Numbers leave the words of a page as soon as they are read."""

from __future__ import annotations

from student_loans.pages.privacy import redact_page
from tests.page_factory import make_page


def text(row: str) -> str:
    return " ".join(word.text for word in redact_page(make_page([row])).words)


def test_a_number_within_a_word_is_reduced() -> None:
    assert text("SSN 987-65-4321 TIN988-96-5554") == "SSN ***-**-4321 TIN***-**-5554"


def test_a_number_over_three_words_is_reduced() -> None:
    assert text("SSN: 987 65 4321 end") == "SSN: *** ** 4321 end"


def test_other_numbers_stay() -> None:
    row = "Account 4265-5855-86 phone 1-800-555-0118 ZIP 33432-1234 sum 1234567890"
    assert text(row) == row
