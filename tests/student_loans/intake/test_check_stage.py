"""Check: good documents are grouped for the mapped tasks, bad ones are put aside with a code."""

from __future__ import annotations

import pytest

from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, check_documents
from student_loans.records import FileFormat, Status
from student_loans.settings import settings
from student_loans.storage.run_folder import DocumentReference, RunFolder
from tests import hostile_functions
from tests.document_factory import make_image, make_pdf


def acquired(run: RunFolder, *contents: bytes) -> list[str]:
    ids = [run.store.put_raw(content) for content in contents]
    references = (DocumentReference(id_, f"file:///inbox/{n}.pdf", f"{n}.pdf") for n, id_ in enumerate(ids))
    run.write_references(ACQUIRED, references)
    return ids


def test_a_good_document_is_grouped_with_its_format_and_pages(run: RunFolder) -> None:
    acquired(run, make_pdf([["a"], ["b"]]))
    result = check_documents(run, settings())
    (group,) = result.groups
    assert (group.documents, group.label) == (1, "0.pdf")
    (reference,) = run.read_references(group.part)
    assert (reference.file_format, reference.page_count) == (FileFormat.PDF, 2)


def test_a_bad_document_is_quarantined_and_the_others_go_on(run: RunFolder) -> None:
    _, bad = acquired(run, make_image("PNG"), b"no document")
    result = check_documents(run, settings())
    assert ([group.documents for group in result.groups], result.quarantined) == ([1], 1)
    (record,) = run.read_records([QUARANTINED_AT_INTAKE])
    assert (record.document_id, record.status, record.error) == (bad, Status.QUARANTINED, "unsupported_format")
    assert run.store.path(f"quarantine/{bad[:2]}/{bad}").read_bytes() == b"no document"
    assert run.store.read_json(f"quarantine/{bad[:2]}/{bad}.json")["error"] == "unsupported_format"


@pytest.mark.parametrize("how", ["crash", "hang"])
def test_a_document_that_breaks_the_process_is_quarantined_and_the_others_go_on(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    _, bad = acquired(run, make_pdf([["a"]]), b"bad" + make_pdf([["b"]]))
    monkeypatch.setattr(
        "student_loans.intake.check_stage.check_document", getattr(hostile_functions, f"check_with_{how}")
    )
    quick = settings().isolation.model_copy(update={"check_timeout_s": 5.0, "workers": 2})
    result = check_documents(run, settings().model_copy(update={"isolation": quick}))
    assert ([group.documents for group in result.groups], result.quarantined) == ([1], 1)
    (record,) = run.read_records([QUARANTINED_AT_INTAKE])
    assert (record.document_id, record.error) == (bad, {"crash": "parser_crashed", "hang": "timed_out"}[how])
    assert run.store.path(f"quarantine/{bad[:2]}/{bad}").read_bytes().startswith(b"bad")


def test_nothing_acquired_makes_no_groups(run: RunFolder) -> None:
    acquired(run)
    assert check_documents(run, settings()).groups == ()


def test_a_group_holds_as_many_documents_as_asked(run: RunFolder) -> None:
    acquired(run, *(make_pdf([[f"document {number}"]]) for number in range(5)))
    groups = check_documents(run, settings(), documents_per_task=2).groups
    assert [group.documents for group in groups] == [2, 2, 1]
    assert [group.label for group in groups] == ["0.pdf and 1 more", "2.pdf and 1 more", "4.pdf"]


def test_a_deployment_says_how_many_tasks_read_at_once(run: RunFolder) -> None:
    acquired(run, *(make_pdf([[f"document {number}"]]) for number in range(20)))
    many = settings().model_copy(update={"operations": settings().operations.model_copy(update={"reading_tasks": 10})})
    assert [group.documents for group in check_documents(run, many).groups] == [1] * 20
