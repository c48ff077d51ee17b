"""Observations: what a document counts for each metric, and a table that holds any number of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from student_loans.fairness.observations import (
    Observation,
    document_key,
    field_bits,
    needs_only_confidence,
    observation_frame,
    observation_table,
    observe_labelled,
    observe_unlabelled,
)
from student_loans.fairness.settings import load_fairness_settings
from student_loans.fairness.slices import DIMENSIONS, OTHER
from student_loans.labels.label import DocumentLabel
from student_loans.records import DocumentRecord, DocumentType, Status
from tests.record_factory import document_id, extracted, make_quarantined, make_record

OPTIONS = load_fairness_settings().slices
KIND = DocumentType.FORM_1098E
TRUTH = {
    "lender_name": "Harbor Lane Credit Union",
    "borrower_name": "Dana Okafor",
    "interest_paid": "18250.00",
    "tax_year": "120",
}


def label(document_type: DocumentType = KIND, **fields: str) -> DocumentLabel:
    return DocumentLabel(document_id(1), document_type, fields or TRUTH)


def record(*names: str, **changes: object) -> DocumentRecord:
    values: dict[str, object] = {
        "document_type": KIND,
        "fields": {name: extracted(name, 0.9) for name in names or TRUTH},
    }
    return make_record(1, **(values | changes))  # type: ignore[arg-type]


def bits(*names: str) -> int:
    return sum(field_bits()[name] for name in names)


class TestLabelled:
    def test_all_that_is_printed_and_read_right_counts(self) -> None:
        one = observe_labelled(record(), label(), OPTIONS)
        numbers = one.numbers
        assert (numbers["printed"], numbers["right"], numbers["values"], numbers["values_right"]) == (4, 4, 4, 4)
        assert (numbers["required"], numbers["required_found"]) == (4, 4)
        assert (numbers["accepted"], numbers["review"], numbers["wrong"], numbers["accepted_wrong"]) == (1, 0, 0, 0)
        assert numbers["confidence"] == pytest.approx(3.6)
        assert (one.printed_mask, one.wrong_mask) == (bits(*TRUTH), 0)

    def test_a_misread_value_makes_the_document_wrong(self) -> None:
        one = observe_labelled(record(), label(**TRUTH | {"tax_year": "2025"}), OPTIONS)
        assert (one.numbers["right"], one.numbers["wrong"], one.numbers["accepted_wrong"]) == (3, 1, 1)
        assert one.wrong_mask == bits("tax_year")

    def test_a_value_that_is_not_printed_makes_the_document_wrong(self) -> None:
        one = observe_labelled(record(*TRUTH, "apr"), label(), OPTIONS)
        assert (one.numbers["printed"], one.numbers["right"], one.numbers["wrong"]) == (4, 4, 1)
        assert one.wrong_mask == 0, "no printed field is wrong"

    def test_a_value_that_was_not_found_is_not_right_and_the_document_not_wrong(self) -> None:
        one = observe_labelled(record("lender_name"), label(), OPTIONS)
        assert (one.numbers["right"], one.numbers["required_found"], one.numbers["wrong"]) == (1, 1, 0)
        assert one.wrong_mask == bits(*TRUTH) - bits("lender_name")

    def test_a_wrong_type_makes_the_document_wrong_and_the_labels_type_says_what_is_required(self) -> None:
        one = observe_labelled(record(), label(DocumentType.PAYOFF_LETTER, **TRUTH), OPTIONS)
        assert (one.numbers["wrong"], one.numbers["required"]) == (1, 1)
        assert one.slices["document_type"] == "payoff_letter"
        assert one.seen["document_type"] == "form_1098e"

    def test_wrong_but_sent_to_a_person_is_no_accepted_error(self) -> None:
        one = observe_labelled(record(status=Status.REVIEW), label(**TRUTH | {"tax_year": "2025"}), OPTIONS)
        assert (one.numbers["wrong"], one.numbers["accepted_wrong"], one.numbers["review"]) == (1, 0, 1)


class TestUnlabelled:
    def test_only_what_needs_no_truth_is_counted(self) -> None:
        one = observe_unlabelled(record("lender_name", "tax_year"), OPTIONS)
        assert (one.numbers["required"], one.numbers["required_found"]) == (6, 2)
        assert {one.numbers[name] for name in ("printed", "right", "values_right", "wrong", "accepted_wrong")} == {0}
        assert one.wrong_mask == one.printed_mask - bits("lender_name", "tax_year")
        assert one.slices == one.seen

    def test_a_document_without_values_has_no_low_confidence(self) -> None:
        one = observe_unlabelled(record(fields={}, timings={}), OPTIONS)
        assert (one.numbers["values"], one.numbers["lowest_confidence"], one.numbers["seconds"]) == (0, 1, 0)

    def test_fields_that_reasons_for_review_name_are_held(self) -> None:
        reasons = ("tax_year: confidence 0.40 is below 0.90", "document: two loans", "apr: does not agree")
        one = observe_unlabelled(record(status=Status.REVIEW, review_reasons=reasons), OPTIONS)
        assert one.held_mask == bits("tax_year", "apr")


@pytest.mark.parametrize(
    ("reasons", "only"),
    [
        ((), True),
        (("tax_year: confidence 0.40 is below 0.90",), True),
        (("tax_year: confidence 0.40 is below 0.90", "lender_name: confidence 0.1 is below 1"), True),
        (("apr: confidence 0.40 is below 0.90",), False),  # of a field that the record has not
        (("tax_year: confidence 0.40 is below 0.90", "tax_year: does not agree"), False),
        (("document: two loans",), False),
    ],
)
def test_a_document_needs_only_confidence_when_nothing_else_holds_it_back(reasons: tuple[str, ...], only: bool) -> None:
    held = record(status=Status.REVIEW if reasons else Status.ACCEPTED, review_reasons=reasons)
    assert needs_only_confidence(held) is only
    assert not needs_only_confidence(make_quarantined(1))


def test_a_key_is_the_start_of_the_document_id() -> None:
    assert document_key("0000000a" + "f" * 56) == 10
    assert document_key("f" * 64) == 2**32 - 1


def observations(*lenders: str) -> Iterator[Observation]:
    one = observe_unlabelled(record(), OPTIONS)
    for number, lender in enumerate(lenders):
        yield replace(one, slices=dict(one.slices) | {"lender": lender}, key=number)


class TestTable:
    def test_a_frame_has_a_row_for_each_document_in_order(self) -> None:
        frame = observation_frame(observation_table(observations("a", "b", "a")), 60)
        assert frame["lender"].tolist() == ["a", "b", "a"]
        assert frame["key"].tolist() == [0, 1, 2]
        assert frame["confidence"].tolist() == pytest.approx([3.6] * 3)
        assert all(str(frame[name].dtype) == "category" for name in DIMENSIONS)

    def test_more_documents_than_a_chunk_are_one_table(self) -> None:
        table = observation_table(observations(*["a"] * 20_000, "b"))
        frame = observation_frame(table, 60)
        assert len(frame) == 20_001
        assert frame["lender"].value_counts().to_dict() == {"a": 20_000, "b": 1}

    def test_no_documents_are_an_empty_frame(self) -> None:
        frame = observation_frame(observation_table([]), 60)
        assert len(frame) == 0
        assert set(DIMENSIONS) <= set(frame.columns)

    @pytest.mark.parametrize(("most", "levels"), [(4, {"a", "b", "c", "d"}), (3, {"a", "b", OTHER}), (2, {"a", OTHER})])
    def test_of_many_slices_the_largest_are_kept_and_the_rest_are_one(self, most: int, levels: set[str]) -> None:
        names = ["a"] * 4 + ["b"] * 3 + ["c"] * 2 + ["d"]
        frame = observation_frame(observation_table(observations(*names)), most)
        assert set(frame["lender"].cat.categories) == levels
        assert len(frame) == 10
        assert (frame["lender"] == "a").sum() == 4
