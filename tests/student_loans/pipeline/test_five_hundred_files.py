"""Five hundred mixed files, one in five bad: each is accounted for once, and a second run opens none of them."""

from __future__ import annotations

from pathlib import Path

from student_loans.intake.acquire_stage import REFUSED, acquire_documents, find_new_documents
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE, check_documents
from student_loans.intake.source_items import SourceItems
from student_loans.intake.sources import FolderSource
from student_loans.records import DocumentRecord, Status
from student_loans.results.store import ResultsDatabase
from student_loans.settings import settings
from student_loans.storage.run_folder import RunFolder
from tests.document_factory import make_image, make_pdf

GOOD, BAD_OF_A_KIND = 400, 20
BAD_KINDS = {"empty_file", "encrypted_pdf", "truncated_file", "unsupported_format"}


def fill(inbox: Path) -> None:
    for number in range(GOOD):
        (inbox / f"good {number:03d}.pdf").write_bytes(make_pdf([[f"Promissory note {number}"]]))
    for number in range(BAD_OF_A_KIND):
        (inbox / f"empty {number}.pdf").write_bytes(b"")
        (inbox / f"locked {number}.pdf").write_bytes(make_pdf([[f"{number}"]], password="secret"))
        (inbox / f"cut {number}.png").write_bytes(make_image("PNG", (400 + number, 300))[:-60])
        (inbox / f"text {number}.pdf").write_text(f"Dear borrower {number}")
        (inbox / f"copy {number}.pdf").write_bytes((inbox / f"good {number:03d}.pdf").read_bytes())


def state_of(folder: Path) -> list[tuple[str, bytes, int]]:
    return [(path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]


def test_five_hundred_files(inbox: Path, run: RunFolder, database: ResultsDatabase, items: SourceItems) -> None:
    fill(inbox)
    before = state_of(inbox)
    first = acquire_documents(FolderSource(inbox), run, database, items, settings())
    assert (first.files, first.opened, first.new) == (500, 500, GOOD + 3 * BAD_OF_A_KIND + 1)  # all empty files are one

    checked = check_documents(run, settings())
    good = [reference for group in checked.groups for reference in run.read_references(group.part)]
    bad = list(run.read_records([QUARANTINED_AT_INTAKE, REFUSED]))
    assert (len(good), len(bad)) == (GOOD, 3 * BAD_OF_A_KIND + 1)
    assert {record.error for record in bad} == BAD_KINDS
    for record in bad:
        assert run.store.path(f"quarantine/{record.document_id[:2]}/{record.document_id}.json").exists()

    database.store_records("run-1", [*bad, *(DocumentRecord(r.document_id, r.source_uri, Status.REVIEW) for r in good)])
    counts = database.run_counts("run-1")
    assert counts.add_up
    assert (counts.review, counts.quarantined, counts.duplicate) == (400, 61, 39)

    database.start_run("run-2", dag_id="test", source_uri="file:///inbox", settings_fingerprint="0")
    again = acquire_documents(FolderSource(inbox), RunFolder(run.store, "run-2"), database, items, settings())
    assert (again.files, again.unchanged, again.opened, again.new) == (500, 500, 0, 0)
    assert find_new_documents(FolderSource(inbox), database, items, settings().intake) == (500, 0)
    assert state_of(inbox) == before
