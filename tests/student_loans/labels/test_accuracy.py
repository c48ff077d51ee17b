"""Accuracy: what is printed, what was read, what is right."""

from __future__ import annotations

from student_loans.labels.accuracy import measure_accuracy
from student_loans.labels.files import FileLabel
from student_loans.records import DocumentType, Status
from tests.record_factory import extracted, make_record

TYPE = DocumentType.LOAN_DISCLOSURE


def test_missing_wrong_and_invented_values_count_against_it() -> None:
    fields = {"loan_amount": extracted("loan_amount"), "apr": extracted("apr"), "due_date": extracted("due_date")}
    truth = {"loan_amount": "18250.00", "apr": "9.99", "lender_name": "Harbor Lane Credit Union"}
    accuracy = measure_accuracy([make_record(1, fields=fields)], [FileLabel("note 1.pdf", TYPE, truth)])
    assert (accuracy.values.printed, accuracy.values.read, accuracy.values.right) == (3, 3, 1)
    assert accuracy.values.found == accuracy.values.correct == 1 / 3
    assert accuracy.fields["apr"].found == 0
    assert accuracy.type_right == 1


def test_a_labelled_file_without_a_record_is_one_of_which_nothing_was_read() -> None:
    accuracy = measure_accuracy([], [FileLabel("lost.pdf", TYPE, {"apr": "7.25"})])
    assert (accuracy.values.found, accuracy.type_right, accuracy.labelled) == (0.0, 0, 1)


def test_accepted_documents_are_measured_apart() -> None:
    records = [make_record(1, fields={}), make_record(2, fields={"apr": extracted("apr")}, status=Status.REVIEW)]
    labels = [FileLabel(f"note {number}.pdf", TYPE, {"apr": "7.25"}) for number in (1, 2)]
    accuracy = measure_accuracy(records, labels)
    assert (accuracy.accepted.printed, accuracy.values.printed) == (1, 2)
    assert accuracy.types[TYPE.value].found == 0.5


def test_nothing_printed_is_nothing_missed() -> None:
    accuracy = measure_accuracy([], [])
    assert (accuracy.values.found, accuracy.values.correct) == (1.0, 1.0)
