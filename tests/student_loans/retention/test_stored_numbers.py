"""What earlier versions stored is found and corrected, on a real folder and a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from student_loans.intake.source_items import SourceItem, SourceItems
from student_loans.results.store import ResultsDatabase
from student_loans.retention.stored_files import redact_content
from student_loans.retention.stored_numbers import StoredNumbers, redact_stored
from student_loans.storage.listing import list_files
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.storage.run_folder import RunFolder
from student_loans.versioning.run_version import version_run
from student_loans.versioning.workspace import DvcWorkspace
from tests.page_factory import make_page
from tests.record_factory import make_record

pytestmark = pytest.mark.integration

NUMBER, DIGITS = "987_65_4321", "987654321"
ID = make_record(1).document_id
FOLDER = f"processed/{ID[:2]}/{ID}/0123456789ab"


def page(*rows: str) -> dict[str, object]:
    return {"number": 1, "text": make_page(list(rows)).to_json()}


@pytest.fixture
def store(run: RunFolder, database: ResultsDatabase, items: SourceItems, empty_database: str) -> ObjectStore:
    """What a version wrote that knew ``987-65-4321`` and no other shape."""
    store = run.store
    database.store_records("run-1", [make_record(1)])
    items.note_items("file:///inbox", [SourceItem("file:///inbox/a.pdf", "a.pdf", "v1", ID)], "run-1")
    with psycopg.connect(empty_database) as connection:
        connection.execute(
            "UPDATE loan_documents.documents SET name = %s, source_uri = %s, review_reasons = %s, loans = %s",
            (
                f"{NUMBER}.pdf",
                f"file:///inbox/{DIGITS}.pdf",
                [f"read {NUMBER}"],
                json.dumps([{"loan_number": {"value": "7", "raw": NUMBER}}]),
            ),
        )
        connection.execute("UPDATE loan_documents.source_items SET item_uri = %s", (f"file:///inbox/{NUMBER}.pdf",))
        connection.execute("UPDATE loan_documents.fields SET raw = %s WHERE name = 'lender_name'", (NUMBER,))
    pages = [page("SSN", f"{DIGITS} of the borrower", NUMBER, "Account 123456789")]
    write(store, f"{FOLDER}/pages.json", json.dumps(pages))
    write(store, f"{FOLDER}/view-0001-1.webp", "")
    write(store, f"{FOLDER}/view-0001-2.webp", "")
    write(store, "words/ab/abcd.json", json.dumps(make_page([f"SSN {DIGITS}"]).to_json()))
    write(store, "words/ab/abce.json", json.dumps(make_page(["Account 123456789"]).to_json()))
    write(store, f"quarantine/{ID[:2]}/{ID}.json", json.dumps({"name": f"{DIGITS}.pdf", "message": "corrupt"}))
    write(store, "runs/run-1/acquired.jsonl", json.dumps({"name": f"{NUMBER}.pdf", "source_uri": "file:///x"}) + "\n")
    store.put_raw(NUMBER.encode())
    return store


@pytest.fixture
def reports(tmp_path: Path) -> ObjectStore:
    reports = open_store(str(tmp_path / "reports"))
    write(reports, "run-1/report.html", f"<p>{NUMBER}.pdf</p><svg><path d='M987 65 4321'/></svg>")
    return reports


def write(store: ObjectStore, key: str, text: str) -> None:
    path = store.path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def texts(store: ObjectStore, conninfo: str) -> Iterator[str]:
    """Everything that is stored, but the originals."""
    for room in ("processed", "words", "quarantine", "runs"):
        yield from (store.path(file.key).read_text() for file in list_files(store, room))
    with psycopg.connect(conninfo) as connection:
        for table in ("documents", "source_items", "fields", "sightings", "runs", "record_versions"):
            yield from (str(row) for row in connection.execute(f"SELECT t::text FROM loan_documents.{table} AS t"))


def test_numbers_are_found_without_being_changed(store: ObjectStore, reports: ObjectStore, empty_database: str) -> None:
    before = sorted(texts(store, empty_database))
    found = redact_stored(store, empty_database, reports=reports, scan_only=True)
    assert found == StoredNumbers(rows=3, files=3, cached_words=1, page_views=1, reports=1)
    assert sorted(texts(store, empty_database)) == before


def test_numbers_are_taken_out_of_everything_but_the_originals(
    store: ObjectStore, reports: ObjectStore, empty_database: str
) -> None:
    found = redact_stored(store, empty_database, reports=reports)
    assert found == StoredNumbers(rows=3, files=3, cached_words=1, page_views=1, reports=1)
    stored = "\n".join(texts(store, empty_database))
    assert NUMBER not in stored
    assert DIGITS not in stored
    assert "123456789" in stored, "an account number was taken for a social security number"
    assert reports.path("run-1/report.html").read_text() == "<p>***-**-4321.pdf</p><svg><path d='M987 65 4321'/></svg>"
    assert redact_stored(store, empty_database, reports=reports).clean


def test_pages_keep_their_words_and_lose_their_numbers(store: ObjectStore, empty_database: str) -> None:
    redact_stored(store, empty_database)
    (entry,) = store.read_json(f"{FOLDER}/pages.json")
    words = " ".join(word[0] for word in entry["text"]["words"])
    assert words == "SSN *****4321 of the borrower ***_**_4321 Account 123456789"
    assert {file.key for file in list_files(store, "words")} == {"words/ab/abce.json"}


def test_a_file_is_still_known_by_its_address(store: ObjectStore, items: SourceItems, empty_database: str) -> None:
    before = set(items.items("file:///inbox"))
    redact_stored(store, empty_database)
    (item,) = items.items("file:///inbox").values()
    assert item.uri == "file:///inbox/%5Bnumber%5D.pdf"
    assert {item.key} == before


def test_runs_whose_data_version_holds_a_number_are_named(
    store: ObjectStore, run: RunFolder, empty_database: str, tmp_path: Path
) -> None:
    workspace = DvcWorkspace(tmp_path / "versions")
    run.write_references("acquired", [])
    run.write_rows("unknown", [])
    run.write_records("validated", [])
    write(store, "runs/run-1/note.json", json.dumps({"message": f"read {NUMBER}"}))
    version_run(run, workspace, (), 1 << 20)
    found = redact_stored(store, empty_database, workspace=workspace)
    assert found.versions == ("run-1",)
    assert not found.clean


def test_a_damaged_file_is_left_to_whoever_reads_it() -> None:
    assert redact_content("pages.json", b'{"text": "987_65') == b'{"text": "987_65'
