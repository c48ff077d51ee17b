"""Prepare: pages by content, features beside them, a document that breaks its process put aside."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.intake.check_stage import DocumentGroup, check_documents
from student_loans.preparation.feature_parts import FEATURES_FILE, write_features
from student_loans.preparation.stage import prepare_group
from student_loans.records import DocumentRecord, FileFormat, Status
from student_loans.settings import Settings, settings
from student_loans.storage.run_folder import DocumentReference, RunFolder
from tests import hostile_functions
from tests.document_factory import make_heic, make_image, make_pdf

if TYPE_CHECKING:
    import pytest

LINES = [["Promissory note between the lender and the borrower about a loan of money for school"] * 3]


def grouped(run: RunFolder, *contents: bytes, options: Settings | None = None) -> DocumentGroup:
    ids = [run.store.put_raw(content) for content in contents]
    references = [DocumentReference(id_, f"file:///inbox/{n}", str(n)) for n, id_ in enumerate(ids)]
    run.write_references(ACQUIRED, references)
    (group,) = check_documents(run, options or settings(), documents_per_task=len(contents)).groups
    return group


def test_pages_are_prepared_once_and_their_features_collected(run: RunFolder) -> None:
    group = grouped(run, make_pdf(LINES), make_heic())
    first = prepare_group(run, group, settings(), None)
    assert (first.documents, first.quarantined) == (2, 0)
    assert prepare_group(run, group, settings(), None) == first
    references = list(run.read_references(first.prepared_part))
    assert [reference.file_format for reference in references] == [FileFormat.PDF, FileFormat.HEIC]
    run.write_records("records", [DocumentRecord(r.document_id, r.source_uri, Status.REVIEW) for r in references])
    assert write_features(run, ["records"]) == 2
    printed, photo = pq.read_table(io.BytesIO(run.read_file(FEATURES_FILE))).to_pylist()
    assert (printed["scanned_pages"], photo["scanned_pages"]) == (0, 1)
    assert printed["words"] > 20
    assert photo["contrast"] is not None
    assert photo["letter_height_px"] > 0


def test_a_run_without_documents_has_an_empty_table_of_features(run: RunFolder) -> None:
    run.write_records("records", [])
    assert write_features(run, ["records"]) == 0


def test_a_document_that_breaks_the_process_is_quarantined_and_the_others_go_on(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = grouped(run, make_image("PNG"), make_image("JPEG"))
    monkeypatch.setattr("student_loans.preparation.pages.prepare_pages", hostile_functions.prepare_with_crash)
    prepared = prepare_group(run, group, settings(), None)
    assert (prepared.documents, prepared.quarantined) == (1, 1)
    (record,) = run.read_records([prepared.quarantined_part])
    assert (record.status, record.error) == (Status.QUARANTINED, "parser_crashed")
    assert run.store.path(f"quarantine/{record.document_id[:2]}/{record.document_id}").exists()
