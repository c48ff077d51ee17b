"""Whatever the grammar of a social security number recognises is taken out everywhere, and nothing else is."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.intake.check_stage import label_text
from student_loans.logs import JsonLines, RedactingFilter, log_event
from student_loans.privacy import find_numbers, plain, redact_address, redact_name, redact_ssn, without_ssn
from student_loans.records import ExtractedField
from student_loans.storage.clean_text import storable, storable_address, storable_data, storable_name
from tests.number_shapes import OTHER_LABELS, bare, digits, labelled, others, shaped, survives, unlabelled
from tests.record_factory import make_quarantined, make_record

PRODUCT = [
    path
    for room in ("include", "plugins", "scripts")
    for path in Path(__file__).parents[2].joinpath(room).rglob("*.py")
]
BOX = (0.1, 0.1, 0.2, 0.2)


@pytest.mark.parametrize(
    ("printed", "redacted"),
    [
        ("987-65-4321", "***-**-4321"),
        ("987.65.4321", "***-**-4321"),
        ("987_65_4321", "***-**-4321"),
        ("987 - 65 - 4321", "***-**-4321"),
        ("987/65/4321", "***-**-4321"),
        ("987\u201365\u20134321", "***-**-4321"),
        ("987\u00a065\u00a04321", "***-**-4321"),
        ("724-44-6790-A", "***-**-6790-A"),
        ("SSN 987654321", "SSN ***-**-4321"),
        ("Social Security No.: 987654321", "Social Security No.: ***-**-4321"),
        ("SS# 987654321", "SS# ***-**-4321"),
        ("Soc. Sec. 987654321", "Soc. Sec. ***-**-4321"),
        ("Tax ID (Social Security Number) 987654321", "Tax ID (Social Security Number) ***-**-4321"),
        ("SSN 9 8 7 6 5 4 3 2 1", "SSN ***-**-4321"),
        ("9 8 7 - 6 5 - 4 3 2 1", "***-**-4321"),
        ("SSN987654321", "SSN***-**-4321"),
        ("(987) 65-4321", "(***-**-4321"),
        ("987-XX-4321", "***-**-4321"),
        ("9B7-65-4321", "***-**-4321"),
        ("987-65-432l", "***-**-432l"),
        ("987-65-\n4321", "***-**-4321"),
        ("***-**-4321", "***-**-4321"),
        ("XXX-XX-4321", "XXX-XX-4321"),
    ],
)
def test_a_number_is_reduced_to_its_last_four_digits_in_every_shape(printed: str, redacted: str) -> None:
    assert redact_ssn(printed) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "SSN and account number 445566778", "SSN ***-**-4321 account 445566778", "TIN 12-3456789", "Lender's TIN 445566778",
        "$123.45 6789", "due 120 15 2031.50", "1-987-65-4321", "987-65-4321-01", "SSN 1234567890", "123-45-67890",
        "4471 0098 07/2025", "S12-34-5678", "payments of 123.45/6789",
    ],
)  # fmt: skip
def test_what_is_no_number_stays(text: str) -> None:
    assert redact_ssn(text) == text


class TestWhateverIsRecognised:
    @given(unlabelled | labelled)
    def test_it_is_recognised_and_reduced_in_text(self, printed: str) -> None:
        for text in (printed, f"The borrower ({printed}) signs", f"note\n{printed}\nend"):
            assert find_numbers(text)
            assert not survives(printed, redact_ssn(text))
            assert not any(character.isdigit() for character in without_ssn(text).replace("-B1", ""))

    @given(unlabelled | labelled | digits)
    def test_it_is_in_no_name_and_no_address(self, printed: str) -> None:
        for name in (f"{printed}.pdf", f"note {printed} (2).pdf", f"2024_{printed}_final.pdf", f"a-{printed}-b"):
            uri = f"file:///inbox/{quote(name, safe='')}"
            shown = (redact_name(name), storable_name(name), plain(name), label_text(plain(name)))
            assert not [text for text in shown if survives(printed, text)]
            for address in (uri, quote(uri, safe=":/"), f"https://host/{printed}/x.pdf"):
                assert not survives(printed, redact_address(address))
                assert not survives(printed, storable_address(address))

    @given(unlabelled | labelled)
    def test_it_is_in_no_log(self, printed: str) -> None:
        caught: list[logging.LogRecord] = []
        logger = logging.Logger("test")
        handler = logging.Handler()
        handler.emit = caught.append  # type: ignore[method-assign]
        logger.addHandler(handler)
        log_event(logger, "documents_stored", name=printed, documents=12)
        logger.warning("a message about %s", printed)
        for record in caught:
            assert RedactingFilter().filter(record)
            assert not survives(printed, JsonLines().format(record))
            assert not survives(printed, record.getMessage())

    @given(unlabelled | labelled)
    def test_it_is_in_nothing_that_is_stored(self, printed: str) -> None:
        assert not survives(printed, storable(printed))
        assert not survives(printed, str(storable_data({"a": [printed, {printed: 1}], "b": (printed,)})))

    @given(unlabelled | labelled)
    def test_it_is_in_no_text_of_a_record(self, printed: str) -> None:
        field = ExtractedField(printed, f"Ann {printed}", 0.9, 1, BOX)
        record = make_record(
            1, fields={"lender_name": field}, review_reasons=(printed,), source_uri=f"file:///{printed}"
        )
        data = record.to_json()
        for text in (
            str(data["fields"]["lender_name"]["value"]),
            field.raw,
            *data["review_reasons"],
            data["source_uri"],
        ):
            assert not survives(printed, text)
        assert not survives(printed, make_quarantined(2, message=printed).message or "")

    @given(shaped)
    def test_taking_it_out_again_changes_nothing(self, printed: str) -> None:
        assert redact_ssn(redact_ssn(printed)) == redact_ssn(printed)
        assert redact_name(redact_name(printed)) == redact_name(printed)


class TestEverythingElse:
    @given(others, st.sampled_from(("", *OTHER_LABELS)))
    def test_it_is_left_alone(self, printed: str, label: str) -> None:
        for text in (printed, f"{label} {printed}", f"{label} {printed}, page 3 of 4"):
            assert redact_ssn(text) == text
            assert without_ssn(text) == text
            assert storable(text) == text

    @given(st.sampled_from(OTHER_LABELS), bare)
    def test_nine_digits_without_a_label_are_left_alone(self, label: str, printed: str) -> None:
        assert redact_ssn(f"{label} {printed}") == f"{label} {printed}"

    @given(st.text())
    def test_any_text_can_be_looked_at(self, text: str) -> None:
        if not any(character.isdigit() for character in text):
            assert redact_ssn(text) == redact_address(text) == text

    @given(others)
    def test_an_address_to_open_a_file_by_is_not_changed_without_need(self, printed: str) -> None:
        uri = f"s3://inbox/2026/note%20{printed.replace(' ', '%20')}%2Fa.pdf"
        assert redact_address(uri) == uri or find_numbers(printed, named=True)


def test_no_other_module_knows_a_shape() -> None:
    """Three, two and four digits in one pattern stand in ``include/student_loans/privacy.py`` and nowhere else."""
    shape = re.compile(r"\\d\{+3\}.*\\d\{+2\}.*\\d\{+4\}")
    knowing = {
        path.parent.name for path in PRODUCT if any(map(shape.search, path.read_text(encoding="utf-8").splitlines()))
    }
    assert knowing == {"student_loans"}
