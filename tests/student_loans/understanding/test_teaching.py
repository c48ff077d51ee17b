"""Labelled documents teach with the places where values are printed; a set may be a file of words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from student_loans.records import DocumentType
from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.teaching import Teaching, read_teaching, read_words, write_words
from student_loans.understanding.weighing.fitting import RIGHT, UNCERTAIN, WRONG
from tests.page_factory import make_page

PAGE = make_page(
    [{54: "Amount due", 300: "$210.00"}, {54: "Regular payment", 300: "$210.00"}, {54: "Fee", 300: "$5.00"}]
)


def teaching(**places: list[tuple[int, tuple[float, float, float, float]]]) -> Teaching:
    fields = {"amount_due": "210.00", "monthly_payment": "210.00"}
    return Teaching(
        Path("bill.pdf"), DocumentType.BILLING_STATEMENT, fields, places, {"past_due_amount": ["5.00"]}, "bills"
    )


def test_a_value_is_right_at_its_place_and_uncertain_at_another() -> None:
    values = [value for value in read_values(arrange([PAGE])) if value.grammar == "money"]
    first, second, fee = sorted(values, key=lambda value: value.first.y0)
    box = first.first.word.bbox
    lesson = teaching(amount_due=[(1, box)])
    assert lesson.label("amount_due", first.value, first) == RIGHT
    assert lesson.label("amount_due", second.value, second) == UNCERTAIN
    assert lesson.label("amount_due", fee.value, fee) == WRONG
    assert lesson.label("monthly_payment", second.value, second) == RIGHT  # its places are not labelled
    assert lesson.label("past_due_amount", fee.value, fee) == UNCERTAIN  # one of several defensible answers


def test_truth_files_give_places_and_families(tmp_path: Path) -> None:
    line = {
        "file": "a.pdf", "document_type": "billing_statement", "fields": {"amount_due": "210.00"}, "family": "bank-7",
        "boxes": {"amount_due": [1, 0.1, 0.2, 0.3, 0.4]}, "arguable": {"lender_name": ["Ashby Bank", None]},
    }  # fmt: skip
    truth = tmp_path / "truth.jsonl"
    truth.write_text(json.dumps(line) + "\n")
    (lesson,) = read_teaching(tmp_path, truth)
    assert lesson.places == {"amount_due": [(1, (0.1, 0.2, 0.3, 0.4))]}
    assert lesson.others == {"lender_name": ["Ashby Bank"]}
    assert lesson.family.endswith("/bank-7")


def test_places_may_be_boxes_or_groups_of_them(tmp_path: Path) -> None:
    box, other = [1, 0.1, 0.2, 0.3, 0.4], [2, 0.1, 0.2, 0.3, 0.4]
    truth = tmp_path / "truth.jsonl"
    every = [[box, other], [[box], [other]]]
    lines = [
        {"file": f"{number}.pdf", "document_type": "unknown", "places": {"amount_due": places}}
        for number, places in enumerate(every)
    ]
    truth.write_text("".join(json.dumps(line) + "\n" for line in lines))
    flat, grouped = read_teaching(tmp_path, truth)
    assert flat.places == grouped.places
    assert [page for page, _ in flat.places["amount_due"]] == [1, 2]


def test_a_defensible_answer_is_allowed() -> None:
    lesson = teaching()
    assert lesson.allows("amount_due", "210.00")
    assert lesson.allows("past_due_amount", "5.00")
    assert not lesson.allows("amount_due", "5.00")
    assert not lesson.allows("lender_name", "Ashby Bank")


def test_words_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "words.jsonl.xz"
    write_words([("bill.pdf", [PAGE])], path)
    (page,) = read_words(path)["bill.pdf"]
    assert [word.text for word in page.words] == [word.text for word in PAGE.words]
    pairs = zip(page.words, PAGE.words, strict=True)
    assert all(one.bbox == pytest.approx(other.bbox, abs=1e-4) for one, other in pairs)
