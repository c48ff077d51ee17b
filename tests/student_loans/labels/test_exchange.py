"""Labels in and out of files and the database."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from student_loans.cli import main
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.labels.exchange import read_label_file, write_labels_csv, write_labels_jsonl
from student_loans.labels.label import DocumentLabel
from student_loans.labels.store import LabelStore
from student_loans.records import DocumentType
from student_loans.results.store import ResultsDatabase
from tests.record_factory import document_id, make_record

LABELS = [
    DocumentLabel(
        document_id(1),
        DocumentType.PAYOFF_LETTER,
        {"per_diem": "6.05", "borrower_name": 'Ann "A", Oduya'},
        "fairloom",
        "degraded",
        "corpus",
    ),
    DocumentLabel(document_id(2), DocumentType.FORM_1098E, {}, source="review"),
]
PLANTED = "987-65-4321"


@pytest.mark.parametrize(("name", "write"), [("a.jsonl", write_labels_jsonl), ("a.csv", write_labels_csv)])
def test_what_is_exported_is_imported_again(tmp_path: Path, name: str, write) -> None:  # type: ignore[no-untyped-def]
    assert write(tmp_path / name, LABELS) == 2
    assert list(read_label_file(tmp_path / name)) == LABELS


def test_a_truth_file_names_files_and_lists_some_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"bytes")
    lines = [
        {"file": "a.pdf", "document_type": "payoff_letter", "fields": {"per_diem": "6.05"}, "lender_family": "fairloom",
         "printed": {"borrower_ssn_last4": [PLANTED]}},
        {"file": "b.pdf", "expected_status": "quarantined"},
    ]  # fmt: skip
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, lines)))
    [label] = read_label_file(tmp_path / "truth.jsonl", tmp_path)
    assert label.document_id == hashlib.sha256(b"bytes").hexdigest()
    assert (label.lender, label.source) == ("fairloom", "truth")
    assert PLANTED not in json.dumps(label.to_json())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"document_type": "payoff_letter"}', "no document_id"),
        ('{"document_id": "12", "document_type": "payoff_letter"}', "SHA-256"),
        (json.dumps({"document_id": document_id(1), "document_type": "poem"}), "document_type"),
        (json.dumps({"document_id": document_id(1), "document_type": "payoff_letter", "fields": {"ssn": "1"}}), "ssn"),
        (
            json.dumps(
                {
                    "document_id": document_id(1),
                    "document_type": "form_1098e",
                    "fields": {"borrower_ssn_last4": PLANTED},
                }
            ),
            "last four digits",
        ),
        ("not json", "not a JSON object"),
    ],
)
def test_a_line_that_is_no_label_is_refused_by_number_without_its_values(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "labels.jsonl").write_text(line + "\n")
    with pytest.raises(ConfigurationError, match=fault) as caught:
        list(read_label_file(tmp_path / "labels.jsonl"))
    assert caught.value.code is ErrorCode.INVALID_LABELS
    assert "ine 1" in caught.value.message
    assert PLANTED not in str(caught.value)


@pytest.mark.integration
class TestStore:
    def test_labels_come_back_and_twice_changes_nothing(self, database: ResultsDatabase, empty_database: str) -> None:
        store = LabelStore(empty_database)
        assert store.store_labels(LABELS) == 2
        assert store.store_labels(LABELS) == 0
        assert {label.document_id: label for label in store.labels()} == {one.document_id: one for one in LABELS}

    def test_the_newest_label_of_a_document_holds(self, database: ResultsDatabase, empty_database: str) -> None:
        store = LabelStore(empty_database)
        newer = DocumentLabel(document_id(1), DocumentType.PAYOFF_LETTER, {"per_diem": "7.00"}, source="review")
        assert store.store_labels([LABELS[0], newer]) == 1
        assert list(store.labels()) == [newer]

    def test_labels_meet_their_records(self, database: ResultsDatabase, empty_database: str) -> None:
        store = LabelStore(empty_database)
        store.store_labels(LABELS)
        database.start_run("run-1", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
        database.store_records("run-1", [make_record(1), make_record(3)])
        [(record, label)] = store.labelled_records()
        assert (record.document_id, label) == (document_id(1), LABELS[0])
        assert record.fields.keys() == make_record(1).fields.keys()
        assert store.count() == (2, 1)

    def test_a_bad_file_stores_nothing(self, database: ResultsDatabase, empty_database: str, tmp_path: Path) -> None:
        path = tmp_path / "labels.jsonl"
        path.write_text(json.dumps(LABELS[0].to_json()) + "\nnot json\n")
        assert main(["labels", "import", str(path), "--database", empty_database]) == 1
        assert LabelStore(empty_database).count() == (0, 0)

    def test_the_command_imports_and_exports(
        self, database: ResultsDatabase, empty_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_labels_jsonl(tmp_path / "in.jsonl", LABELS)
        assert main(["labels", "import", str(tmp_path / "in.jsonl"), "--database", empty_database]) == 0
        assert main(["labels", "export", str(tmp_path / "out.csv"), "--database", empty_database]) == 0
        assert "2 labels are new or changed; 2 in all, 0 of them with a record." in capsys.readouterr().out
        assert {one.document_id for one in read_label_file(tmp_path / "out.csv")} == {one.document_id for one in LABELS}


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LOAN_DOCUMENTS_DB", raising=False)
    (tmp_path / "labels.jsonl").touch()
    assert main(["labels", "import", str(tmp_path / "labels.jsonl")]) == 2
    assert "--database" in capsys.readouterr().err
