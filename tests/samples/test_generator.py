"""The generator of samples: the same seed gives the same bytes, and the truth is what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from samples.generator.__main__ import bundle, main
from samples.generator.documents import generate
from samples.generator.layouts import LAYOUTS
from student_loans.records import DocumentType

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document_type", sorted(LAYOUTS))
def test_the_truth_stands_on_the_page(document_type: str) -> None:
    sample = generate("one", f"truth/{document_type}", document_type, "born_digital", "pdf", "heldout")
    with pypdfium2.PdfDocument(sample.content) as pdf:
        text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf).lower()
    for field, spellings in sample.truth["printed"].items():
        assert any("".join(spelling.split()).lower() in text for spelling in spellings), field


@pytest.mark.parametrize(("rendering", "extension"), [("born_digital", "pdf"), ("degraded", "jpg")])
def test_the_same_seed_gives_the_same_bytes(rendering: str, extension: str) -> None:
    first, second = (generate("one", "seed", "form_1098e", rendering, extension, "bundled") for _ in range(2))
    assert (first.content, first.truth) == (second.content, second.truth)


def test_every_type_has_layouts() -> None:
    assert set(LAYOUTS) == set(DocumentType) - {DocumentType.UNKNOWN}


def test_the_bundled_samples_are_what_the_generator_writes() -> None:
    folder = PROJECT_ROOT / "samples"
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
    made = list(bundle("student loans"))
    assert [sample.truth for sample in made] == truth
    for sample in made:
        if sample.truth.get("error") != "encrypted_pdf":  # its encryption draws a random key
            assert (folder / "documents" / sample.file).read_bytes() == sample.content, sample.file


def test_a_labelled_set_is_written_with_its_truth(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--count", "3", "--seed", "set"]) == 0
    files = [json.loads(line)["file"] for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert sorted(files) == sorted(path.name for path in (tmp_path / "documents").iterdir())
