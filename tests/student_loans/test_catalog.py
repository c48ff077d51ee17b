"""The catalogue: a type or a field is an entry of one YAML file, and everything else is made from it."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from student_loans import catalog
from student_loans.catalog import (
    UNKNOWN_TYPE,
    DocumentType,
    FieldEntry,
    FieldKind,
    TypeEntry,
    field_catalog,
    fields_file,
    types_file,
)
from student_loans.checks.document_checks import run_checks
from student_loans.errors import ConfigurationError
from tests.document_factory import make_pdf

PROJECT_ROOT = Path(__file__).resolve().parents[2]
NEW_TYPE = """
  cosigner_notice:
    required: [lender_name, borrower_name, guaranteed_amount]
    expected: [cosigner_name, document_date, guarantee]
    expected_until_known: [guarantee]
    defining: [guaranteed_amount]
    titles: [notice to cosigner, notice to guarantor]
    phrases:
      notice to cosigner: 8
      being asked to guarantee: 6
"""
NEW_FIELDS = """
fields:
  guaranteed_amount:
    kind: money
    limits: {min: 1, max: 500000}
    wordings: [guaranteed amount, amount guaranteed by you]
  guarantee:
    kind: choice
    choices: [full, partial]
    wordings: [kind of guarantee]
  counselor_name:
    kind: name
    names: person
    printed_by: {cosigner_notice: expected}
    wordings: [your loan counselor]
  collection_agency_name:
    kind: name
    names: organisation
    printed_by: {cosigner_notice: expected}
    wordings: [debts are collected by]
  autopay_number:
    kind: identifier
    printed_by: {billing_statement: expected_until_known, cosigner_notice: expected}
    wordings: [autopay number]
"""
NOTICE = [
    "Harbor Lane Credit Union",
    "",
    "Notice to Cosigner",
    "",
    "Date: March 14, 2026",
    "Lender: Harbor Lane Credit Union",
    "Borrower: Dana Okafor",
    "Cosigner: Ruth Okafor",
    "Guaranteed Amount: $18,250.00",
    "Kind of Guarantee: Partial",
    "Your Loan Counselor: Miriam Castellane",
    "Debts are Collected by: Millrace Recovery Services, LLC",
    "Autopay Number: HL-2041188",
    "",
    "You are being asked to guarantee this student loan. Think carefully before you do.",
    "If the borrower does not pay the loan, you will have to.",
]


@pytest.fixture(scope="module")
def on_the_fly(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> dict[str, Any]:
    """What a copy of the package does after a change of its two YAML files, and of nothing else."""
    import uuid

    import psycopg

    folder = tmp_path_factory.mktemp("on_the_fly")
    original, copied = PROJECT_ROOT / "include" / "student_loans", folder / "include" / "student_loans"
    shutil.copytree(original, copied, ignore=shutil.ignore_patterns("__pycache__"))
    with (copied / "config" / "document_types.yaml").open("a", encoding="utf-8") as types:
        types.write(NEW_TYPE.lstrip("\n"))
    fields = copied / "config" / "fields.yaml"
    fields.write_text(fields.read_text(encoding="utf-8").replace("\nfields:\n", NEW_FIELDS, 1), encoding="utf-8")
    (folder / "notice.pdf").write_bytes(make_pdf([NOTICE]))
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        done = subprocess.run(
            [
                sys.executable,
                str(Path(__file__).with_name("on_the_fly.py")),
                str(folder / "notice.pdf"),
                postgres_server.replace("/postgres?", f"/{name}?"),
            ],
            env={**os.environ, "PYTHONPATH": f"{folder / 'include'}:{PROJECT_ROOT / 'plugins'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    code = [path.relative_to(original) for path in original.rglob("*.py")]
    assert filecmp.cmpfiles(original, copied, code, shallow=False)[1:] == ([], []), "no code was changed"
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.integration
def test_a_document_of_a_new_type_is_recognised_and_read(on_the_fly: dict[str, Any]) -> None:
    record = on_the_fly["record"]
    assert record["document_type"] == "cosigner_notice"
    assert {name: field["value"] for name, field in record["fields"].items()} == {
        "lender_name": "Harbor Lane Credit Union",
        "borrower_name": "Dana Okafor",
        "cosigner_name": "Ruth Okafor",
        "document_date": "2026-03-14",
        "guaranteed_amount": "18250.00",
        "guarantee": "partial",
        "counselor_name": "Miriam Castellane",
        "collection_agency_name": "Millrace Recovery Services, LLC",
        "autopay_number": "HL-2041188",
    }


@pytest.mark.integration
def test_what_the_new_type_requires_is_demanded_in_a_batch_and_in_the_database(on_the_fly: dict[str, Any]) -> None:
    expected = ["cosigner_notice_is_complete", "guaranteed_amount_is_plausible"]
    assert [name for name in on_the_fly["failures"] if name in expected] == expected
    assert [name for name in on_the_fly["stored_failures"] if name in expected] == expected


@pytest.mark.integration
def test_the_schema_and_the_features_of_statistics_have_both(on_the_fly: dict[str, Any]) -> None:
    assert 'value: "cosigner_notice"' in on_the_fly["schema"]
    assert 'name: "guaranteed_amount"' in on_the_fly["schema"]
    assert 'string_domain { name: "guarantee" value: "full" value: "partial" }' in on_the_fly["schema"]
    assert {"guaranteed_amount", "guarantee", "autopay_number_shape"} <= set(on_the_fly["columns"])
    assert not {"counselor_name", "autopay_number"} & set(on_the_fly["columns"]), "nobody is recognised in a row"


@pytest.mark.integration
def test_the_pages_offer_the_new_type_as_a_filter(on_the_fly: dict[str, Any]) -> None:
    assert on_the_fly["offered"][-2:] == ["cosigner_notice", "unknown"]
    assert on_the_fly["described"] == on_the_fly["offered"]
    assert "/api/v1/document-types" in on_the_fly["paths"]


@pytest.mark.integration
def test_a_field_says_itself_which_known_types_print_it(on_the_fly: dict[str, Any]) -> None:
    assert on_the_fly["fields_of_bills"][-1] == "autopay_number"
    assert on_the_fly["kinds"].index("autopay_number") < on_the_fly["kinds"].index("document_date"), "kind by kind"


def test_no_page_lists_types_of_its_own() -> None:
    scripts = (PROJECT_ROOT / "plugins" / "loan_documents" / "web" / "static").rglob("*.js")
    names = [kind.value for kind in DocumentType if kind is not UNKNOWN_TYPE]
    assert [path.name for path in scripts for name in names if name in path.read_text(encoding="utf-8")] == []


def test_no_code_names_a_document_type() -> None:
    members = [f"DocumentType.{kind.name}" for kind in DocumentType if kind is not UNKNOWN_TYPE]
    places = [PROJECT_ROOT / "include" / "student_loans", PROJECT_ROOT / "plugins", PROJECT_ROOT / "dags"]
    code = {path: path.read_text(encoding="utf-8") for place in places for path in place.rglob("*.py")}
    assert [path.name for path, text in code.items() for member in members if member in text] == []


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"kind": "colour"}, "kind"),
        ({"kind": "choice"}, "kind choice needs choices"),
        ({"kind": "choice", "choices": ["income driven"]}, "choices"),
        ({"kind": "whole_number"}, "kind whole_number needs grammar"),
        ({"kind": "name"}, "kind name needs names"),
        ({"kind": "date", "limits": {"min": 1, "max": 2}}, "limits has no meaning for kind date"),
        ({"kind": "rate", "signed": True}, "signed has no meaning for kind rate"),
        ({"kind": "money", "wording": ["fee"]}, "wording"),
    ],
)
def test_an_entry_of_a_field_that_makes_no_sense_is_refused(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        FieldEntry.model_validate(entry)


def test_a_name_that_is_no_name_is_refused() -> None:
    file = fields_file().model_dump()
    with pytest.raises(ValidationError, match="Drop Table"):
        catalog.FieldsFile.model_validate({**file, "fields": {"Drop Table": {"kind": "date"}}})
    with pytest.raises(ValidationError, match="unknown is what no type is"):
        catalog.TypesFile.model_validate({**types_file().model_dump(), "types": {"unknown": {}}})


def with_files(monkeypatch: pytest.MonkeyPatch, kind: dict[str, Any], field: dict[str, Any]) -> None:
    """Have the catalogue made of a note with these keys and one field with these."""
    types = types_file().model_copy(update={"types": {"promissory_note": TypeEntry.model_validate(kind)}})
    fields = fields_file().model_copy(update={"fields": {"apr": FieldEntry.model_validate(field)}})
    monkeypatch.setattr(catalog, "types_file", lambda: types)
    monkeypatch.setattr(catalog, "fields_file", lambda: fields)


@pytest.mark.parametrize(
    ("kind", "field", "says"),
    [
        ({"required": ["poem"]}, {}, "the type promissory_note names poem, which is no field"),
        ({"wordings": {"poem": ["ode"]}}, {}, "names poem, which is no field"),
        ({}, {"printed_by": {"poem": "required"}}, "the field apr is printed by poem, which is no document type"),
        ({"one_of": [["apr"]]}, {"printed_by": {"promissory_note": "required"}}, "both say how it is printed"),
    ],
)
def test_names_that_only_one_of_the_files_has_are_refused(
    monkeypatch: pytest.MonkeyPatch, kind: dict[str, Any], field: dict[str, Any], says: str
) -> None:
    with_files(monkeypatch, kind, {"kind": "rate", **field})
    with pytest.raises(ConfigurationError, match=says) as caught:
        field_catalog.__wrapped__()
    assert caught.value.code == "invalid_settings"


def test_what_a_field_says_of_a_type_counts_as_if_the_type_said_it(monkeypatch: pytest.MonkeyPatch) -> None:
    note = DocumentType("promissory_note")
    for presence in ("required", "expected", "expected_until_known"):
        with_files(monkeypatch, {}, {"kind": "rate", "printed_by": {"promissory_note": presence}})
        made = field_catalog.__wrapped__()
        found = (made.required[note], made.expected[note], made.expected_until_known[note])
        assert [one == ("apr",) for one in found] == [
            presence == "required",
            presence != "required",
            presence == "expected_until_known",
        ]


def test_every_check_that_a_type_names_exists() -> None:
    for document_type in DocumentType:
        run_checks(document_type, {})


def test_every_amount_that_may_be_lost_is_an_amount() -> None:
    made = field_catalog()
    assert {made.kinds[name] for name in made.fields_that("at_risk")} == {FieldKind.MONEY}
