"""The model of reading is fitted on labelled documents, and written and read as data."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from student_loans.records import DocumentType
from student_loans.understanding.cli import fit
from student_loans.understanding.fields.document_values import read_values
from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fit import Teaching, read_teaching
from student_loans.understanding.understand import understand
from student_loans.understanding.weighing.fitting import RIGHT, UNCERTAIN, WRONG, folds_of
from student_loans.understanding.weighing.model import load_reading_model, reading_model
from tests.page_factory import make_page

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
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


def test_the_command_fits_a_model_that_reads(tmp_path: Path) -> None:
    output = tmp_path / "model.npz"
    truth = tmp_path / "truth.jsonl"
    lines = [json.loads(line) for line in (SAMPLES / "truth.jsonl").read_text().splitlines()]
    born = [line for line in lines if line.get("rendering") == "born_digital"]
    truth.write_text("".join(json.dumps(line) + "\n" for line in born))
    result = CliRunner().invoke(fit, [str(SAMPLES / "documents"), str(truth), "--output", str(output)])
    assert result.exit_code == 0, result.output
    assert f"fitted on {len(born)} documents" in result.output
    model = load_reading_model(output)
    page = make_page(["Student Loan Billing Statement", {54: "Total Amount Due", 300: "$312.44"}])
    assert understand([page], model).document_type in DocumentType


def test_the_model_that_ships_reads_a_wording_that_nobody_listed() -> None:
    rows = [
        "Student Loan Statement",
        "",
        {54: "What we need from you this month", 300: "$312.44"},
        {54: "Pay us by", 300: "06/01/2024"},
    ]
    assert understand([make_page(rows)]).fields["amount_due"].value == "312.44"
    assert reading_model().texts.keys() == {"label", "prose", "behind", "section", "lexical"}


def test_a_family_is_in_one_fold() -> None:
    documents = [read_teaching(SAMPLES / "independent" / "documents", SAMPLES / "independent" / "truth.jsonl")[0]] * 3
    assert len({lesson.family for lesson in documents}) == 1
    assert folds_of([], 3) == []
