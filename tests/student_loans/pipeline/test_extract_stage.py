"""Extract: prepared pages into records, whatever happened to the pages in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ServiceError
from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.intake.check_stage import check_documents
from student_loans.pipeline.extract_stage import extract_group
from student_loans.preparation.stage import PreparedGroup, prepare_group
from student_loans.settings import settings
from student_loans.storage.run_folder import DocumentReference, RunFolder

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "documents"


@pytest.fixture
def prepared(run: RunFolder) -> PreparedGroup:
    """A printed document and a scan, ready to be read."""
    contents = [(SAMPLES / name).read_bytes() for name in ("sample-01.pdf", "sample-07.jpg")]
    references = [DocumentReference(run.store.put_raw(one), f"file:///{n}", str(n)) for n, one in enumerate(contents)]
    run.write_references(ACQUIRED, references)
    (group,) = check_documents(run, settings(), documents_per_task=2).groups
    return prepare_group(run, group, settings(), None)


def kept(run: RunFolder, ending: str) -> list[Path]:
    return [path for path in Path(run.store.path("processed").path).rglob(f"*{ending}") if path.is_file()]


def results(run: RunFolder, group: PreparedGroup) -> list[tuple[str, str, int]]:
    extracted = extract_group(run, group, settings(), None)
    records = run.read_records([extracted.parts[1]])
    return [(record.document_id, record.status.value, len(record.fields)) for record in records]


@pytest.mark.parametrize("damage", ["half", "gone", "noise"])
@pytest.mark.parametrize("ending", [".png", "pages.json"])
def test_pages_that_were_damaged_since_they_were_prepared_are_prepared_again(
    run: RunFolder, prepared: PreparedGroup, damage: str, ending: str
) -> None:
    for path in kept(run, ending):
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(content[: len(content) // 2] if damage == "half" else bytes(len(content)))
    after = results(run, prepared)
    assert len(after) == 2
    assert all(status in ("accepted", "review") and fields for _, status, fields in after)


def test_a_fault_that_is_not_in_the_pages_is_not_hidden(
    run: RunFolder, prepared: PreparedGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    from student_loans.errors import ErrorCode

    def broken(*_: object, **__: object) -> None:
        raise ServiceError(ErrorCode.OCR_FAILED, "The reader broke.")

    monkeypatch.setattr("student_loans.understanding.document.extract_prepared", broken)
    with pytest.raises(ServiceError, match="reader broke"):
        extract_group(run, prepared, settings(), None)
