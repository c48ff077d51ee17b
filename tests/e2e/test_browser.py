"""What an operations team does, in a real browser against a real Airflow: log in, look, review.

Screenshots are left in ``test-artifacts/``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.local.environment import RESULTS_DATABASE, LocalAirflow
from scripts.local.pipeline import DAG_ID
from student_loans.runs import airflow_run_id
from tests.local_home import delete_home

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = PROJECT_ROOT / "test-artifacts"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
USERS = {"vera": "viewer", "edna": "user", "egon": "user", "ada": "op"}
FILES = ("sample-03.pdf", "sample-05.pdf", "sample-11.pdf")
"""Born-digital ones, which are read in seconds; the second prints no borrower's name."""
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run"]  # fmt: skip

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]


def _command(home: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.local", *arguments],
        cwd=PROJECT_ROOT,
        env={
            **os.environ,
            "LOCAL_AIRFLOW_HOME": str(home),
            "LOCAL_AIRFLOW_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
            # Everything that is decided is looked at again, so that the test need not wait for a draw.
            "LOAN_DOCUMENTS__REVIEW__SECOND_REVIEW_SHARE": "1",
            "LOAN_DOCUMENTS__REVIEW__AUDIT_SHARE": "0",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    """A running Airflow of this test alone, after one run over three of the samples."""
    home = Path(tempfile.mkdtemp(prefix="ui-"))
    local = LocalAirflow(home, home / "data", home / "reports")
    local.secrets()
    passwords = json.loads((home / "passwords.json").read_text())
    (home / "passwords.json").write_text(json.dumps(passwords | {name: f"{name}-secret" for name in USERS}))
    inbox = tmp_path_factory.mktemp("inbox")
    for name in FILES:
        shutil.copy(PROJECT_ROOT / "samples" / "documents" / name, inbox)
    try:
        _command(home, "up")
        _command(home, "run", str(inbox))
        yield local
    finally:
        _command(home, "down")
        delete_home(home)


@pytest.fixture(scope="module")
def site(airflow: LocalAirflow) -> str:
    return f"http://127.0.0.1:{json.loads(airflow.state_file.read_text())['port']}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    ARTIFACTS.mkdir(exist_ok=True)
    expect.set_options(timeout=45_000)  # a busy machine is no fault of the page
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()


def log_in(browser: Browser, site: str, user: str, scheme: Any = "light") -> tuple[BrowserContext, Page, list[str]]:
    """Through Airflow's own login form. The list collects what the pages complain about and what they ask elsewhere."""
    context = browser.new_context(base_url=site, viewport={"width": 1400, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(45_000)
    page = context.new_page()
    complaints: list[str] = []
    page.goto("/auth/login?next=/loans/")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(f"{user}-secret")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/auth/login" not in url)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((site, "data:", "blob:")) else complaints.append(request.url),
    )
    return context, page, complaints


def shown(page: Page) -> None:
    page.wait_for_selector("[aria-busy]", state="detached")


def document_id(page: Page, name: str) -> str:
    answer = page.request.post("/loans/api/v1/documents/search", data={"text": name})
    return str(answer.json()["items"][0]["document_id"])


def serious_faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))  # not as a script of the page: its policy allows none from elsewhere
    results = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:150]}"
        for fault in results["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def rows(airflow: LocalAirflow, query: str) -> list[dict[str, Any]]:
    import psycopg
    from psycopg.rows import dict_row

    from scripts.local.postgres import start_postgres

    conninfo = start_postgres(airflow).conninfo(RESULTS_DATABASE)
    with psycopg.connect(conninfo, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def test_nobody_is_shown_the_way_to_the_login(browser: Browser, site: str) -> None:
    page = browser.new_page()
    answer = page.goto(f"{site}/loans/queue")
    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_role("link", name="Log in to Airflow")).to_be_visible()
    page.close()


def test_the_dashboard_is_part_of_airflows_own_pages(browser: Browser, site: str) -> None:
    context, page, complaints = log_in(browser, site, "vera")
    page.goto("/plugin/loan-documents")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Dashboard")).to_be_visible()
    expect(frame.locator(".tile", has_text="documents").first).to_contain_text("3")
    expect(frame.get_by_role("heading", name="Documents by day and status")).to_be_visible()
    page.wait_for_timeout(500)
    page.screenshot(path=ARTIFACTS / "airflow-dashboard.png")
    assert [one for one in complaints if "/loans/" in one] == []
    context.close()


def test_airflows_own_pages_work_under_the_policy_and_load_nothing_from_elsewhere(
    browser: Browser, site: str, airflow: LocalAirflow
) -> None:
    (run,) = rows(airflow, f"SELECT run_id FROM loan_documents.runs WHERE dag_id = '{DAG_ID}'")
    context, page, complaints = log_in(browser, site, "ada")
    answer = page.goto(f"/dags/{DAG_ID}/code")
    assert answer is not None
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    expect(page.locator(".monaco-editor").get_by_text("import").first).to_be_visible()
    for path, text in (
        ("/", "Dags"),
        (f"/dags/{DAG_ID}/runs/{airflow_run_id(run['run_id'], DAG_ID)}", "store_results"),
        (f"/dags/{DAG_ID}/runs/{airflow_run_id(run['run_id'], DAG_ID)}/tasks/store_results", "store_results"),
        ("/assets", "loan_document_records"),
    ):
        page.goto(path)
        expect(page.get_by_text(text).first).to_be_visible()
        page.wait_for_timeout(500)
    page.screenshot(path=ARTIFACTS / "airflow-under-policy.png")
    assert [one for one in complaints if "Content Security Policy" in one or one.startswith("http")] == []
    context.close()


def test_a_page_of_another_site_cannot_frame_airflow(browser: Browser, site: str) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.set_content(f'<iframe src="{site}/auth/login"></iframe>')
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in text for text in refused), refused
    page.close()


def test_a_run_in_airflow_leads_to_its_documents_and_back(browser: Browser, site: str, airflow: LocalAirflow) -> None:
    (run,) = rows(airflow, f"SELECT run_id FROM loan_documents.runs WHERE dag_id = '{DAG_ID}'")
    context, page, _ = log_in(browser, site, "vera")
    in_airflow = f"/dags/{DAG_ID}/runs/{airflow_run_id(run['run_id'], DAG_ID)}"
    page.goto(f"{in_airflow}/plugin/loan-run")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="sample-05.pdf")).to_be_visible()
    report = page.request.get(f"/loans/api/v1/runs/{run['run_id']}/report")
    assert report.ok
    assert "sandbox" in report.headers["content-security-policy"]
    for title in ("Data Docs", "Bias"):
        link = frame.get_by_role("link", name=title, exact=True)
        expect(link).to_be_visible()
        assert page.request.get(str(link.get_attribute("href"))).ok
    frame.get_by_role("link", name="Airflow's page of this run").click()
    page.wait_for_url(f"**{in_airflow}")
    context.close()


def test_airflow_asks_once_for_the_whole_batch(site: str, airflow: LocalAirflow) -> None:
    import time

    import httpx

    token = httpx.post(f"{site}/auth/token", json={"username": "edna", "password": "edna-secret"}).json()[
        "access_token"
    ]
    address = f"{site}/api/v2/dags/document_review/dagRuns/~/hitlDetails"
    deadline = time.monotonic() + 90
    while not (details := httpx.get(address, headers={"Authorization": f"Bearer {token}"}).json()["hitl_details"]):
        assert time.monotonic() < deadline, "no question appeared"
        time.sleep(1)
    (question,) = details
    assert "/loans/queue?run_id=" in question["body"]
    assert question["subject"].startswith("Review ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_serious_fault_of_accessibility(browser: Browser, site: str, scheme: str) -> None:
    context, page, complaints = log_in(browser, site, "vera", scheme)
    document = document_id(page, "sample-05")
    run = page.request.get("/loans/api/v1/runs").json()["items"][0]
    pages = {
        "dashboard": "", "queue": "queue", "documents": "documents", "document": f"documents/{document}", "runs": "runs",
        "run": f"runs/{run['dag_id']}/{run['airflow_run_id']}", "review": f"review/{document}", "upload": "upload",
    }  # fmt: skip
    faults = {}
    for name, path in pages.items():
        page.goto(f"/loans/{path}")
        shown(page)
        if name in ("document", "review"):
            page.wait_for_selector("[data-state=shown]")
        page.wait_for_timeout(300)
        page.screenshot(path=ARTIFACTS / f"{name}-{scheme}.png", full_page=name == "dashboard")
        if found := serious_faults(page):
            faults[name] = found
    assert faults == {}
    assert complaints == []
    context.close()


def test_a_document_is_corrected_and_accepted_by_keyboard(browser: Browser, site: str, airflow: LocalAirflow) -> None:
    context, page, complaints = log_in(browser, site, "edna")
    page.goto("/loans/queue")
    shown(page)
    page.keyboard.press("n")
    page.wait_for_url("**/loans/review/*")
    page.wait_for_selector("[data-state=shown]")
    expect(page.get_by_role("heading", name="sample-05.pdf")).to_be_visible()
    document = page.url.rpartition("/")[2]
    name = page.get_by_role("textbox", name="Borrower name")
    expect(name).to_be_focused()
    page.keyboard.type("Ada Example")
    page.keyboard.press("Alt+ArrowDown")
    expect(name).not_to_be_focused()
    page.wait_for_timeout(800)  # the page glides to the value
    page.screenshot(path=ARTIFACTS / "review-zoomed.png")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/loans/review/" in url and document not in url)  # the next one, which is hers now
    page.wait_for_selector("[data-state=shown]")
    page.keyboard.press("Escape")
    page.wait_for_url("**/loans/queue")
    assert complaints == []
    (review,) = rows(airflow, "SELECT * FROM loan_documents.reviews")
    assert (review["reviewer"], review["decision"], review["fields_wrong"]) == ("edna", "accepted", 1)
    assert "borrower_name" not in review["before"]["fields"]
    assert review["after"]["fields"]["borrower_name"]["value"] == "Ada Example"
    (record,) = rows(airflow, f"SELECT status FROM loan_documents.documents WHERE document_id = '{document}'")
    assert record["status"] == "accepted"
    if rows(airflow, "SELECT to_regclass('loan_documents.labels') AS found")[0]["found"]:
        (label,) = rows(airflow, f"SELECT * FROM loan_documents.labels WHERE document_id = '{document}'")
        assert (label["source"], label["fields"]["borrower_name"]) == ("review", "Ada Example")
    context.close()


def test_the_second_look_is_blind_and_belongs_to_someone_else(
    browser: Browser, site: str, airflow: LocalAirflow
) -> None:
    (review,) = rows(airflow, "SELECT document_id FROM loan_documents.reviews")
    for user, may in (("edna", False), ("egon", True)):
        context, page, _ = log_in(browser, site, user)
        page.goto(f"/loans/review/{review['document_id']}")
        shown(page)
        assert (
            page.get_by_role("textbox", name="Borrower name").input_value() == ""
        )  # as it was read, not as edna left it
        expect(page.get_by_role("button", name="Accept")).to_have_count(int(may))
        context.close()


def test_a_wrong_value_is_pointed_out_where_it_stands(browser: Browser, site: str) -> None:
    context, page, _ = log_in(browser, site, "egon")
    document = document_id(page, "sample-11")
    page.goto(f"/loans/review/{document}")
    page.wait_for_selector("[data-state=shown]")
    amount = page.get_by_role("textbox", name="Loan amount")
    amount.fill("a lot")
    page.get_by_role("button", name="Accept").click()
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_url("**/loans/queue")
    context.close()


def test_an_upload_goes_through_the_pipeline(browser: Browser, site: str, tmp_path: Path) -> None:
    hostile = tmp_path / "statement.pdf"
    hostile.write_bytes(b"%PDF-1.7 and nothing that a PDF has")
    context, page, _ = log_in(browser, site, "edna")
    page.goto("/loans/upload")
    page.set_input_files("input[type=file]", [str(hostile)])
    expect(page.get_by_role("cell", name="Received")).to_be_visible()
    expect(page.get_by_role("cell", name="Quarantined")).to_be_visible(timeout=240_000)
    expect(page.locator("td code")).to_have_text(re.compile("corrupt_file|truncated_file"))
    context.close()
