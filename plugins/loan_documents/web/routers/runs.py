"""Runs and their reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from loan_documents.links import REPORTS_PREFIX
from loan_documents.web import services
from loan_documents.web.models import ReportPage, RunPage, RunSummary
from loan_documents.web.paging import Cursor, Limit, time_cursor, write_cursor
from student_loans.errors import ErrorCode, ReviewError
from student_loans.runs import airflow_run_id
from student_loans.storage.clean_text import storable

router = APIRouter(prefix="/runs", tags=["runs"])
RunId = Annotated[str, Path(max_length=600)]


def run_summary(row: dict[str, Any]) -> RunSummary:
    """A run as the API returns it, without the path of its report."""
    return RunSummary(
        **row,
        airflow_run_id=airflow_run_id(row["run_id"], row["dag_id"]),
        has_report=bool(row["report_uri"]),
    )


@router.get("", summary="Runs, newest first")
def list_runs(cursor: Cursor = None, limit: Limit = 50) -> RunPage:
    """All runs of the pipeline, in any state."""
    rows = services.dashboard().runs(before=time_cursor(cursor), limit=limit + 1)
    items = [run_summary(row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return RunPage(items=items, next_cursor=write_cursor(last.started_at.isoformat(), last.run_id) if last else None)


@router.get("/{run_id}", summary="One run")
def get_run(run_id: RunId) -> RunSummary:
    """A run with its counts and seconds by stage."""
    return run_summary(_row(run_id))


@router.get("/{run_id}/pages", summary="Other reports of a run")
def list_pages(run_id: RunId) -> list[ReportPage]:
    """Data Docs, statistics and bias of any run of any DAG; a run without statistics gets the newest ones."""
    from student_loans.reports.run_pages import QUALITY_PAGE, run_pages
    from student_loans.settings import settings

    reports = settings().storage.reports_uri
    pages = run_pages(reports, storable(run_id))
    quality = "/".join(QUALITY_PAGE)
    if not any(page.path.endswith(quality) for page in pages) and (
        newest := services.statistics().newest_statistics_run()
    ):
        others = [page for page in run_pages(reports, newest) if page.path.endswith(quality)]
        pages += [replace(page, title=f"{page.title}, newest") for page in others]
    return [ReportPage(title=page.title, path=f"{REPORTS_PREFIX}/{page.path}") for page in pages]


@router.get(
    "/{run_id}/report",
    summary="The report of a run",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "The report."}},
)
def get_report(run_id: RunId) -> Response:
    """As the run wrote it; scripts are blocked."""
    from student_loans.reports.run_report import PAGE
    from student_loans.storage.files import open_path, store_errors

    uri = _row(run_id)["report_uri"]
    if not uri:
        raise ReviewError(ErrorCode.NOT_FOUND, "The run has no report.")
    with store_errors():
        path = open_path(uri)
        # The address comes from the database: it must not make the server read another file.
        if path.name != PAGE or not path.exists():
            raise ReviewError(ErrorCode.NOT_FOUND, "The run's report was removed.")
        content = path.read_bytes()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    return Response(content, media_type="text/html", headers={"Content-Security-Policy": policy})


def _row(run_id: str) -> dict[str, Any]:
    row = services.search().run(storable(run_id))
    if row is None:
        raise ReviewError(ErrorCode.NOT_FOUND, "There is no such run.")
    return row
