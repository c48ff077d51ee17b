"""Composed documents: the same seed gives the same bytes, the truth is what stands on the page, families are kept apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml

from samples.generator.__main__ import main
from samples.generator.composed.command import many
from samples.generator.composed.compose import TYPES, compose
from samples.generator.composed.families import FOLDER, Family, read_families, read_family
from samples.generator.composed.plan import REQUIRED
from samples.generator.documents import Sample
from student_loans.pages.pdf_pages import open_pdf, page_as_seen
from student_loans.pages.text_layer import read_text_layer
from student_loans.pages.words import Word
from student_loans.records import DocumentType, field_catalog

PROJECT_ROOT = Path(__file__).resolve().parents[2]
KNOWN = tuple(kind for kind in TYPES if kind != "unknown")
ROW_WORDS = {
    "loan_number": ["Loan"],
    "interest_rate": ["Rate"],
    "principal_balance": ["Principal"],
    "monthly_payment": ["Payment"],
}


def family_of(kind: str, name: str) -> dict[str, Any]:
    """A family with a label for every field of the type."""
    fields = sorted(field_catalog().fields_of(DocumentType(kind))) or [
        "borrower_name",
        "account_number",
        "document_date",
    ]
    labels = {field: [field.replace("_", " ").capitalize(), field.replace("_", " ").title()] for field in fields}
    return {
        "family": name,
        "document_type": kind,
        "maker": "servicer" if kind in ("billing_statement", "payoff_letter") else "lender",
        "titles": [f"Title of {name}"],
        "sections": ["Details", "Summary"],
        "labels": labels,
        "sentences": ["This paper is for {borrower_name}."],
        "others": [{"label": "Payments received", "kind": "money"}, {"label": "Opened", "kind": "date"}],
        "prose": [f"The words of {name}: {{any_money}}, {{any_rate}}, {{any_date}} and {{any_term}}."],
        "loan_columns": ROW_WORDS,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two families of each type."""
    root = tmp_path_factory.mktemp("families")
    for kind in TYPES:
        for name in (f"{kind}-plain", f"{kind}-other"):
            (root / f"{name}.yaml").write_text(yaml.safe_dump(family_of(kind, name)), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def families(folder: Path) -> tuple[Family, ...]:
    return read_families(folder)


@pytest.fixture(scope="module")
def samples(families: tuple[Family, ...]) -> list[Sample]:
    return [compose(f"one-{number}", f"truth/{number}", families, "born_digital") for number in range(240)]


def words_in(words: list[Word], box: list[float]) -> str:
    """The words whose middle lies in a box, without spaces."""
    _, left, top, right, bottom = box
    inside = []
    for word in words:
        x, y = (word.bbox[0] + word.bbox[2]) / 2, (word.bbox[1] + word.bbox[3]) / 2
        if left - 0.001 <= x <= right + 0.001 and top <= y <= bottom:
            inside.append(word)
    return "".join(word.text for word in sorted(inside, key=lambda word: word.bbox[0]))


def test_truth_boxes_hold_the_printed_text(samples: list[Sample]) -> None:
    wrong, count = [], 0
    for sample in samples[:50]:
        document = open_pdf(sample.content)
        pages = [
            list(read_text_layer(page_as_seen(document, index), index + 1).words) for index in range(len(document))
        ]
        for field, places in sample.truth["places"].items():
            spellings = {"".join(spelling.split()) for spelling in sample.truth["printed"][field]}
            for boxes in places:
                count += 1
                text = "".join(words_in(pages[box[0] - 1], box) for box in boxes)
                if not any(spelling in text and len(text) <= len(spelling) + 3 for spelling in spellings):
                    wrong.append((sample.file, field, text, spellings))
    assert count > 300
    assert len(wrong) <= count * 0.005, wrong[:5]  # the reader joins or drops a word in a few of a thousand


def test_every_box_is_on_its_page(samples: list[Sample]) -> None:
    for sample in samples:
        boxes = [box for places in sample.truth["places"].values() for place in places for box in place]
        boxes += [box for row in sample.truth["loans"] for box in row["boxes"].values()]
        boxes += [[row["page"], *row["bbox"]] for row in sample.truth["schedule"]]
        for page, left, top, right, bottom in boxes:
            assert 1 <= page <= sample.truth["pages"]
            assert 0 <= left < right <= 1
            assert 0 <= top < bottom <= 1


def test_every_field_of_the_contract_occurs(samples: list[Sample]) -> None:
    for kind in KNOWN:
        seen = {
            field for sample in samples if sample.truth["document_type"] == kind for field in sample.truth["fields"]
        }
        assert seen == set(field_catalog().fields_of(DocumentType(kind))), kind


def test_required_fields_are_printed_or_listed_as_missing(samples: list[Sample]) -> None:
    for sample in samples:
        truth = sample.truth
        required = REQUIRED[DocumentType(truth["document_type"])]
        assert {name for name in required if name not in truth["fields"]} <= set(truth["missing_required"])
        assert not set(truth["missing_required"]) & set(truth["fields"])


def test_few_papers_lack_a_required_field(samples: list[Sample]) -> None:
    lacking = [sample for sample in samples if sample.truth["missing_required"]]
    assert 0 < len(lacking) < 0.12 * len(samples)


def test_the_required_fields_are_those_of_the_contract() -> None:
    for kind, required in REQUIRED.items():
        assert set(required) <= set(field_catalog().fields_of(kind))


def test_unknown_papers_have_no_fields(samples: list[Sample]) -> None:
    unknown = [sample.truth for sample in samples if sample.truth["document_type"] == "unknown"]
    assert unknown
    assert all(not truth["fields"] and not truth["loans"] and not truth["boxes"] for truth in unknown)


def test_a_value_of_one_of_several_loans_is_no_value_of_the_document(samples: list[Sample]) -> None:
    several = [sample.truth for sample in samples if len(sample.truth["loans"]) > 1]
    assert several
    for truth in several:
        rates = {row["interest_rate"] for row in truth["loans"] if "interest_rate" in row}
        assert len(rates) <= 1 or "interest_rate" not in truth["fields"]


def test_instalments_and_groups_of_payments_add_up(samples: list[Sample]) -> None:
    schedules = [sample.truth for sample in samples if sample.truth["document_type"] == "repayment_schedule"]
    assert any(truth["schedule"] for truth in schedules)
    assert any(truth["schedule_groups"] for truth in schedules)
    for truth in schedules:
        assert bool(truth["schedule"]) != bool(truth["schedule_groups"])
        if truth["schedule_groups"] and "first_payment_date" in truth["fields"]:
            assert truth["schedule_groups"][0]["first_due_date"] == truth["fields"]["first_payment_date"]


def test_text_stays_on_the_page(samples: list[Sample]) -> None:
    for sample in samples[:40]:
        with pypdfium2.PdfDocument(sample.content) as pdf:
            for page in pdf:
                text = page.get_textpage()
                width, height = page.get_size()
                for index in range(text.count_rects()):
                    left, bottom, right, top = text.get_rect(index)
                    assert min(left, bottom) >= 0, sample.file
                    assert right <= width, sample.file
                    assert top <= height, sample.file


def test_the_same_seed_gives_the_same_bytes_in_another_process(folder: Path, tmp_path: Path) -> None:
    arguments = ["--composed", "--count", "6", "--seed", "same", "--families", str(folder)]
    for name, salt, workers in (("first", "1", "1"), ("second", "2", "2")):
        environment = os.environ | {"PYTHONHASHSEED": salt, "PYTHONPATH": str(PROJECT_ROOT / "include")}
        command = [sys.executable, "-m", "samples.generator", str(tmp_path / name), *arguments, "--workers", workers]
        subprocess.run(command, check=True, cwd=PROJECT_ROOT, env=environment)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("first", "second")
    )
    assert first == second
    assert len(first) == 7


def test_families_are_kept_apart(folder: Path, tmp_path: Path) -> None:
    arguments = ["--families", str(folder), "--only-families", ".*-plain", "--rendering", "born_digital"]
    assert main([str(tmp_path), "--composed", "--count", "12", *arguments]) == 0
    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(line["family"].endswith("-plain") and not line["borrowed"] for line in truth)
    assert all(line["lender_family"].startswith(f"{line['family']}:") for line in truth)
    for line in truth:
        with pypdfium2.PdfDocument(tmp_path / "documents" / line["file"]) as pdf:
            text = "".join(page.get_textpage().get_text_range() for page in pdf)
        assert "-other" not in text.lower()


@pytest.mark.parametrize("rendering", ["clean_scan", "degraded"])
def test_boxes_move_with_a_sheet_that_lies_askew(rendering: str, families: tuple[Family, ...]) -> None:
    """Print stands in the box of every value."""
    import cv2
    import numpy as np

    sample = next(
        found
        for found in (compose("scan", f"scan/{number}", families, rendering) for number in range(40))
        if found.truth["file_format"] in ("jpeg", "png") and (found.truth["degradation"] or {}).get("kind") != "turned"
    )
    page = cv2.imdecode(np.frombuffer(sample.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    height, width = page.shape
    for field, (_, left, top, right, bottom) in sample.truth["boxes"].items():
        part = page[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
        assert part.min() < page.max() - 80, field


def test_a_file_that_is_no_family_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("titles: [Nothing]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.yaml is no family"):
        read_family(tmp_path / "bad.yaml")


def test_every_family_of_the_repository_can_be_drawn() -> None:
    if not list(FOLDER.rglob("*.yaml")):
        return
    for sample in many(30, seed="all", rendering="born_digital", families=FOLDER):
        assert sample.content.startswith(b"%PDF")
