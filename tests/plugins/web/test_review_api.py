"""The review queue through the API, and the pages it shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from student_loans.preparation.artifacts import save_pages
from student_loans.preparation.pages import prepare_pages
from student_loans.records import FileFormat, Status
from student_loans.results.store import ResultsDatabase
from student_loans.review.facts import FactStore
from student_loans.settings import settings
from student_loans.storage.object_store import open_store
from tests import hostile_functions
from tests.document_factory import make_pdf
from tests.record_factory import extracted, make_quarantined, make_record, make_statement_of_loans

LINES = ["Promissory note", "Social security number: 987-65-4321", "Loan amount $18,250.00"]


@pytest.fixture
def documents(database: ResultsDatabase, facts: FactStore, tmp_path: Any) -> str:
    """Three documents, of which the first, with a page in the object store, is in review; its id."""
    store = open_store(str(tmp_path / "data"))
    content = make_pdf([LINES])
    one = store.put_raw(content)
    folder = store.processed_folder(one, settings().fingerprint())
    save_pages(folder, prepare_pages(content, FileFormat.PDF, settings()))
    fields = {name: extracted(name, 0.6) for name in ("loan_amount", "borrower_name")}
    review = make_record(
        1, document_id=one, status=Status.REVIEW, fields=fields, page_count=1, review_reasons=("loan_amount: unsure",)
    )
    database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
    database.store_records("run-1", [review, make_record(2), make_quarantined(3)])
    facts.catch_up()
    return one


def test_a_document_is_taken_corrected_and_accepted(editor: TestClient, viewer: TestClient, documents: str) -> None:
    queue = viewer.get("review/queue").json()
    assert [row["document_id"] for row in queue["items"]] == [documents]
    assert queue["items"][0]["reasons"] == ["loan_amount: unsure"]
    assert editor.post("review/next").json() == {"document_id": documents}
    shown = editor.get(f"review/documents/{documents}").json()
    assert (shown["mine"], shown["kind"]) == (True, "review")
    body = {"verdict": "accepted", "version": shown["version"], "changes": {"loan_amount": "19000"}}
    done = editor.post(f"review/documents/{documents}/decision", json=body)
    assert done.status_code == 200, done.text
    assert (done.json()["status"], done.json()["fields_wrong"]) == ("accepted", 1)
    record = viewer.get(f"documents/{documents}/record").json()
    assert (record["status"], record["fields"]["loan_amount"]["value"]) == ("accepted", "19000.00")
    assert "source_uri" not in record
    history = viewer.get(f"documents/{documents}/history").json()
    assert (history["reviews"][0]["reviewer"], history["reviews"][0]["changed"]) == ("edna", ["loan_amount"])
    assert editor.post("review/next").json() == {"document_id": None}


def test_two_people_do_not_overwrite_each_other(editor: TestClient, other_editor: TestClient, documents: str) -> None:
    assert editor.put(f"review/documents/{documents}/claim").status_code == 200
    refused = other_editor.put(f"review/documents/{documents}/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "claimed_by_another")
    assert "edna" in refused.json()["detail"]
    stale = editor.post(f"review/documents/{documents}/decision", json={"verdict": "accepted", "version": "older"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_record")
    editor.delete(f"review/documents/{documents}/claim")
    assert other_editor.put(f"review/documents/{documents}/claim").status_code == 200


def test_a_wrong_value_is_named_and_not_repeated(editor: TestClient, documents: str) -> None:
    editor.put(f"review/documents/{documents}/claim")
    version = editor.get(f"review/documents/{documents}").json()["version"]
    body = {"verdict": "accepted", "version": version, "changes": {"loan_amount": "ninety"}}
    answer = editor.post(f"review/documents/{documents}/decision", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert answer.json()["detail"].startswith("loan_amount:")
    assert "ninety" not in answer.text
    unknown = editor.post(f"review/documents/{documents}/decision", json=body | {"verdct": "accepted"})
    assert unknown.status_code == 422


def test_the_number_is_painted_over_on_the_page(viewer: TestClient, documents: str) -> None:
    """Where the first five digits stood there is one dark block; the last four are still there."""
    import io

    import numpy as np
    from PIL import Image

    answer = viewer.get(f"documents/{documents}/pages/1/image")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp"), answer.text
    image = np.asarray(Image.open(io.BytesIO(answer.content)).convert("L"))
    scale = image.shape[1] / 612
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def strip(start: str, text: str) -> Any:
        left = 72 + stringWidth(start, "Helvetica", 12)
        right = left + stringWidth(text, "Helvetica", 12)
        top, bottom = 792 - 702 - 8, 792 - 702
        return image[int(top * scale) : int(bottom * scale), int(left * scale) : int(right * scale)]

    label = "Social security number: "
    assert (strip(label, "987-65") < 90).mean() > 0.97
    assert (strip(label + "987-65-", "4321") < 90).mean() < 0.6
    assert viewer.get(f"documents/{documents}/pages/1/image").content == answer.content
    assert viewer.get(f"documents/{documents}/pages/2/image").status_code == 404


def test_a_page_that_breaks_what_draws_it_is_a_problem_of_that_page(
    viewer: TestClient, documents: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("student_loans.review.page_views.draw_view", hostile_functions.draw_with_crash)
        answer = viewer.get(f"documents/{documents}/pages/1/image")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "parser_crashed"
    assert viewer.get(f"documents/{documents}/pages/1/image").status_code == 200


def test_pages_come_with_their_boxes(viewer: TestClient, documents: str) -> None:
    (page,) = viewer.get(f"documents/{documents}/pages").json()
    assert {box["name"] for box in page["boxes"]} == {"loan_amount", "borrower_name"}
    assert viewer.get(page["image"]).status_code == 200


def test_documents_are_found_by_what_people_know(viewer: TestClient, documents: str) -> None:
    def found(q: str = "", **filters: str) -> set[str]:
        if q:
            answer = viewer.post("documents/search", json={"text": q, "filters": filters})
        else:
            answer = viewer.get("documents", params=filters)
        return {row["name"] for row in answer.json()["items"]}

    assert found() == {"note 1.pdf", "note 2.pdf", "locked 3.pdf"}
    assert found(q="NOTE") == {"note 1.pdf", "note 2.pdf"}
    assert found(q=documents[:10]) == {"note 1.pdf"}
    assert found(q="dana okafor") == {"note 1.pdf", "note 2.pdf"}
    assert found(q="harbor lane credit union") == {"note 2.pdf"}
    assert found(q="50%") == set()
    assert found(status="quarantined", error="encrypted_pdf") == {"locked 3.pdf"}
    assert found(run_id="run-2") == set()
    assert found(since="2000-01-01", until="2000-01-02") == set()


def test_each_of_several_loans_is_shown(viewer: TestClient, database: ResultsDatabase, documents: str) -> None:
    statement = make_statement_of_loans(9)
    database.store_records("run-1", [statement])
    shown = viewer.get(f"documents/{statement.document_id}").json()
    assert (shown["file_id"], shown["pages"]) == (statement.file_id, [3, 4])
    numbers = [{field["name"]: field["value"] for field in loan}["loan_number"] for loan in shown["loans"]]
    assert numbers == ["001", "002"]
    assert [group["payments"] for group in shown["schedule_groups"]] == ["24", "1"]
    record = viewer.get(f"documents/{statement.document_id}/record").json()
    assert record["loans"] == statement.to_json()["loans"]


def test_pages_of_a_list_hold_every_document_once(viewer: TestClient, documents: str) -> None:
    names, cursor = [], None
    while True:
        page = viewer.get("documents", params={"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        names += [row["name"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(names) == ["locked 3.pdf", "note 1.pdf", "note 2.pdf"]


def test_the_dashboard_counts_what_is_there(viewer: TestClient, documents: str) -> None:
    metrics = viewer.get("metrics").json()
    assert metrics["documents"] == 3
    assert metrics["outcomes"] == {"auto_accepted": 1, "review": 1, "quarantined": 1}
    assert metrics["auto_accept_rate"] == 0.5
    assert metrics["accept_errors"]["high"] == 1.0
    assert viewer.get("metrics", params={"lender": "Nobody"}).json()["documents"] == 0


def test_a_quarantined_document_is_never_opened(viewer: TestClient, documents: str) -> None:
    row = viewer.get("documents", params={"status": "quarantined"}).json()["items"][0]
    assert viewer.get(f"documents/{row['document_id']}/pages/1/image").status_code == 404


@pytest.mark.parametrize(
    "page", ["", "queue", "documents", "runs", "upload", "runs/d/run-1", "review/x", "documents/x"]
)
def test_every_page_loads_only_what_is_here(viewer: TestClient, page: str) -> None:
    import re

    answer = viewer.get(f"http://testserver/loans/{page}")
    assert answer.status_code == 200
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert address.startswith(("/loans", "#")), address
        if "/static/" in address:
            assert viewer.get(f"http://testserver{address}").status_code == 200, address


def test_static_files_are_those_of_the_package(viewer: TestClient) -> None:
    for path in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "vendor", ""):
        assert viewer.get(f"http://testserver/loans/static/{path}").status_code in (404, 307)
    answer = viewer.get("http://testserver/loans/static/style.css")
    again = viewer.get("http://testserver/loans/static/style.css", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_description_of_the_api_is_whole(viewer: TestClient) -> None:
    document = viewer.get("openapi.json").json()
    assert json.dumps(document).count("#/components/schemas/Problem") > 20
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403"} <= operation["responses"].keys(), (method, path)
            assert operation["summary"], (method, path)
            assert operation["security"], (method, path)
