"""Fingerprints change with what a result depends on, and with nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from include.fingerprints import code_version, page_fingerprint, record_fingerprint, version_of_files
from include.settings import load_settings

INCLUDE = Path(__file__).resolve().parents[2] / "include"
PLACES = ("config/labels.yaml", "config/confidence.json", "checks", "records.py")


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


@pytest.mark.parametrize("changed", ["config/labels.yaml", "config/confidence.json", "checks/finance.py", "records.py"])
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


def test_a_wording_leaves_prepared_pages_as_they_are() -> None:
    from include import fingerprints

    assert not any("labels" in place or "confidence" in place for place in fingerprints._PAGE_CODE)
