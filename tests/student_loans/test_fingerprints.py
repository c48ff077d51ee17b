"""Fingerprints change with what a result depends on, and with nothing else."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from student_loans import fingerprints
from student_loans.fingerprints import code_version, page_fingerprint, record_fingerprint, version_of_files
from student_loans.settings import load_settings

INCLUDE = Path(__file__).resolve().parents[2] / "include"
PLACES = ("config/fields.yaml", "config/confidence.json", "checks", "records.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "include"
    shutil.copytree(INCLUDE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_they_are_twelve_hex_digits_and_the_same_every_time() -> None:
    settings = load_settings(environment={})
    for fingerprint in (record_fingerprint(settings), page_fingerprint(settings), code_version()):
        assert re.fullmatch("[0-9a-f]{12}", fingerprint)
    assert record_fingerprint(settings) == record_fingerprint(load_settings(environment={}))


def test_a_setting_that_may_change_a_record_changes_both() -> None:
    default = load_settings(environment={})
    finer = load_settings(environment={"LOAN_DOCUMENTS__PREPROCESSING__OCR_DPI": "400"})
    elsewhere = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__DATA_URI": "elsewhere"})
    assert record_fingerprint(default) != record_fingerprint(finer)
    assert page_fingerprint(default) != page_fingerprint(finer)
    assert record_fingerprint(default) == record_fingerprint(elsewhere)


@pytest.mark.parametrize("changed", ["config/fields.yaml", "config/confidence.json", "checks/finance.py", "records.py"])
def test_rules_vocabulary_and_confidence_model_change_the_version(copy: Path, changed: str) -> None:
    before = version_of_files(copy, PLACES)
    with (copy / changed).open("a") as file:
        file.write("\n")
    assert version_of_files(copy, PLACES) != before


def test_a_new_rule_file_changes_the_version_and_a_compiled_one_does_not(copy: Path) -> None:
    before = version_of_files(copy, PLACES)
    (copy / "checks" / "cached.pyc").write_bytes(b"compiled")
    assert version_of_files(copy, PLACES) == before
    (copy / "checks" / "new.py").write_text("")
    assert version_of_files(copy, PLACES) != before


def test_where_the_code_lies_makes_no_difference(copy: Path) -> None:
    assert version_of_files(copy, PLACES) == version_of_files(INCLUDE, PLACES)


def test_another_version_of_a_reading_library_changes_the_version() -> None:
    assert version_of_files(INCLUDE, PLACES, ["pypdfium2"]) != version_of_files(INCLUDE, PLACES, ["not-installed"])


def imported_by(module: str, found: set[str]) -> set[str]:
    """Files below ``include`` that a module imports, at any depth, wherever in its code."""
    place = module.removeprefix("include").lstrip(".").replace(".", "/")
    file = next((f for f in (f"{place}.py", f"{place}/__init__.py".lstrip("/")) if (INCLUDE / f).is_file()), None)
    if file is None or file in found:
        return found
    found.add(file)
    for node in ast.walk(ast.parse((INCLUDE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "include":
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                imported_by(str(name), found)
    return found


ABOUT_NO_WORD = {
    *("acquisition/sources/base.py", "errors.py", "fingerprints.py", "library_objects.py"),
    *("records.py", "settings.py", "yaml_files.py"),
}
"""Settings count by their values, and the others say nothing about what a page holds."""


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("student_loans.preparation.pages", "_PAGE_CODE"),
        ("student_loans.reading.rapidocr", "_READER_CODE"),
        ("student_loans.reading.tesseract", "_READER_CODE"),
        ("student_loans.understanding.document", "_RECORD_CODE"),
    ],
)
def test_every_module_that_has_a_part_in_a_result_changes_its_fingerprint(module: str, code: str) -> None:
    places = getattr(fingerprints, code)
    files = {file for file in imported_by(module, set()) if not file.endswith("__init__.py")} - ABOUT_NO_WORD
    if code == "_READER_CODE":
        files = {file for file in files if file.startswith("extraction/")}  # images are in the key themselves
        places = (*places, "extraction/words.py", "extraction/kept_images.py")
    missing = [file for file in sorted(files) if not any(file == p or file.startswith(f"{p}/") for p in places)]
    assert missing == []


def test_what_is_listed_is_there() -> None:
    listed = {*fingerprints._READER_CODE, *fingerprints._PAGE_CODE, *fingerprints._RECORD_CODE}
    assert [place for place in sorted(listed) if not (INCLUDE / place).exists()] == []


def test_a_wording_leaves_prepared_pages_as_they_are() -> None:
    assert not any("labels" in place or "confidence" in place for place in fingerprints._PAGE_CODE)
