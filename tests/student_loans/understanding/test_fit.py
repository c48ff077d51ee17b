"""The model of reading is fitted on labelled documents, and written and read as data."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from student_loans.records import DocumentType
from student_loans.understanding.cli import fit
from student_loans.understanding.fit import read_teaching
from student_loans.understanding.understand import understand
from student_loans.understanding.weighing.fitting import folds_of
from student_loans.understanding.weighing.model import load_reading_model, reading_model
from tests.page_factory import make_page

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


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
